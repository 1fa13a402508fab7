"""Every view of the gateway is made again while it is read and the services go on publishing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.subscriptions import Follower
from shared.eventsourcing.view_store import ViewStore
from shared.testing.houses import RunningHouse
from tests.gateway import story

READERS = 2
LATER = datetime(2027, 4, 1, tzinfo=UTC)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


async def publish(house: RunningHouse, number: int) -> None:
    """One more notice and one more return due, both about the contract of the story."""
    notice = replace(story.NOTICE, notice=f"n-{number}")
    scheduled = replace(story.Q2, period=f"2026-27-M{number}")
    await house.hear("contracts", "contract/c1", notice)
    await house.hear("monitoring", f"return/c1:{number}", scheduled)


class Reader:
    """Reads a view in every way there is; nothing it has seen may be gone the next time."""

    def __init__(self, store: ViewStore[Any]) -> None:
        self._store = store
        self.reads = 0

    async def read_until(self, done: asyncio.Event) -> None:
        rows: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not done.is_set():
            found = await self._store.find(limit=1000)
            assert rows.keys() <= found.keys(), self._store.name
            rows = found
            for key in rows:
                assert await self._store.get(key) is not None, (self._store.name, key)
                if self._store.view.emits:
                    told = len(await self._store.lines(key))
                    assert told >= lines.get(key, 0), (self._store.name, key)
                    lines[key] = told
                if self._store.view.history:
                    assert await self._store.known_at(key, LATER) is not None
            self.reads += 1


async def test_every_view_is_rebuilt_while_it_is_read_and_written(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    done = asyncio.Event()
    readers = [Reader(store) for store in house.house.stores.values() for _ in range(READERS)]
    written = 0

    async def write() -> None:
        nonlocal written
        while not done.is_set():
            await publish(house, written)
            written += 1

    others = [asyncio.create_task(reader.read_until(done)) for reader in readers]
    others.append(asyncio.create_task(write()))
    for store in house.house.stores.values():
        await rebuild(store, house.house.pool, house.house.sources[store.view.source])
    done.set()
    await asyncio.gather(*others)

    assert written > 0
    assert all(reader.reads for reader in readers)
    await house.settle()
    for store in house.house.stores.values():
        assert await store.contents() == await _fresh(house, store), store.name


async def _fresh(house: RunningHouse, live: ViewStore[Any]) -> Any:
    """The view as nobody has ever rebuilt it: followed page by page from the first event."""
    fresh: ViewStore[Any] = ViewStore(live.view, house.house.pool, suffix="_fresh")
    await fresh.prepare()
    follower = Follower(house.house.sources[live.view.source], [fresh], page=3)
    while await follower.step():
        continue
    return await fresh.contents()
