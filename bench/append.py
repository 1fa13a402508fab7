"""Appending: our log beside plain inserts and the library, for one writer and for many.

Law: ours is durable, in commit order and checks versions and command ids; the raw yardstick
is durable and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from time import perf_counter

from bench import library, raw
from bench.appends import one_writer
from bench.ground import Ground
from bench.measuring import Contest, Goal, Tally, Wanted
from shared.eventsourcing.log import Append
from shared.eventsourcing.postgres_log import PostgresLog
from shared.postgres.pool import open_pool

EACH = {1: 2000, 16: 500, 64: 250}
LIBRARY_EACH = {1: 500, 16: 60, 64: 15}
RAW = "raw autocommit"
LIBRARY = "eventsourcing"
GOALS = {
    1: {RAW: 0.85},
    16: {LIBRARY: 20.0},
    64: {RAW: 2.0, LIBRARY: 30.0},
}
BATCHED = 20_000
WARM_UP = 20
SIZES = (10_000, 100_000, 1_000_000)
FLAT = Goal(1.5, "at most")


async def ours(ground: Ground, shares: Sequence[Sequence[Append]]) -> float:
    """Events a second: every writer awaits its append before it sends the next."""
    async with ground.database() as dsn:
        pool = await open_pool(dsn)
        log = await PostgresLog.open("bench", pool)
        for append in one_writer(WARM_UP):
            await log.append(append)

        rate = await write_all(log, shares)
        await pool.close()
    return rate


async def write_all(log: PostgresLog, shares: Sequence[Sequence[Append]]) -> float:
    """Events a second: a writer for each share."""

    async def write(appends: Sequence[Append]) -> None:
        for append in appends:
            await log.append(append)

    began = perf_counter()
    await asyncio.gather(*map(write, shares))
    return sum(map(len, shares)) / (perf_counter() - began)


def contest(ground: Ground, writers: int) -> Contest:
    def shares() -> list[list[Append]]:
        return [one_writer(EACH[writers]) for _ in range(writers)]

    return Contest(
        case=f"{writers} writer{'s' if writers > 1 else ''}",
        ours=lambda: ours(ground, shares()),
        yardsticks={
            RAW: lambda: raw.autocommit(ground, shares()),
            LIBRARY: lambda: library.append(ground, writers, LIBRARY_EACH[writers]),
        },
        goals=GOALS[writers],
    )


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    for writers in EACH:
        await tally.hold(contest(ground, writers))
    await _by_size(ground, tally, wanted)
    await tally.hold(
        Contest(
            case="64 writers, beside batches",
            ours=lambda: ours(ground, [one_writer(EACH[64]) for _ in range(64)]),
            yardsticks={"raw unnest of 1,000": lambda: raw.batches(ground, one_writer(BATCHED))},
        )
    )


async def _by_size(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    """What an append costs on a log that is already long; one log grows, so sizes take turns."""
    sizes = [size for size in SIZES if size <= wanted.events]
    found: dict[int, list[float]] = {size: [] for size in sizes}
    async with AsyncExitStack() as stack:
        logs: dict[int, PostgresLog] = {}
        for size in sizes:
            dsn = await stack.enter_async_context(ground.database())
            await raw.fill(dsn, size)
            pool = await open_pool(dsn)
            stack.push_async_callback(pool.close)
            logs[size] = await PostgresLog.open("bench", pool)
        for turn in range(wanted.rounds):
            for size in sizes if turn % 2 == 0 else reversed(sizes):
                found[size].append(await _microseconds(logs[size]))
    for size in sizes:
        tally.note(f"16 writers on {size:,} events", "us/event", found[size])
    for size in sizes[1:]:
        ratios = [large / small for large, small in zip(found[size], found[sizes[0]], strict=True)]
        tally.compare(f"an event on {size:,} / on {sizes[0]:,}", ratios, FLAT)


async def _microseconds(log: PostgresLog) -> float:
    shares = [one_writer(EACH[16] // 2) for _ in range(16)]
    return 1e6 / await write_all(log, shares)
