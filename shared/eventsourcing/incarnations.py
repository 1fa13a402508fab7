"""What follows when a source was restored to before its readers: the way back, and what is left.

Numbers from the restore on mean other events, so nothing kept by number outlives it. What a reader
has already made of the lost events stays: it is listed, and people decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from shared.eventsourcing.accounting import take_back
from shared.eventsourcing.sources import FirstNumber, Page, Source
from shared.eventsourcing.subscriptions import Checkpoint
from shared.postgres.pool import Connection

logger = structlog.get_logger(__name__)

READ_PAGE = 5000

_EFFECTS = """
select event_id, meta ->> 'client' as client, (meta ->> 'cause')::uuid as cause,
       stream, version, type, recorded_at
from (select event_id, convert_from(meta, 'utf8')::jsonb as meta, stream, version, type,
             position, recorded_at from log.events) as events
where meta ->> 'client' = any($1) and meta ->> 'cause' is not null order by position
"""


class Orphan(NamedTuple):
    """An event of this log whose cause is no more."""

    event_id: UUID
    reaction: str
    cause: UUID
    stream: str
    version: int
    type: str
    recorded_at: datetime


def first_other(at: Checkpoint, epochs: Sequence[FirstNumber], head: int) -> int | None:
    """The first number up to the checkpoint that means another event now, or none yet."""
    newer = [first for epoch, first in epochs if at.number and epoch > at.epoch]
    first = min([*newer, head + 1])
    return first if first <= at.number else None


def first_other_of(at: Checkpoint, page: Page) -> int | None:
    return first_other(at, page.epochs, page.head)


async def forget_from(
    connection: Connection, subscriber: str, known_as: str, source: str, first: int
) -> None:
    """Forgets what was parked, skipped or accounted for by number from there on.

    A skip left standing would pass over whatever has its number next.
    """
    await take_back(connection, subscriber, source, first)
    await connection.execute(
        "delete from kept.parked where subscriber = $1 and source = $2 and number >= $3",
        subscriber, source, first,
    )  # fmt: skip
    void = await connection.fetch(
        "delete from kept.skipped where subscriber = $1 and source = $2 and number >= $3"
        " returning number",
        known_as, source, first,
    )  # fmt: skip
    if void:
        numbers = [row[0] for row in void]
        logger.warning("skips-void", subscriber=known_as, source=source, numbers=numbers)


async def put_back(
    connection: Connection, subscriber: str, source: str, at: Checkpoint, to: int
) -> None:
    """Moves a checkpoint back in the incarnation it is of; the number stands for the same there."""
    if to == 0:
        statement = "delete from kept.checkpoints where subscriber = $1 and source = $2"
        await connection.execute(statement, subscriber, source)
    else:
        statement = (
            "update kept.checkpoints set number = $3 where subscriber = $1 and source = $2"
            " and epoch = $4"
        )
        await connection.execute(statement, subscriber, source, to, at.epoch)


async def orphans(
    connection: Connection, source: Source, reactions: Collection[str]
) -> list[Orphan]:
    """What these reactions have caused by events that the source does not have.

    Reads the whole source; what it holds in memory is the causes alone.
    """
    clients = {f"reaction:{name}": name for name in reactions}
    effects = [
        Orphan(record[0], clients[record[1]], *record[2:])
        for record in await connection.fetch(_EFFECTS, list(clients))
    ]
    causes = {effect.cause for effect in effects}
    at = 0
    while causes and (page := await source.read(at, READ_PAGE, 0.0)).envelopes:
        causes -= {envelope.event_id for envelope in page.envelopes}
        at = source.number(page.envelopes[-1])
    return [effect for effect in effects if effect.cause in causes]
