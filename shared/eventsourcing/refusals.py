"""Commands nobody was waiting for and that were refused: recorded, for the operations page."""

from __future__ import annotations

from datetime import datetime

import structlog

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.handle import Step
from shared.postgres.pool import Pool

logger = structlog.get_logger(__name__)


async def record_refusal(
    pool: Pool, command_id: object, origin: str, step: Step, refused: Refused, at: datetime
) -> None:
    """Keeps the refusal of a reaction's or deadline's command; a second time changes nothing."""
    logger.info("refused", origin=origin, command=type(step.command).__name__, code=refused.code)
    await pool.execute(
        "insert into kept.refusals values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        command_id,
        origin,
        step.decider.stream(step.subject),
        type(step.command).__name__,
        refused.code,
        refused.detail,
        at,
    )
