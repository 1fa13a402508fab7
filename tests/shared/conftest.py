"""Every way of hearing a log, and a view elsewhere that follows."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from goldenthread.broker import Broker
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import OwnLog, PublishedLog
from shared.feed.hearing import FeedStream, HttpFeed
from shared.feed.live import LiveFeed
from shared.kafka.hearing import Topic
from shared.kafka.settings import KafkaSettings
from shared.postgres.pool import Pool
from shared.testing.houses import NO_KAFKA, open_house
from tests.shared.counters import PLAN, totals
from tests.shared.hearing import (
    START_SECONDS,
    WAYS,
    Heard,
    Mute,
    Store,
    feed_client,
    streaming_client,
)


@pytest.fixture(params=WAYS)
async def heard(request: pytest.FixtureRequest, service_database: str) -> AsyncGenerator[Heard]:
    way: str = request.param
    async with AsyncExitStack() as stack:
        if way.endswith("log"):
            log = MemoryLog("counting")
            yield Heard(log, OwnLog(log) if way == "own log" else PublishedLog(log))
            return
        kafka = NO_KAFKA
        if way.startswith("kafka"):
            broker: Broker = request.getfixturevalue("kafka")
            kafka = KafkaSettings(bootstrap=broker.bootstrap, cell=request.getfixturevalue("cell"))
        house = await stack.enter_async_context(open_house(PLAN, service_database, kafka=kafka))
        if way.startswith("stream"):
            client = await stack.enter_async_context(streaming_client(house))
            feed, live = HttpFeed("counting", client), FeedStream("counting", client)
        else:
            feed = HttpFeed("counting", await stack.enter_async_context(feed_client(house)))
            live = Topic(kafka, kafka.topic("counting"))
        if way == "http feed":
            yield Heard(house.house.log, feed)
            return
        heard = LiveFeed(live, Mute(feed) if way.endswith("alone") else feed)
        source = await stack.enter_async_context(heard.open())
        await source.listening(START_SECONDS)
        yield Heard(house.house.log, source)


@pytest.fixture
async def store(other_pool: Pool) -> Store:
    made = Store(totals("counting"), other_pool)
    await made.prepare()
    return made
