"""The ticker: issues the commands whose time has come, once each, and lets the decider judge."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import structlog

from shared.eventsourcing.clock import Now
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.deadlines import DueRow, Timed, command_id
from shared.eventsourcing.events import Meta
from shared.eventsourcing.handle import Busy, Context, Handler, Step
from shared.eventsourcing.refusals import record_refusal
from shared.eventsourcing.side_by_side import side_by_side
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.duty import OnDuty
from shared.postgres.pool import UNAVAILABLE, Pool

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0


class _Due(NamedTuple):
    at: datetime
    stream: str
    name: str

    @property
    def id(self) -> UUID:
        return command_id(self.stream, self.name, self.at)


class Ticker:
    """Looks at the deadlines view for what is due by the service's own clock."""

    def __init__(
        self,
        timed: Sequence[Timed],
        store: ViewStore[DueRow],
        handler: Handler,
        pool: Pool,
        now: Now,
    ) -> None:
        self._by_category = {item.decider.category: item for item in timed}
        self._store = store
        self._handler = handler
        self._pool = pool
        self._now = now

    async def run(self, duty: OnDuty) -> None:
        """Ticks for ever while on duty."""
        while True:
            try:
                if duty.held:
                    await self.tick()
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                logger.warning("tick-failed", error=type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> int:
        """Issues everything due now; says how many commands that were.

        In the order of their times; what falls due at one moment in many streams goes side by side,
        so that one commit carries many.
        """
        issued = 0
        for _, at_once in groupby(await self._due(), key=lambda due: due.at):
            by_stream = [list(same) for _, same in groupby(at_once, key=lambda due: due.stream)]
            issued += sum(await side_by_side(self._issue_in_turn, by_stream))
        return issued

    async def _issue_in_turn(self, of_stream: Sequence[_Due]) -> int:
        issued = 0
        for due in of_stream:
            try:
                issued += await self._issue(due)
            except UNAVAILABLE:
                raise
            except Exception:  # still due, and shown as such; the others are issued
                logger.exception("deadline-failed", stream=due.stream, name=due.name)
        return issued

    async def waiting(self) -> int:
        """How many deadlines are due and not yet issued."""
        return len(await self._due())

    async def _due(self) -> list[_Due]:
        now = self._now()
        records = await self._pool.fetch(
            f"select key, due from {self._store.tables.table} where next_due_at <= $1", now
        )
        decode = self._store.tables.rows.columns[0].out
        found = {
            due.id: due
            for record in records
            for name, at in decode(record["due"]).items()
            if (due := _Due(at, record["key"], name)).at <= now
        }
        issued = await self._pool.fetch(
            "select command_id from kept.issued where command_id = any($1)", list(found)
        )
        for row in issued:
            found.pop(row[0], None)
        return sorted(found.values())

    async def _issue(self, due: _Due) -> bool:
        """Says whether the deadline is done with; where not, the next tick tries again."""
        category, _, subject = due.stream.partition("/")
        timed = self._by_category[category]
        step = Step(timed.decider, subject, timed.command(due.name, self._now()))
        context = Context(command_id=due.id, meta=Meta(client="deadline"))
        try:
            await self._handler.handle_together([step], context)
        except Busy:
            return False
        except Refused as refused:
            await record_refusal(self._pool, due.id, "deadline", step, refused, self._now())
        await self._pool.execute(
            "insert into kept.issued values ($1, $2) on conflict do nothing", due.id, self._now()
        )
        return True
