"""A broker that is late, restarts, comes back empty or does not take everything loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from msgspec.structs import replace

from goldenthread.broker import Broker
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import Page, PublishedLog
from shared.eventsourcing.subscriptions import Follower
from shared.feed.hearing import HttpFeed
from shared.feed.live import LiveFeed
from shared.kafka.clients import MOST_BATCH_BYTES, consuming
from shared.kafka.hearing import Topic
from shared.kafka.relay import Relay
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import prepare_topic
from shared.postgres.pool import Pool
from shared.testing.houses import RunningHouse, open_house
from tests.shared.counters import PLAN, Counted
from tests.shared.hearing import Mute, Store, feed_client, follow, happen, total

SECONDS = 60.0


class Bus:
    """A service that publishes, a topic, and a view elsewhere that hears it."""

    def __init__(
        self, house: RunningHouse, source: LiveFeed, follower: Follower, store: Store
    ) -> None:
        self.house = house
        self.source = source
        self.follower = follower
        self.store = store

    async def count(self, counter: str, amount: int = 1) -> None:
        await happen(self.house.house.log, counter, Counted(amount=amount))

    async def applied(self, number: int) -> None:
        """Waits until the view has come so far."""
        assert await self.follower.reached(number, SECONDS), self.follower.following()

    async def relayed(self, number: int) -> None:
        """Waits until the topic has come so far."""
        async with asyncio.timeout(SECONDS):
            while self.house.house.relaying()[0].number < number:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.05)


@asynccontextmanager
async def bus(
    kafka: KafkaSettings, database: str, store: Store, *, topic_only: bool = False
) -> AsyncGenerator[Bus]:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(PLAN, database, kafka=kafka))
        feed = HttpFeed("counting", await stack.enter_async_context(feed_client(house)))
        topic = kafka.topic("counting")
        heard = LiveFeed(Topic(kafka, topic), Mute(feed) if topic_only else feed)
        source = await stack.enter_async_context(heard.open())
        follower = Follower(source, [store])
        following = asyncio.create_task(follower.run())
        stack.push_async_callback(asyncio.gather, following, return_exceptions=True)
        stack.callback(following.cancel)
        yield Bus(house, source, follower, store)


async def test_a_broker_that_restarts_is_heard_again(
    own_kafka: Broker, cell: str, service_database: str, store: Store
) -> None:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, cell=cell)
    async with bus(kafka, service_database, store) as heard:
        assert await heard.source.listening(SECONDS)
        await heard.count("a")
        await heard.applied(1)
        await asyncio.to_thread(own_kafka.kill)
        await heard.count("a")
        await heard.applied(2)  # by the feed: nobody waits for a broker
        await asyncio.to_thread(own_kafka.start)
        await heard.count("a")
        await heard.applied(3)
        await heard.relayed(3)

        assert await total(store, "a") == 3
    assert await records(kafka) == [1, 2, 3]


async def test_a_broker_that_comes_back_empty_is_heard_again(
    own_kafka: Broker, cell: str, service_database: str, store: Store
) -> None:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, cell=cell)
    async with bus(kafka, service_database, store) as heard:
        assert await heard.source.listening(SECONDS)
        for _ in range(5):
            await heard.count("a")
        await heard.applied(5)
        await heard.relayed(5)
        await asyncio.to_thread(own_kafka.wipe)
        for _ in range(3):
            await heard.count("a")
        await heard.applied(8)
        await heard.relayed(8)

        assert await total(store, "a") == 8
    assert await records(kafka) == [6, 7, 8]


async def test_a_service_starts_before_its_broker(
    own_kafka: Broker, cell: str, service_database: str, store: Store
) -> None:
    kafka = KafkaSettings(bootstrap=own_kafka.bootstrap, cell=cell)
    own_kafka.kill()
    async with bus(kafka, service_database, store) as heard:
        await heard.count("a")
        await heard.applied(1)
        assert not await heard.source.listening(0.0)
        await asyncio.to_thread(own_kafka.start)
        await heard.relayed(1)
        assert await heard.source.listening(SECONDS)
        await heard.count("a")
        await heard.applied(2)

        assert await total(store, "a") == 2


async def test_what_the_topic_does_not_take_comes_by_the_feed(
    kafka: Broker, cell: str, other_pool: Pool
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    topic = settings.topic("counting")
    log = MemoryLog("counting")

    class Padded(PublishedLog):
        """The second event is larger than a topic takes."""

        async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
            page = await super().read(after, limit, wait_seconds)
            return page._replace(envelopes=[_padded(envelope) for envelope in page.envelopes])

    def _padded(envelope: Envelope) -> Envelope:
        size = MOST_BATCH_BYTES if envelope.publication == 2 else 0
        return replace(envelope, body=envelope.body + b" " * size)

    relay = Relay(settings, topic, "/counting", other_pool)
    relaying = Follower(Padded(log), [relay])
    async with LiveFeed(Topic(settings, topic), Padded(log)).open() as source:
        await happen(log, "a", *[Counted(amount=n) for n in range(1, 6)])
        assert await relaying.step() == 5
        await relay.close()
        at = 0
        seen: list[int | None] = []
        async with asyncio.timeout(SECONDS):
            while at < 5:
                page = await source.read(at, 1, 1.0)
                seen += [envelope.publication for envelope in page.envelopes]
                at = seen[-1] or 0 if seen else 0
        assert seen == [1, 2, 3, 4, 5]
    assert await records(settings) == [1, 3, 4, 5]


async def test_a_batch_larger_than_a_request_is_sent_in_parts(
    kafka: Broker, cell: str, other_pool: Pool
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    log = MemoryLog("counting")
    await happen(log, "a", *[Counted(amount=1)] * 6000)
    relay = Relay(settings, settings.topic("counting"), "/counting", other_pool)

    assert await Follower(PublishedLog(log), [relay], 6000).step() == 6000

    await relay.close()
    assert await records(settings) == list(range(1, 6001))


async def test_a_crash_before_the_place_moved_sends_again_and_nobody_minds(
    kafka: Broker, cell: str, other_pool: Pool
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    topic = settings.topic("counting")
    log = MemoryLog("counting")
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    async with LiveFeed(Topic(settings, topic), Mute(PublishedLog(log))).open() as source:
        for _ in range(2):
            relay = Relay(settings, topic, "/counting", other_pool)
            await Follower(PublishedLog(log), [relay]).step()
            await relay.close()
            await other_pool.execute(
                "delete from kept.checkpoints where subscriber = $1", relay.name
            )
            assert await source.listening(SECONDS)
        await happen(log, "a", Counted(amount=3))
        relay = Relay(settings, topic, "/counting", other_pool)
        await Follower(PublishedLog(log), [relay]).step()
        await relay.close()
        page = await source.read(2, 10, SECONDS)

        assert [envelope.publication for envelope in page.envelopes] == [3]
    assert await records(settings) == [1, 2, 1, 2, 1, 2, 3]


async def test_a_log_that_was_restored_to_before_what_its_topic_told_stops_its_readers(
    kafka: Broker, cell: str, other_pool: Pool, store: Store
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    topic = settings.topic("counting")
    log = MemoryLog("counting")
    relay = Relay(settings, topic, "/counting", other_pool)
    await prepare_topic(settings, topic)
    async with LiveFeed(Topic(settings, topic), Mute(PublishedLog(log))).open() as source:
        assert await source.listening(SECONDS)
        await happen(log, "a", Counted(amount=1), Counted(amount=2))
        await Follower(PublishedLog(log), [relay]).step()
        await follow(source, store)
        log.lose(1)
        await other_pool.execute(
            "update kept.checkpoints set number = 1 where subscriber = $1", relay.name
        )  # restored with the log it lies beside
        await happen(log, "a", Counted(amount=9))
        await Follower(PublishedLog(log), [relay]).step()
        follower = await follow(source, store)
        await relay.close()

    assert "epoch 2 began at 2" in follower.following()[0].stopped
    assert await total(store, "a") == 3


async def test_a_topic_made_later_is_heard_once_it_is_there(
    kafka: Broker, cell: str, other_pool: Pool
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    topic = settings.topic("counting")
    log = MemoryLog("counting")
    async with LiveFeed(Topic(settings, topic), PublishedLog(log)).open() as source:
        assert not await source.listening(1.0)
        await happen(log, "a", Counted(amount=1))
        relay = Relay(settings, topic, "/counting", other_pool)
        await Follower(PublishedLog(log), [relay]).step()
        await relay.close()

        assert await source.listening(SECONDS)


async def records(settings: KafkaSettings) -> list[int]:
    """The numbers that lie on the topic now, from its first record."""
    found: list[int] = []
    async with consuming(settings, settings.topic("counting")) as consumer:
        [partition] = consumer.assignment()
        end = (await consumer.end_offsets([partition]))[partition]
        await consumer.seek_to_beginning(partition)
        while await consumer.position(partition) < end:
            taken: dict[Any, Any] = await consumer.getmany(timeout_ms=500)
            for part in taken.values():
                found += [int(dict(record.headers)["ce_publication"]) for record in part]
    return found
