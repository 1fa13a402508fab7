"""Where events are heard from: a source gives numbered pages, and waits a while for the next one.

Law: a page holds consecutive events, and says how far its source reaches and in which incarnations.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from shared.eventsourcing.events import Envelope
from shared.eventsourcing.log import Epoch, Log

BACKSTOP_SECONDS = 0.25  # how often a waiting reader looks for what another replica appended


class Page(NamedTuple):
    """Consecutive events of a source, how far it reaches, and its incarnations.

    An epoch's `first` is the first number of this source's own counting given in it.
    """

    envelopes: list[Envelope]
    head: int
    epochs: tuple[FirstNumber, ...]


class FirstNumber(NamedTuple):
    epoch: int
    first: int


class Source(Protocol):
    """A log as heard from outside or inside; the HTTP feed and Kafka are two of them."""

    name: str

    def number(self, envelope: Envelope) -> int:
        """The number that this source counts by: position or publication."""
        ...

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        """The next events after a number; waits a while for the first one."""
        ...


class OwnLog:
    """A service's own log, unpublished events included, counted by position."""

    def __init__(self, log: Log) -> None:
        self.name = log.name
        self._log = log

    def number(self, envelope: Envelope) -> int:
        return envelope.position

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        envelopes = await _arriving(self._log, self._log.read, after, limit, wait_seconds)
        full = len(envelopes) in (0, limit)  # else the last one is where the log ends
        head = (await self._log.head()).position if full else envelopes[-1].position
        return Page(envelopes, head, first_positions(self._log.epochs))


class PublishedLog:
    """What a log has published, counted by publication; what the feed serves."""

    def __init__(self, log: Log) -> None:
        self.name = log.name
        self._log = log

    def number(self, envelope: Envelope) -> int:
        return envelope.publication or 0

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        envelopes = await _arriving(self._log, self._log.read_published, after, limit, wait_seconds)
        full = len(envelopes) in (0, limit)
        head = (await self._log.head()).publication if full else self.number(envelopes[-1])
        return Page(envelopes, head, first_publications(self._log.epochs))


async def _arriving(
    log: Log,
    read: Callable[[int, int], Awaitable[list[Envelope]]],
    after: int,
    limit: int,
    seconds: float,
) -> list[Envelope]:
    """What is there, or else what comes first in that time; other replicas append unheard."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        growth = log.growth
        envelopes = await read(after, limit)
        left = deadline - asyncio.get_running_loop().time()
        if envelopes or left <= 0:
            return envelopes
        try:
            async with asyncio.timeout(min(left, BACKSTOP_SECONDS)):
                await growth.wait()
        except TimeoutError:
            continue


def first_positions(epochs: Sequence[Epoch]) -> tuple[FirstNumber, ...]:
    return tuple(FirstNumber(epoch.epoch, epoch.first_position) for epoch in epochs)


def first_publications(epochs: Sequence[Epoch]) -> tuple[FirstNumber, ...]:
    return tuple(FirstNumber(epoch.epoch, epoch.first_publication) for epoch in epochs)
