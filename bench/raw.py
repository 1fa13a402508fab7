"""The plainest writing there is: asyncpg straight into a table shaped as the log's.

Law: no lock, no check and no order: what it gives up is what ours must give for the time it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from time import perf_counter

import asyncpg

from bench.appends import one_writer, row, rows
from bench.ground import Ground
from shared.eventsourcing.log import Append

BATCH = 1000
FILLING = 10_000
INSERT = "insert into log.events values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
_INSERT_BATCH = """
insert into log.events select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::integer[],
    $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::bytea[], $10::bytea[], $11::date[],
    $12::timestamptz[])
"""
_SET_HEAD = """
update log.head set position = last.position, publication = last.publication,
                    recorded_at = last.recorded_at
from (select max(position) as position, coalesce(max(publication), 0) as publication,
             max(recorded_at) as recorded_at from log.events) as last
"""


async def autocommit(ground: Ground, shares: Sequence[Sequence[Append]]) -> float:
    """Events a second: a connection for each writer, each row its own transaction."""
    async with ground.database() as dsn:
        connections = [await asyncpg.connect(dsn) for _ in shares]
        positions = count(1)
        for connection in connections:
            await connection.execute(INSERT, *row(one_writer(1)[0], next(positions)))

        async def write(connection: asyncpg.Connection, appends: Sequence[Append]) -> None:
            for append in appends:
                await connection.execute(INSERT, *row(append, next(positions)))

        began = perf_counter()
        await asyncio.gather(*map(write, connections, shares))
        took = perf_counter() - began
        for connection in connections:
            await connection.close()
    return sum(map(len, shares)) / took


async def fill(dsn: str, events: int) -> None:
    """Makes a log of so many events, as fast as it can be made, its head included."""
    connection = await asyncpg.connect(dsn)
    for first in range(0, events, FILLING):
        page = rows(one_writer(min(FILLING, events - first)), first + 1)
        await connection.copy_records_to_table("events", schema_name="log", records=page)
    await connection.execute(_SET_HEAD)
    await connection.close()


async def batches(ground: Ground, appends: Sequence[Append]) -> float:
    """Events a second: one connection, a thousand rows in each transaction."""
    async with ground.database() as dsn:
        connection = await asyncpg.connect(dsn)
        began = perf_counter()
        for first in range(0, len(appends), BATCH):
            page = rows(appends[first : first + BATCH], first + 1)
            await connection.execute(_INSERT_BATCH, *map(list, zip(*page, strict=True)))
        took = perf_counter() - began
        await connection.close()
    return len(appends) / took
