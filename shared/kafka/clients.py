"""Kafka's clients as this house uses them; the one place that knows aiokafka.

Law: a producer is idempotent and waits for every replica; a consumer takes its partition and its
place itself, so no group is ever formed, and none rebalances.
"""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
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


async def _start(client: Any) -> None:
    """Starts a client whole: cancelled as it first meets the cluster, aiokafka (0.14) forgets the
    connection it asks on and leaves it open, so a cancellation waits for that meeting to end.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting], timeout=REQUEST_MS / 1000)
        if not starting.cancel() and not starting.cancelled():
            starting.exception()  # nobody is left to hear of it
        raise


@asynccontextmanager
async def administering(settings: KafkaSettings) -> AsyncGenerator[Any]:
    client: Any = AIOKafkaAdminClient(**_connection(settings))
    try:
        await _start(client)
        yield client
    finally:
        await client.close()


async def open_producer(settings: KafkaSettings) -> Any:
    """A started producer; whoever opened it stops it."""
    producer: Any = AIOKafkaProducer(
        **_connection(settings),
        enable_idempotence=True,
        acks="all",
        max_batch_size=MOST_BATCH_BYTES,
    )
    try:
        await _start(producer)
    except BaseException:
        await producer.stop()
        raise
    return producer


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
        await _start(consumer)
        if topic not in await consumer.topics():
            raise NotThere(f"{topic} is missing, or may not be read")
        consumer.assign([partition])
        if not await consumer.seek_to_end(partition):
            raise NotThere(f"{topic} may not be read")
        yield consumer
    finally:
        await consumer.stop()
