"""Compiling the public record: every process read, joined, merged and written as a line of JSON.

Law: what is timed is what the bulk file does, from the views' tables to the last line; the views
have been filled before.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
from msgspec.structs import replace

from bench import histories
from bench.ground import Ground
from bench.histories import Told
from bench.measuring import Contest, Goal, Tally, Wanted
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS
from services.gateway.public_record.packages import Publisher, record
from services.gateway.public_record.reading import Record
from services.gateway.public_record.views import VIEWS
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.remembered import Remembered
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import View
from shared.postgres.pool import Pool, open_pool
from tests.gateway.public_record import life

READ: tuple[View[Any], ...] = (*VIEWS, CONTRACT_FACTS, MONITORING_FACTS)
"""What the record is read from: its own views, and those that decide which figures leave."""
PROCESSES = 10_000
LIMIT = Goal(30, "at most")
OWN = frozenset({"tender", "award", "contract", "flag", "payment", "question", "notice", "bid"})
ONCE = frozenset({"t2", "w9", "c9"})
"""What of the life is of other processes than its first."""


def told(source: str, processes: int) -> Iterator[Told]:
    """What a log tells of so many services' lives, one after the other."""
    events = [event for of, event in life.WHOLE if of == source]
    each = [event for event in events if _id_of(event) and _id_of(event) not in ONCE]
    for event in events:
        if not _id_of(event):
            yield "of/all", event
    for n in range(processes):
        for event in each:
            yield f"of/{n}", _of(event, n)


def _id_of(event: Any) -> str:
    return next((str(getattr(event, name)) for name in OWN if getattr(event, name, "")), "")


def _of(event: Any, n: int) -> Any:
    named = {name: f"{getattr(event, name)}-{n}" for name in OWN if getattr(event, name, "")}
    if terms := getattr(event, "terms", None):
        named["terms"] = replace(terms, award=f"{terms.award}-{n}")
    return replace(event, **named)


@dataclass(frozen=True)
class Shelves:
    """The views of the record, as a house keeps them."""

    stores: Mapping[str, ViewStore[Any]]

    def remembered(self, view: str) -> Remembered[Any]:
        return Remembered(self.stores[view], lambda: 0)


@asynccontextmanager
async def filled(ground: Ground, processes: int) -> AsyncGenerator[Shelves]:
    """The views of the record of so many processes, in a database of their own."""
    async with AsyncExitStack() as stack:
        pool = await _pool(stack, await stack.enter_async_context(ground.database()))
        stores = {view.name: ViewStore(view, pool) for view in READ}
        for source in dict.fromkeys(view.source for view in READ):
            dsn = await stack.enter_async_context(ground.database())
            tell: Callable[[], Iterator[Told]] = partial(told, source, processes)
            await histories.write(dsn, tell, sum(1 for _ in tell()))
            log = await PostgresLog.open(source, await _pool(stack, dsn))
            for view in READ:
                if view.source == source:
                    await stores[view.name].prepare(bare=True)
                    await stores[view.name].fold_all(PublishedLog(log))
        await pool.execute("analyze")
        yield Shelves(stores)


async def _pool(stack: AsyncExitStack, dsn: str) -> Pool:
    pool = await open_pool(dsn)
    stack.push_async_callback(pool.close)
    return pool


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    processes = min(PROCESSES, wanted.events)
    async with filled(ground, processes) as shelves:

        async def ours() -> float:
            began = perf_counter()
            found = Record(shelves, Publisher().prefix)
            lines = [msgspec.json.encode(record(one)) async for one in found.processes()]
            if len(lines) < processes:
                raise AssertionError(f"{len(lines)} of {processes} processes")
            return perf_counter() - began

        await tally.hold(
            Contest(
                case=f"{processes:,} processes, compiled records", ours=ours, goal=LIMIT, unit="s"
            )
        )
