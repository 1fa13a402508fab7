"""The `eventsourcing` library on the same PostgreSQL: its recorder as it comes.

Law: its defaults, which keep order by a table lock; its database functions are faster and, as it
was measured, skip events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TypeVar
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.appends import BODY, STREAM_EVENTS, TYPE
from bench.ground import Ground

T = TypeVar("T")


@asynccontextmanager
async def recorder(ground: Ground, connections: int) -> AsyncGenerator[PostgresApplicationRecorder]:
    """The library's recorder on a fresh database."""
    async with ground.empty() as name:
        server = ground.server
        store = PostgresDatastore(
            dbname=name,
            host=str(server.socket_dir),
            port=server.port,
            user=server.superuser,
            password="",
            pool_size=connections,
        )
        found = PostgresApplicationRecorder(store)
        try:
            await in_thread(found.create_table)
            yield found
        finally:
            await in_thread(store.close)


async def in_thread(call: Callable[[], T]) -> T:
    return await asyncio.to_thread(call)


def one_writer(events: int) -> list[StoredEvent]:
    """A writer's events, in order."""
    found: list[StoredEvent] = []
    stream = UUID(int=0)
    for n in range(events):
        if n % STREAM_EVENTS == 0:
            stream = uuid4()
        found.append(StoredEvent(stream, n % STREAM_EVENTS + 1, TYPE, BODY))
    return found


async def append(ground: Ground, writers: int, each: int) -> float:
    """Events a second: a thread and a connection for each writer, an event a transaction."""
    shares = [one_writer(each) for _ in range(writers)]
    async with recorder(ground, writers) as found:

        def write(events: Sequence[StoredEvent]) -> None:
            for event in events:
                found.insert_events([event])

        def all_of_them() -> float:
            with ThreadPoolExecutor(writers) as threads:
                list(threads.map(write, [one_writer(1) for _ in shares]))
                began = perf_counter()
                list(threads.map(write, shares))
                return perf_counter() - began

        took = await in_thread(all_of_them)
    return writers * each / took
