"""Runs what people have started: each run of the rules off the loop, its findings recorded once.

Law: a run that broke off with its process is begun again by whoever is on duty and comes to the
same; its findings are appended together or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import structlog
from fastapi import FastAPI

from services.gateway.reconciliations import commands
from services.gateway.reconciliations.apart import MatchingBroke, Task, Told, match_apart
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.kept_lines import KeptLines
from services.gateway.reconciliations.lines import Line
from services.gateway.reconciliations.matching import Found
from services.gateway.reconciliations.refusals import LinesErased, NoSuchRun
from services.gateway.reconciliations.state import Working
from services.gateway.reconciliations.views import RUNS, RunRow
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.events import Meta
from shared.eventsourcing.handle import Context
from shared.eventsourcing.stopping import stop
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import UNAVAILABLE, Pool
from shared.running.running import House

logger = structlog.get_logger(__name__)

BACKSTOP_SECONDS = 0.5
RETRY_SECONDS = 1.0


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is: the rule at work, lines gone through, of how many."""

    run: str
    rule: str
    done: int
    total: int
    told_at: datetime


async def progress_of(pool: Pool, reconciliation: str) -> Progress | None:
    row = await pool.fetchrow(
        "select run, rule, done, total, told_at from kept.matching_progress"
        " where reconciliation = $1",
        reconciliation,
    )
    if row is None:
        return None
    return Progress(run=row[0], rule=row[1], done=row[2], total=row[3], told_at=row[4])


class Runner:
    """Finds runs that are under way and brings them to their end."""

    def __init__(self, house: House, lines: KeptLines) -> None:
        self._house = house
        self._lines = lines
        self._runs: ViewStore[RunRow] = house.stores[RUNS.name]

    async def run(self) -> None:
        """For ever, while on duty."""
        while True:
            try:
                if self._house.duty.held:
                    for reconciliation, row in (await self._runs.find(limit=10)).items():
                        await self._bring_to_end(reconciliation, row)
            except UNAVAILABLE as error:
                logger.warning("matching-waits", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:
                logger.exception("matching-failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(BACKSTOP_SECONDS)

    async def _bring_to_end(self, reconciliation: str, row: RunRow) -> None:
        state, _ = await self._house.handler.load(RECONCILIATIONS, reconciliation)
        if not isinstance(state, Working) or state.run is None or state.run.run != row.run:
            return  # the view is about to hear that it is over
        try:
            command = await self._found(reconciliation, state, row)
        except LinesErased:
            command = commands.RecordFailure(run=row.run, why="lines-erased")
        except TimeoutError:
            command = commands.RecordFailure(run=row.run, why="too-long")
        except MatchingBroke as error:
            logger.exception("matching-broke", run=row.run, error=str(error))
            command = commands.RecordFailure(run=row.run, why="failed")
        await self._record(reconciliation, row.run, command)

    async def _found(
        self, reconciliation: str, work: Working, row: RunRow
    ) -> commands.RecordMatches:
        """Raises LinesErased, MatchingBroke, TimeoutError."""
        ours = await self._lines.read(work.taken.ours.lines.text)
        theirs = await self._lines.read(work.taken.theirs.lines.text)
        task = Task(
            ours=tuple(one for one in ours.values() if ("ours", one.number) not in work.held),
            theirs=tuple(one for one in theirs.values() if ("theirs", one.number) not in work.held),
            settings=row.settings,
            refused=tuple(sorted(work.refused)),
        )

        async def tell(told: Told) -> None:
            await self._tell(reconciliation, row.run, told)

        found = await match_apart(task, tell)
        return _recording(row.run, found, task.ours, task.theirs)

    async def _record(
        self,
        reconciliation: str,
        run: str,
        command: commands.RecordMatches | commands.RecordFailure,
    ) -> None:
        context = Context(
            command_id=_command_id(run), meta=Meta(client="gateway", agency="", person="")
        )
        try:
            await self._house.handler.handle(RECONCILIATIONS, reconciliation, command, context)
        except NoSuchRun:
            logger.info("run-was-over", run=run)
        except Refused as refused:
            logger.warning("run-not-recorded", run=run, code=refused.code)
        await self._house.pool.execute(
            "delete from kept.matching_progress where reconciliation = $1", reconciliation
        )

    async def _tell(self, reconciliation: str, run: str, told: Told) -> None:
        await self._house.pool.execute(
            "insert into kept.matching_progress values ($1, $2, $3, $4, $5, $6)"
            " on conflict (reconciliation) do update set run = excluded.run,"
            " rule = excluded.rule, done = excluded.done, total = excluded.total,"
            " told_at = excluded.told_at",
            reconciliation, run, told.rule or "", told.done, told.total, self._house.clock(),
        )  # fmt: skip


def _command_id(run: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"matching-run:{run}")


def _recording(
    run: str, found: tuple[Found, ...], ours: tuple[Line, ...], theirs: tuple[Line, ...]
) -> commands.RecordMatches:
    return commands.RecordMatches(
        run=run,
        found=found,
        ours={one.number: one.amount_pence for one in ours},
        theirs={one.number: one.amount_pence for one in theirs},
    )


@asynccontextmanager
async def matching(application: FastAPI, house: House) -> AsyncGenerator[None]:
    """Brings runs to their end while the application lives."""
    application.state.kept_lines = lines = KeptLines(house.pool, house.texts)
    task = asyncio.create_task(Runner(house, lines).run())
    try:
        yield
    finally:
        await stop([task])
