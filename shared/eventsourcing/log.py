"""The contract of a log: what every implementation, in memory or on PostgreSQL, must keep.

Order is commit order, positions and publications have no holes, an append is all or nothing, and
the same command gives the same answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import msgspec

from shared.eventsourcing.events import Envelope, Meta


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event about to be appended: encoded, not yet numbered."""

    type: str
    event_id: UUID
    body: bytes
    published: bool
    effective_on: date


class Write(msgspec.Struct, frozen=True):
    """Events for one stream, to follow `expected_version` (0: the stream does not exist yet)."""

    stream: str
    expected_version: int
    events: tuple[NewEvent, ...]
    partition_key: str


class Unchanged(msgspec.Struct, frozen=True):
    """A stream that was only read and must still be at this version."""

    stream: str
    version: int


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """One command's whole effect: writes and expectations, all or nothing."""

    command_id: UUID
    writes: tuple[Write, ...]
    unchanged: tuple[Unchanged, ...] = ()
    meta: Meta = Meta()
    now: datetime

    @property
    def streams(self) -> frozenset[str]:
        return frozenset(
            [write.stream for write in self.writes] + [read.stream for read in self.unchanged]
        )


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a command: what it added, the same each time it is asked.

    `publication` is the log's last publication at `position`; `request_hash` is that of the request
    which was accepted first.
    """

    position: int
    publication: int
    versions: dict[str, int]
    request_hash: str = ""


class VersionConflict(Exception):
    """A stream written or read by the append is no longer at the version expected."""


class Epoch(msgspec.Struct, frozen=True):
    """One incarnation of a log, and the first numbers given in it."""

    epoch: int
    first_position: int
    first_publication: int


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far a log reaches, and through which incarnations."""

    position: int
    publication: int
    epochs: tuple[Epoch, ...]


def epoch_at(epochs: tuple[Epoch, ...], position: int) -> int:
    """The incarnation in which a position was given."""
    return max(epoch.epoch for epoch in epochs if epoch.first_position <= position)


class Log(Protocol):
    """A service's own history."""

    name: str

    async def append(self, append: Append) -> Appended:
        """Adds all of it or nothing; a known command id gives its first answer again.

        Raises VersionConflict.
        """
        ...

    async def find(self, command_id: UUID) -> Appended | None:
        """The answer already given to this command, if it was."""
        ...

    async def request_hashes(self, command_ids: Sequence[UUID]) -> frozenset[str]:
        """The fingerprints of the requests with which any of these commands came."""
        ...

    async def read_stream(self, stream: str, after: int = 0) -> list[Envelope]:
        """The stream's events above a version, in order; all of them, where none is named."""
        ...

    async def read(self, after: int, limit: int) -> list[Envelope]:
        """Every event after a position, in order."""
        ...

    async def read_published(self, after: int, limit: int) -> list[Envelope]:
        """Published events after a publication, in order."""
        ...

    async def publication_of(self, event_id: UUID) -> int | None:
        """The publication of an event of this log; None where it is unknown or not published."""
        ...

    async def head(self) -> Head: ...

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """The incarnations of this log, as of its opening."""
        ...

    @property
    def growth(self) -> asyncio.Event:
        """Is set when this process appends something after it was asked for."""
        ...
