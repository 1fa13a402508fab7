"""Another service's topic as it happens, heard from its end.

Law: a record that is no event of this house is passed over, and the feed is asked in its place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from shared.eventsourcing.events import Envelope
from shared.kafka.clients import UNREACHABLE, consuming
from shared.kafka.records import Unreadable, to_envelope
from shared.kafka.settings import KafkaSettings

logger = structlog.get_logger(__name__)

POLL_MS = 1_000


class Topic:
    """One topic of a cluster as a broadcast."""

    unheard: tuple[type[Exception], ...] = UNREACHABLE

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self.name = topic
        self._settings = settings

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[AsyncIterator[list[Envelope]]]:
        async with consuming(self._settings, self.name) as consumer:
            yield self._heard(consumer)

    async def _heard(self, consumer: Any) -> AsyncGenerator[list[Envelope]]:
        while True:
            records = await consumer.getmany(timeout_ms=POLL_MS)
            yield [
                envelope
                for record in (record for part in records.values() for record in part)
                if (envelope := self._opened(record)) is not None
            ]

    def _opened(self, record: Any) -> Envelope | None:
        try:
            return to_envelope(record.value, record.headers)
        except Unreadable:
            logger.exception("record-unreadable", topic=self.name, offset=record.offset)
            return None
