"""The ticker: issues the commands whose time has come, once each, and lets the decider judge."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from shared.eventsourcing.clock import Now
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.deadlines import DueRow, Timed, command_id
from shared.eventsourcing.events import Meta
from shared.eventsourcing.handle import Busy, Context, Handler, Step
from shared.eventsourcing.refusals import record_refusal
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Pool

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0


class _Due(NamedTuple):
    id: UUID
    step: Step


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

    async def run(self) -> None:
        while True:
            try:
                await self.tick()
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                logger.warning("tick-failed", error=repr(error))
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> int:
        """Issues everything due now; says how many commands that were."""
        due = await self._due()
        for item in due:
            await self._issue(item)
        return len(due)

    async def waiting(self) -> int:
        """How many deadlines are due and not yet issued."""
        return len(await self._due())

    async def _due(self) -> list[_Due]:
        now = self._now()
        records = await self._pool.fetch(
            f"select key, due from {self._store.tables.table} where next_due_at <= $1", now
        )
        found: dict[UUID, tuple[object, Step]] = {}
        for record in records:
            row = self._store.tables.rows.columns[0].out(record["due"])
            category, _, subject = record["key"].partition("/")
            timed = self._by_category[category]
            for name, at in row.items():
                if at <= now:
                    step = Step(timed.decider, subject, timed.command(name, now))
                    found[command_id(record["key"], name, at)] = (at, step)
        issued = await self._pool.fetch(
            "select command_id from kept.issued where command_id = any($1)", list(found)
        )
        for row in issued:
            found.pop(row[0], None)
        ordered = sorted(found.items(), key=lambda item: str(item[1][0]))
        return [_Due(id, step) for id, (_, step) in ordered]

    async def _issue(self, due: _Due) -> None:
        context = Context(command_id=due.id, meta=Meta(client="deadline"))
        try:
            await self._handler.handle_together([due.step], context)
        except Busy:
            return  # still due: the next tick tries again
        except Refused as refused:
            await record_refusal(self._pool, due.id, "deadline", due.step, refused, self._now())
        await self._pool.execute(
            "insert into kept.issued values ($1, $2) on conflict do nothing", due.id, self._now()
        )
