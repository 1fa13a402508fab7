"""The relay and the hearing beside aiokafka alone, on one real node.

Law: the yardstick sends the very same records and waits for the same acknowledgements, and reads
them without opening them.
"""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from time import perf_counter
from typing import Any
from uuid import uuid4

from aiokafka import TopicPartition

from bench import raw
from bench.ground import Ground
from bench.measuring import Contest, Tally, Wanted
from goldenthread.broker import Broker
from goldenthread.jars import get_kafka
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.subscriptions import Follower
from shared.kafka.clients import close_producer, consuming, open_producer
from shared.kafka.records import Record, to_envelope, to_record
from shared.kafka.relay import Relay
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import prepare_topic
from shared.postgres.pool import Pool, open_pool
from shared.running.running import RELAY_PAGE

EVENTS = 50_000
GOAL = 0.5
ALONE = "aiokafka alone"


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    events = min(EVENTS, wanted.events)
    async with AsyncExitStack() as stack:
        broker = stack.enter_context(Broker(ground.home / "kafka", get_kafka()))
        settings = KafkaSettings(bootstrap=broker.bootstrap)
        dsn = await stack.enter_async_context(ground.database())
        await raw.fill(dsn, events)
        pool = await open_pool(dsn)
        stack.push_async_callback(pool.close)
        log = await PostgresLog.open("contracts", pool)
        envelopes = await log.read_published(0, events)
        records = [to_record("/contracts", each, each.position) for each in envelopes]
        await tally.hold(
            Contest(
                case="relay / produce",
                ours=partial(relay, settings, log, pool, events),
                yardsticks={ALONE: partial(produce, settings, records)},
                goals={ALONE: GOAL},
            )
        )
        topic = _topic()
        await prepare_topic(settings, topic)
        await _send(settings, topic, records)
        await tally.hold(
            Contest(
                case="hear / consume",
                ours=partial(consume, settings, topic, events, opened=True),
                yardsticks={ALONE: partial(consume, settings, topic, events, opened=False)},
            )
        )


def _topic() -> str:
    return f"goldenthread.bench.{uuid4().hex}.v1"


async def relay(settings: KafkaSettings, log: PostgresLog, pool: Pool, events: int) -> float:
    """Events a second, from the log's first to the last acknowledged and remembered."""
    relaying = Relay(settings, _topic(), "/contracts", pool)
    follower = Follower(PublishedLog(log), [relaying], RELAY_PAGE)
    first = await follower.step()  # makes the topic and opens the producer, which is not timed
    began = perf_counter()
    while await follower.step():
        continue
    took = perf_counter() - began
    await relaying.close()
    return (events - first) / took


async def produce(settings: KafkaSettings, records: Sequence[Record]) -> float:
    """Events a second, batches as large as they may be."""
    topic = _topic()
    await prepare_topic(settings, topic)
    return await _send(settings, topic, records)


async def _send(settings: KafkaSettings, topic: str, records: Sequence[Record]) -> float:
    producer = await open_producer(settings)
    began = perf_counter()
    sent: list[Any] = []
    batch = producer.create_batch()
    for key, value, headers in records:
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            sent.append(await producer.send_batch(batch, topic, partition=0))
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    sent.append(await producer.send_batch(batch, topic, partition=0))
    for acknowledged in sent:
        await acknowledged
    took = perf_counter() - began
    await close_producer(producer)
    return len(records) / took


async def consume(settings: KafkaSettings, topic: str, events: int, *, opened: bool) -> float:
    """Events a second; `opened` makes envelopes of the records, as hearing does."""
    async with consuming(settings, topic) as consumer:
        await consumer.seek_to_beginning(TopicPartition(topic, 0))
        heard = 0
        began = perf_counter()
        while heard < events:
            found = await consumer.getmany(timeout_ms=1_000)
            for record in (record for part in found.values() for record in part):
                heard += 1
                if opened:
                    to_envelope(record.value, record.headers)
        return heard / (perf_counter() - began)
