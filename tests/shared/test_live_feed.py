"""A feed heard as it happens: one answer that goes on, and is asked for again when it ends."""

from __future__ import annotations

import asyncio

import pytest

from shared.eventsourcing.log import Log
from shared.feed import hearing
from shared.feed.hearing import FeedStream, HttpFeed
from shared.feed.live import LiveFeed
from shared.postgres.pool import Pool
from shared.testing.houses import open_house, token
from tests.shared.counters import PLAN, Counted
from tests.shared.hearing import (
    START_SECONDS,
    Store,
    feed_client,
    follow,
    happen,
    streaming_client,
    total,
)


async def counted(log: Log, several: int) -> None:
    for _ in range(several):
        await happen(log, "a", Counted(amount=1))


async def test_the_stream_begins_with_nothing_and_goes_on_with_what_is_published(
    service_database: str,
) -> None:
    async with (
        open_house(PLAN, service_database) as house,
        streaming_client(house) as client,
        client.stream("GET", "/v1/feed/stream?timeout=30") as answer,
    ):
        assert answer.headers["content-type"] == "application/x-ndjson"
        lines = answer.aiter_lines()
        assert await anext(lines) == "[]"
        await counted(house.house.log, 1)
        line = await anext(lines)
        assert '"publication":1' in line
        assert "counting" in line


async def test_the_stream_is_for_services_alone_and_no_longer_than_asked(
    service_database: str,
) -> None:
    async with open_house(PLAN, service_database) as house:
        client = feed_client(house)
        assert (await client.get("/v1/feed/stream")).text == "[]\n"
        assert (await client.get("/v1/feed/stream?timeout=31")).status_code == 422
        outsider = {"Authorization": f"Bearer {token('council', 'ann', 'commissioner')}"}
        assert (await client.get("/v1/feed/stream", headers=outsider)).status_code == 403


async def test_nothing_is_missed_between_one_answer_and_the_next(
    service_database: str, store: Store, other_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "STREAM_SECONDS", 0.05)
    async with (
        open_house(PLAN, service_database) as house,
        streaming_client(house) as client,
        LiveFeed(FeedStream("counting", client), HttpFeed("counting", client)).open() as source,
    ):
        assert await source.listening(START_SECONDS)
        for _ in range(20):
            await counted(house.house.log, 1)
            await asyncio.sleep(0.02)
        await follow(source, store)
        assert await total(store, "a") == 20
        assert await other_pool.fetchval("select count(*) from kept.parked") == 0


async def test_a_stream_that_is_not_answered_leaves_it_to_the_feed(
    service_database: str, store: Store
) -> None:
    async with open_house(PLAN, service_database) as house, streaming_client(house) as client:
        outsider = feed_client(house)
        outsider.headers["Authorization"] = f"Bearer {token('council', 'ann', 'commissioner')}"
        broken = FeedStream("counting", outsider)
        async with LiveFeed(broken, HttpFeed("counting", client)).open() as source:
            await counted(house.house.log, 3)
            await follow(source, store)
            assert not await source.listening(0.1)
            assert await total(store, "a") == 3
