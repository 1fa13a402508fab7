"""Whatever the order in which sources are heard, however often, over however many restarts: the
rows are those of each source by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.subscriptions import BEGINNING, Follower, Numbered, Overtaken
from shared.postgres.pool import Pool, open_pool
from shared.testing.postgres import DatabaseServer, create_database, drop_database
from tests.shared.counters import Counted, Expired, Noted, totals
from tests.shared.hearing import NOW, Store, happen

Move = Literal[
    "needs happens", "contracts happens", "needs heard", "contracts heard", "again", "restart"
]
MOVES = some.lists(some.sampled_from(get_args(Move)), max_size=24)
SOURCES = ("needs", "contracts")


class Listener:
    """A consumer of two sources, with a view of each, that may be stopped at any moment."""

    def __init__(self, pool: Pool, logs: dict[str, MemoryLog]) -> None:
        self.pool = pool
        self.logs = logs
        self.begin()

    def begin(self) -> None:
        self.stores = {name: view_of(name, self.pool) for name in SOURCES}
        self.followers = {
            name: Follower(PublishedLog(self.logs[name]), [store], page=2)
            for name, store in self.stores.items()
        }

    async def hear_again(self) -> None:
        """Delivers the beginning of each source once more."""
        for name, store in self.stores.items():
            page = await PublishedLog(self.logs[name]).read(0, 3, 0.0)
            numbered = [Numbered(e.publication or 0, e) for e in page.envelopes]
            at = await store.checkpoint(name)
            if numbered and at != BEGINNING:
                with pytest.raises(Overtaken):
                    await store.take(name, BEGINNING, at, numbered)


def view_of(source: str, pool: Pool) -> Store:
    return Store(replace(totals(source), name=f"totals_of_{source}"), pool)


async def played(pool: Pool, moves: Sequence[Move]) -> None:
    logs = {name: MemoryLog(name) for name in SOURCES}
    listener = Listener(pool, logs)
    for store in listener.stores.values():
        await store.prepare()
    for n, move in enumerate(moves):
        name, _, verb = move.partition(" ")
        match verb or move:
            case "happens":
                counter = "ab"[n % 2]
                await happen(logs[name], counter, Counted(amount=n), Noted(note=n), Expired(at=NOW))
            case "heard":
                await listener.followers[name].step()
            case "again":
                await listener.hear_again()
            case _:
                listener.begin()
    for name in SOURCES:
        while await listener.followers[name].step():
            continue
        alone = Store(listener.stores[name].view, pool, suffix="_alone")
        await alone.prepare()
        while await Follower(PublishedLog(logs[name]), [alone]).step():
            continue
        assert await listener.stores[name].contents() == await alone.contents()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_any_interleaving_gives_the_same_rows(
    postgres_server: DatabaseServer, migrated_template: str, moves: list[Move]
) -> None:
    async def play() -> None:
        name = f"test_{uuid4().hex}"
        pool = await open_pool(await create_database(postgres_server, name, migrated_template))
        try:
            await played(pool, moves)
        finally:
            await pool.close()
            await drop_database(postgres_server, name)

    asyncio.run(play())
