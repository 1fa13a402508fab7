"""A source heard as it happens, and asked wherever that is not enough.

Law: what a page holds follows what was asked for without a gap. A hole, an incarnation not heard of
before, a broadcast that ends, is silent or comes back empty: each leads to the feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog

from shared.eventsourcing.events import Envelope
from shared.eventsourcing.sources import FirstNumber, Page, Source
from shared.eventsourcing.stopping import stop

logger = structlog.get_logger(__name__)

COMPARE_SECONDS = 2.0
"""How often the feed is asked whether there is more: an empty broker shows no hole."""

RETRY_SECONDS = 0.5
MOST_KEPT = 2_000
"""Events at hand for a reader that is a little behind; whoever is further behind asks the feed."""


class Broadcast(Protocol):
    """Events of a source as they happen, from the moment it is opened; each may come twice.

    `unheard` is what it raises while it cannot be heard.
    """

    name: str
    unheard: tuple[type[Exception], ...]

    def opened(self) -> AbstractAsyncContextManager[AsyncIterator[list[Envelope]]]:
        """Opens it at its end; what is given may end, and is then opened again."""
        ...


class Heard:
    """The latest events that have come, without a gap from first to last."""

    def __init__(self) -> None:
        self._kept: list[Envelope] = []
        self.changed = asyncio.Event()

    @property
    def last(self) -> int:
        """The number of the newest event; 0 where there is none."""
        return _number(self._kept[-1]) if self._kept else 0

    def add(self, envelope: Envelope) -> None:
        """Drops what is known; what leaves a gap, or begins an incarnation, begins anew."""
        if self._kept and envelope.epoch == self._kept[-1].epoch:
            if _number(envelope) <= self.last:
                return
            if _number(envelope) > self.last + 1:
                self._kept.clear()
        else:
            self._kept.clear()
        self._kept.append(envelope)
        if len(self._kept) > 2 * MOST_KEPT:
            del self._kept[:MOST_KEPT]

    def after(self, number: int, limit: int) -> list[Envelope]:
        """What follows a number, as far as it is at hand."""
        start = number + 1 - _number(self._kept[0]) if self._kept else -1
        return self._kept[start : start + limit] if start >= 0 else []

    def clear(self) -> None:
        self._kept.clear()

    def tell(self) -> None:
        """Wakes whoever waits for more."""
        self.changed.set()
        self.changed = asyncio.Event()


class LiveFeed:
    """Another service's published events, counted by publication; open for as long as it hears."""

    def __init__(self, broadcast: Broadcast, feed: Source) -> None:
        self.name = feed.name
        self._broadcast = broadcast
        self._feed = feed
        self._heard = Heard()
        self._listening = False
        self._compare_at = 0.0
        self._head = 0
        self._epochs: tuple[FirstNumber, ...] = ()

    def number(self, envelope: Envelope) -> int:
        return _number(envelope)

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        """Raises what the feed raises, where it is asked and does not answer."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + wait_seconds
        while True:
            changed = self._heard.changed
            if page := self._page(after, limit):
                return page
            left = deadline - clock()
            if left <= 0 or self._must_ask(after, clock()):
                page = await self._ask(after, limit, 0.0 if self._listening else max(left, 0.0))
                if page.envelopes or left <= 0:
                    return page
                continue
            try:
                async with asyncio.timeout(min(left, self._compare_at - clock())):
                    await changed.wait()
            except TimeoutError:
                continue

    def _page(self, after: int, limit: int) -> Page | None:
        """A page of what was heard; None where there is none, or the feed has to be asked first."""
        envelopes = self._heard.after(after, limit)
        if not envelopes or not self._epochs or envelopes[0].epoch != self._epochs[-1].epoch:
            return None
        self._head = max(self._head, _number(envelopes[-1]))
        return Page(envelopes, self._head, self._epochs)

    def _must_ask(self, after: int, now: float) -> bool:
        """A later event that is no page shows a hole, or an incarnation not heard of before."""
        return not self._listening or self._heard.last > after or now >= self._compare_at

    async def _ask(self, after: int, limit: int, wait_seconds: float) -> Page:
        page = await self._feed.read(after, limit, wait_seconds)
        self._head, self._epochs = page.head, page.epochs
        self._compare_at = asyncio.get_running_loop().time() + COMPARE_SECONDS
        if self._heard.last > page.head:
            self._heard.clear()  # what its source does not have: a broadcast older than a restore
        return page

    async def listening(self, seconds: float) -> bool:
        """Whether the broadcast itself is heard, and not only the feed; waits for it."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not self._listening and (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._heard.changed.wait()
            except TimeoutError:
                break
        return self._listening

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[LiveFeed]:
        listening = asyncio.create_task(self._listen())
        try:
            yield self
        finally:
            await stop([listening])

    async def _listen(self) -> None:
        """Hears the broadcast for ever; while it cannot, the feed serves, and that is said once."""
        said = ""
        while True:
            try:
                async with self._broadcast.opened() as heard:
                    said = ""
                    self._listening = True
                    self._compare_at = 0.0  # what came before this place, the feed knows
                    self._heard.tell()
                    async for envelopes in heard:
                        self._take(envelopes)
                continue
            except self._broadcast.unheard as error:
                if said != (said := type(error).__name__):
                    logger.warning("unheard", broadcast=self._broadcast.name, error=said)
            finally:
                self._listening = False
                self._heard.tell()
            await asyncio.sleep(RETRY_SECONDS)

    def _take(self, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            self._heard.add(envelope)
        if envelopes:
            self._heard.tell()


def _number(envelope: Envelope) -> int:
    return envelope.publication or 0
