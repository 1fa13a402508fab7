"""A log in memory, for tests of the core and as the plainest statement of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from shared.eventsourcing.events import Envelope
from shared.eventsourcing.log import (
    Append,
    Appended,
    Epoch,
    Head,
    VersionConflict,
    epoch_at,
)


class MemoryLog:
    """Keeps the contract of `Log` in one process; nothing survives it."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self._events: list[Envelope] = []
        self._epochs: tuple[Epoch, ...] = (Epoch(1, 1, 1),)
        self._grown = asyncio.Event()

    async def append(self, append: Append) -> Appended:
        known = await self.find(append.command_id)
        if known is not None:
            return known
        expected = {write.stream: write.expected_version for write in append.writes}
        expected |= {read.stream: read.version for read in append.unchanged}
        for stream, version in expected.items():
            if self._version(stream) != version:
                raise VersionConflict(stream)
        self._refuse_known_ids(append)
        self._add(append)
        self._grown.set()
        self._grown = asyncio.Event()
        answer = await self.find(append.command_id)
        return answer or Appended(
            position=len(self._events), publication=self._publication(), versions={}
        )

    def _refuse_known_ids(self, append: Append) -> None:
        ids = [new.event_id for write in append.writes for new in write.events]
        if len({*ids, *(event.event_id for event in self._events)}) != len(ids) + len(self._events):
            raise ValueError("an event id was used before")

    def _version(self, stream: str) -> int:
        return sum(1 for event in self._events if event.stream == stream)

    def _publication(self) -> int:
        return sum(1 for event in self._events if event.publication is not None)

    def _add(self, append: Append) -> None:
        latest = self._events[-1].recorded_at if self._events else datetime.min.replace(tzinfo=UTC)
        recorded_at = max(latest, append.now)
        for write in append.writes:
            for version, new in enumerate(write.events, write.expected_version + 1):
                position = len(self._events) + 1
                self._events.append(
                    Envelope(
                        position=position,
                        publication=self._publication() + 1 if new.published else None,
                        epoch=epoch_at(self._epochs, position),
                        stream=write.stream,
                        version=version,
                        type=new.type,
                        event_id=new.event_id,
                        command_id=append.command_id,
                        partition_key=write.partition_key,
                        body=new.body,
                        meta=append.meta,
                        effective_on=new.effective_on,
                        recorded_at=recorded_at,
                    )
                )

    async def find(self, command_id: UUID) -> Appended | None:
        mine = [event for event in self._events if event.command_id == command_id]
        if not mine:
            return None
        position = mine[-1].position
        return Appended(
            position=position,
            publication=sum(1 for e in self._events[:position] if e.publication is not None),
            versions={event.stream: event.version for event in mine},
            request_hash=mine[0].meta.request_hash,
        )

    async def request_hashes(self, command_ids: Sequence[UUID]) -> frozenset[str]:
        asked = set(command_ids)
        return frozenset(e.meta.request_hash for e in self._events if e.command_id in asked)

    async def read_stream(self, stream: str, after: int = 0) -> list[Envelope]:
        return [e for e in self._events if e.stream == stream and e.version > after]

    async def read(self, after: int, limit: int) -> list[Envelope]:
        return self._events[after : after + limit]

    async def read_published(self, after: int, limit: int) -> list[Envelope]:
        return [e for e in self._events if e.publication is not None and e.publication > after][
            :limit
        ]

    async def publication_of(self, event_id: UUID) -> int | None:
        return next((e.publication for e in self._events if e.event_id == event_id), None)

    async def head(self) -> Head:
        return Head(
            position=len(self._events), publication=self._publication(), epochs=self._epochs
        )

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        return self._epochs

    @property
    def growth(self) -> asyncio.Event:
        return self._grown

    def begin_epoch(self) -> None:
        """A new incarnation, as after a restore."""
        self._epochs = (
            *self._epochs,
            Epoch(len(self._epochs) + 1, len(self._events) + 1, self._publication() + 1),
        )

    def lose(self, position: int) -> None:
        """Forgets everything after a position and begins a new incarnation, as a restore would."""
        del self._events[position:]
        self.begin_epoch()
