"""Kafka's clients as this house uses them; the one place that knows aiokafka.

Law: a producer is idempotent and waits for every replica; a consumer takes its partition and its
place itself, so no group is ever formed, and none rebalances.
"""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.helpers import create_ssl_context

from shared.kafka.settings import KafkaSettings

UNREACHABLE = (KafkaError, OSError)
"""What a cluster raises that does not answer now; asked again, it may."""


class NotThere(ConnectionError):
    """A topic does not exist, or this client has no right to it; a cluster does not say which."""


MOST_BATCH_BYTES = 900_000
REQUEST_MS = 10_000
METADATA_MS = 30_000  # how long a topic that was made anew may go unnoticed
RETRY_MS = 100


def _connection(settings: KafkaSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "security_protocol": settings.security,
        "request_timeout_ms": REQUEST_MS,
        "metadata_max_age_ms": METADATA_MS,
        "retry_backoff_ms": RETRY_MS,
    }
    if settings.encrypted:
        options["ssl_context"] = create_ssl_context(
            cafile=settings.ca or None,
            certfile=settings.certificate or None,
            keyfile=settings.key or None,
        )
    if settings.signs_in:
        options["sasl_mechanism"] = settings.mechanism
        options["sasl_plain_username"] = settings.username
        options["sasl_plain_password"] = settings.password
    return options


async def _whole(step: Coroutine[Any, Any, None]) -> None:
    """Takes a step to its end before a cancellation is obeyed, ten seconds a broker at most.

    aiokafka (0.14) that is cut off as it first meets the cluster forgets the connection it asks on.
    """
    taken = asyncio.ensure_future(step)
    cut_off: asyncio.CancelledError | None = None
    while not taken.done():
        try:
            await asyncio.wait([taken])
        except asyncio.CancelledError as cancelled:
            cut_off = cancelled
    if cut_off is not None:
        _ = taken.cancelled() or taken.exception()  # nobody is left to hear of it
        raise cut_off
    taken.result()


async def _stop(consumer: Any) -> None:
    """Stops a consumer and closes its connections.

    aiokafka (0.14) may give up at the first of its own tasks that it has cancelled, with the error
    of a caller that was.
    """
    stopping = asyncio.ensure_future(consumer.stop())
    await asyncio.wait([stopping])
    await consumer._client.close()
    if not stopping.cancelled():
        stopping.result()


@asynccontextmanager
async def administering(settings: KafkaSettings) -> AsyncGenerator[Any]:
    client: Any = AIOKafkaAdminClient(**_connection(settings))
    try:
        await _whole(client.start())
        yield client
    finally:
        await _whole(client.close())


async def open_producer(settings: KafkaSettings) -> Any:
    """A started producer; whoever opened it closes it."""
    producer: Any = AIOKafkaProducer(
        **_connection(settings),
        enable_idempotence=True,
        acks="all",
        max_batch_size=MOST_BATCH_BYTES,
    )
    try:
        await _whole(producer.start())
    except BaseException:
        await close_producer(producer)
        raise
    return producer


async def close_producer(producer: Any) -> None:
    await _whole(producer.stop())


@asynccontextmanager
async def consuming(settings: KafkaSettings, topic: str) -> AsyncGenerator[Any]:
    """A consumer at the end of a topic's one partition, ready for `getmany`.

    Raises NotThere where the topic is missing, or this client may not read it.
    """
    consumer: Any = AIOKafkaConsumer(
        **_connection(settings),
        auto_offset_reset="earliest",  # a topic that lost its records is heard from its new start
        enable_auto_commit=False,
    )
    partition = TopicPartition(topic, 0)
    try:
        await _whole(consumer.start())
        if topic not in await consumer.topics():
            raise NotThere(f"{topic} is missing, or may not be read")
        consumer.assign([partition])
        if not await consumer.seek_to_end(partition):
            raise NotThere(f"{topic} may not be read")
        yield consumer
    finally:
        await _whole(_stop(consumer))
