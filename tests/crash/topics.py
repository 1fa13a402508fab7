"""Reads every topic from its beginning and holds it against the log it comes from.

Law: each publication stands there, the first time in order; that one stands there twice is allowed,
since whoever hears drops it by its number.
"""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aiokafka import TopicPartition

from shared.kafka.clients import consuming
from shared.kafka.records import to_envelope
from shared.kafka.settings import KafkaSettings
from tests.crash.bookkeeping import Line

READ_SECONDS = 120.0


@dataclass
class Heard:
    """What a listener from the first record on has heard of one service."""

    events: list[UUID] = field(default_factory=list[UUID])
    repeated: int = 0
    holes: list[str] = field(default_factory=list[str])

    def add(self, number: int, event: UUID) -> None:
        if number == len(self.events) + 1:
            self.events.append(event)
        elif number <= len(self.events) and self.events[number - 1] == event:
            self.repeated += 1
        else:
            self.holes.append(f"{number} came after {len(self.events)}")


async def heard_of(settings: KafkaSettings, service: str, lines: Sequence[Line]) -> Heard:
    """Reads until as much as the log has published is there, or nothing more comes."""
    published = [line.event for line in lines if line.service == service and line.publication]
    heard, topic = Heard(), settings.topic(service)
    async with consuming(settings, topic) as consumer:
        await consumer.seek_to_beginning(TopicPartition(topic, 0))
        try:
            async with asyncio.timeout(READ_SECONDS):
                while len(heard.events) < len(published):
                    _take(heard, await consumer.getmany(timeout_ms=1_000))
        except TimeoutError:
            heard.holes.append(f"{len(heard.events)} of {len(published)} have come")
    if heard.events != published:
        heard.holes.append("what is on the topic is not what is in the log")
    return heard


def _take(heard: Heard, records: dict[Any, list[Any]]) -> None:
    for record in (record for part in records.values() for record in part):
        envelope = to_envelope(record.value, record.headers)
        heard.add(envelope.position, envelope.event_id)
