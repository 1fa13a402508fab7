"""The relay: brings a log to its topic, in order, and remembers how far the broker has said yes.

A relay follows its log like any subscriber, so its place moves after the broker's acknowledgement.
What it sends twice after a crash is dropped by number; what it does not send is a hole, and
whoever hears one asks the feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from shared.eventsourcing.parking import Parking
from shared.eventsourcing.subscriptions import Checkpoint, Numbered
from shared.kafka.clients import MOST_BATCH_BYTES, UNREACHABLE, close_producer, open_producer
from shared.kafka.records import Record, to_record
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import prepare_topic
from shared.postgres.pool import Pool

logger = structlog.get_logger(__name__)

HEADERS_BYTES = 1_000  # more than the attributes of any event take


class BrokerUnavailable(ConnectionError):
    """The cluster did not take a batch; it is sent again."""


class Relay:
    """Follows one log for one topic."""

    def __init__(self, settings: KafkaSettings, topic: str, source: str, pool: Pool) -> None:
        """`source` is the CloudEvents source of the log's events, such as `/contracts`."""
        self.name = f"relay:{topic}"
        self.topic = topic
        self._settings = settings
        self._source = source
        self._pool = pool
        self._parking = Parking(self.name, self.name)
        self._producer: Any = None

    async def checkpoint(self, source: str) -> Checkpoint:
        return await self._parking.checkpoint(self._pool, source)

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        """Sends a page and moves the place. Raises BrokerUnavailable, BadTopic."""
        try:
            await self._send(self._records(numbered))
        except UNREACHABLE as error:
            await self.close()
            raise BrokerUnavailable(type(error).__name__) from error
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.move(connection, source, at, to, numbered)

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await close_producer(producer)

    def _records(self, numbered: Iterable[Numbered]) -> list[Record]:
        """What fits the topic; an event that does not is left to the feed."""
        found: list[Record] = []
        for number, envelope in numbered:
            if len(envelope.body) + HEADERS_BYTES > MOST_BATCH_BYTES:
                logger.warning("event-too-large", topic=self.topic, number=number)
                continue
            found.append(to_record(self._source, envelope, number))
        return found

    async def _send(self, records: Sequence[Record]) -> None:
        """Returns when the broker has acknowledged every record."""
        if self._producer is None:
            await prepare_topic(self._settings, self.topic)
            self._producer = await open_producer(self._settings)
        sent: list[Any] = []
        batch: Any = self._producer.create_batch()
        for key, value, headers in records:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                sent.append(await self._producer.send_batch(batch, self.topic, partition=0))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        if batch.record_count():
            sent.append(await self._producer.send_batch(batch, self.topic, partition=0))
        for acknowledged in sent:
            await acknowledged
