"""How anything hears a log: a source gives numbered pages, a follower brings them to subscribers.

A subscriber keeps its own checkpoint and moves it, by compare-and-swap, in the transaction of what
it wrote. Lower or equal is dropped, a gap is refused, a newer incarnation that reuses numbers stops
the subscriber; so redelivery, restarts and a second replica change nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, runtime_checkable

import structlog
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.eventsourcing.codec import NewerVersion
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.sources import FirstNumber, Page, Source
from shared.postgres.duty import Alone, OnDuty
from shared.postgres.pool import UNAVAILABLE, Connection

PAGE = 500
WAIT_SECONDS = 10.0
RETRY_SECONDS = 0.5
STOPPED_SECONDS = 5.0  # another replica may have rebuilt what this one had to stop
STANDBY_SECONDS = 0.1
PACE_SECONDS = 0.008

MOST_LINKS = 64

logger = structlog.get_logger(__name__)
tracer = trace.get_tracer(__name__)


class Checkpoint(NamedTuple):
    """The last number applied, and the incarnation of the source it was given in."""

    epoch: int
    number: int


BEGINNING = Checkpoint(0, 0)


class Overtaken(Exception):
    """Another replica moved this checkpoint; read it again."""


class NumbersReused(Exception):
    """The source was restored to before the checkpoint, so its numbers now mean other events."""


class HoleInSource(Exception):
    """A page does not begin where the last one ended."""


class Subscriber(Protocol):
    """Anything that follows a source: a view or a reaction."""

    name: str

    async def checkpoint(self, source: str) -> Checkpoint: ...

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        """Applies the events and moves the checkpoint from `at` to `to`.

        Raises Overtaken, having written nothing; NewerVersion, when this code is too old.
        """
        ...


@runtime_checkable
class Selective(Protocol):
    """A subscriber to whom most pages mean nothing."""

    def concerned(self, numbered: Sequence[Numbered]) -> bool:
        """Whether the page holds anything for it. Raises NewerVersion."""
        ...


class Mover(Protocol):
    """Moves the places of subscribers that a page holds nothing for, all at once."""

    async def move(
        self,
        names: Sequence[str],
        source: str,
        at: Checkpoint,
        to: Checkpoint,
        numbered: Sequence[Numbered],
    ) -> set[str]:
        """Says who was at `at` and has been moved."""
        ...


@runtime_checkable
class Restorable(Protocol):
    """A subscriber that keeps more by a source's numbers than its place."""

    async def forget_from(self, connection: Connection, source: str, first: int) -> None:
        """Forgets what it kept from a number on, which now means another event."""
        ...


class Numbered(NamedTuple):
    """An envelope with the number its source counts it by."""

    number: int
    envelope: Envelope


class Following(NamedTuple):
    """Where a subscriber stands with a source; `stopped` says why it no longer follows."""

    subscriber: str
    source: str
    number: int
    head: int
    stopped: str = ""


class _Stopped(NamedTuple):
    """Why a subscriber does not follow, and the loop's time at which it is tried again."""

    reason: str
    until: float


class Follower:
    """Brings one source to its subscribers, decoded by each, fetched once.

    A subscriber that fails is tried again by itself, and keeps nobody waiting. Where there is a
    `mover`, those whom a page does not concern are moved past it together.
    """

    def __init__(
        self,
        source: Source,
        subscribers: Sequence[Subscriber],
        page: int = PAGE,
        mover: Mover | None = None,
    ) -> None:
        self.source = source
        self._page = page
        self._mover = mover
        self._subscribers = {subscriber.name: subscriber for subscriber in subscribers}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._stopped: dict[str, _Stopped] = {}
        self._asking = asyncio.Lock()
        self._head = 0
        self._moved = asyncio.Event()

    def following(self) -> list[Following]:
        return [
            Following(
                name,
                self.source.name,
                at := self.place(name),
                max(self._head, at),
                self._stopped[name].reason if name in self._stopped else "",
            )
            for name in self._subscribers
        ]

    def place(self, subscriber: str) -> int:
        """The last number that a subscriber has applied, as far as this process knows."""
        return self._checkpoints.get(subscriber, BEGINNING).number

    async def reached(self, number: int, seconds: float) -> bool:
        """Whether every subscriber that still follows has applied `number`; waits for it."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            moved = self._moved
            if all(where.number >= number for where in self.following() if not where.stopped):
                return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):
                    await moved.wait()
            except TimeoutError:
                return False

    async def forget(self) -> None:
        """Reads every checkpoint afresh and tries again what was stopped.

        Both at once, when all have answered: a page given meanwhile from a place that is no more
        would stop again whom it belongs to.
        """
        async with self._asking:
            checkpoints = {name: await self._ask(name) for name in self._subscribers}
            self._checkpoints = checkpoints
            self._stopped.clear()
        self._tell()

    async def _ask(self, subscriber: str) -> Checkpoint:
        return await self._subscribers[subscriber].checkpoint(self.source.name)

    async def run(self, duty: OnDuty | None = None) -> None:
        """Follows for ever while on duty, and else watches how far the replica that is has come.

        A source or database that does not answer is tried again.
        """
        duty = duty or Alone()
        while True:
            try:
                if duty.held:
                    await self._paced_step()
                else:
                    await self.forget()
                    await duty.changed(STANDBY_SECONDS)
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                logger.warning(
                    "following-failed", source=self.source.name, error=type(error).__name__
                )
                await asyncio.sleep(RETRY_SECONDS)

    async def _paced_step(self) -> None:
        """A step, and a pause before the next where the source has no more than it gave: what
        happens meanwhile comes in one page, and an event that comes alone waits for nothing.
        """
        if 0 < await self.step(WAIT_SECONDS) < self._page:
            await asyncio.sleep(PACE_SECONDS)

    async def step(self, wait_seconds: float = 0.0) -> int:
        """Reads one page and gives each subscriber what it has not had; returns the page's size."""
        active = await self._active()
        if self._stopped:
            wait_seconds = min(wait_seconds, RETRY_SECONDS)
        if not active:
            await asyncio.sleep(wait_seconds)
            return 0
        after = min(checkpoint.number for checkpoint in active.values())
        page = await self.source.read(after, self._page, wait_seconds)
        numbered = [Numbered(self.source.number(e), e) for e in page.envelopes]
        for expected, (number, _) in enumerate(numbered, after + 1):
            if number != expected:
                raise HoleInSource(f"{self.source.name}: {number} came where {expected} was due")
        self._head = page.head
        unconcerned: defaultdict[Checkpoint, list[str]] = defaultdict(list)
        for name, checkpoint in active.items():
            if self._checkpoints.get(name) != checkpoint:
                continue  # put elsewhere while the page was read: it is given from there
            if not await self._give(self._subscribers[name], checkpoint, numbered, page):
                unconcerned[checkpoint].append(name)
        for checkpoint, names in unconcerned.items():
            await self._pass_by(names, checkpoint, numbered)
        self._tell()
        return len(numbered)

    def _tell(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def _active(self) -> dict[str, Checkpoint]:
        async with self._asking:  # nor does an older answer overtake a newer one
            now = asyncio.get_running_loop().time()
            waiting = {name for name, stopped in self._stopped.items() if stopped.until > now}
            unknown = self._subscribers.keys() - self._checkpoints.keys()
            doubtful = unknown | (self._stopped.keys() - waiting)
            for name in self._subscribers:
                if name in doubtful:
                    self._checkpoints[name] = await self._ask(name)
        if doubtful:  # one that another brought to the head will be given nothing, but is there
            self._tell()
        return {n: c for n, c in self._checkpoints.items() if n not in waiting}

    async def _give(
        self,
        subscriber: Subscriber,
        at: Checkpoint,
        numbered: Sequence[Numbered],
        page: Page,
    ) -> bool:
        """Whether there is nothing more to do for it; what does not concern it is passed by."""
        try:
            refuse_reused_numbers(at, page.epochs)
            if at.number > page.head:
                raise NumbersReused(f"checkpoint {at.number}, but the source ends at {page.head}")
            fresh = _fresh(numbered, at)
            if fresh:
                if not self._concerned(subscriber, fresh):
                    return False
                to = Checkpoint(fresh[-1].envelope.epoch, fresh[-1].number)
                with _applying(subscriber.name, self.source.name, fresh):
                    await subscriber.take(self.source.name, at, to, fresh)
                self._checkpoints[subscriber.name] = to
            self._stopped.pop(subscriber.name, None)
        except Overtaken:
            self._checkpoints.pop(subscriber.name, None)
        except (NewerVersion, NumbersReused) as error:
            self._stop(subscriber, error, str(error), STOPPED_SECONDS)
        except UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 - logged, and tried again
            self._stop(subscriber, error, type(error).__name__, RETRY_SECONDS)
        return True

    def _concerned(self, subscriber: Subscriber, fresh: Sequence[Numbered]) -> bool:
        if self._mover is None or not isinstance(subscriber, Selective):
            return True
        return subscriber.concerned(fresh)

    async def _pass_by(
        self, names: Sequence[str], at: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        """Moves those whom the page does not concern; one that is elsewhere is asked where."""
        if self._mover is None:
            return
        fresh = _fresh(numbered, at)
        to = Checkpoint(fresh[-1].envelope.epoch, fresh[-1].number)
        moved = await self._mover.move(names, self.source.name, at, to, fresh)
        for name in names:
            self._stopped.pop(name, None)
            if name in moved:
                self._checkpoints[name] = to
            else:
                self._checkpoints.pop(name, None)

    def _stop(self, subscriber: Subscriber, error: Exception, reason: str, seconds: float) -> None:
        """Says so once, and lets the subscriber be tried again after a while."""
        before = self._stopped.get(subscriber.name)
        until = asyncio.get_running_loop().time() + seconds
        self._stopped[subscriber.name] = _Stopped(reason, until)
        if before is None or before.reason != reason:
            logger.error("subscriber-stopped", subscriber=subscriber.name, exc_info=error)


def _fresh(numbered: Sequence[Numbered], at: Checkpoint) -> Sequence[Numbered]:
    return [item for item in numbered if item.number > at.number]


def _applying(
    subscriber: str, source: str, numbered: Sequence[Numbered]
) -> AbstractContextManager[trace.Span]:
    """A span of its own for a page, linked to the traces in which its events were recorded."""
    parents = {item.envelope.meta.traceparent for item in numbered} - {""}
    links = [
        trace.Link(context)
        for parent in list(parents)[:MOST_LINKS]
        if (context := _context(parent)).is_valid
    ]
    attributes = {"subscriber": subscriber, "source": source, "events": len(numbered)}
    return tracer.start_as_current_span(f"apply {subscriber}", links=links, attributes=attributes)


def _context(traceparent: str) -> trace.SpanContext:
    carried = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
    return trace.get_current_span(carried).get_span_context()


def refuse_reused_numbers(at: Checkpoint, epochs: Sequence[FirstNumber]) -> None:
    """Raises NumbersReused if a newer incarnation began at or before the checkpoint."""
    for epoch, first in epochs:
        if at.number and epoch > at.epoch and first <= at.number:
            raise NumbersReused(
                f"checkpoint {at.number} of epoch {at.epoch}, but epoch {epoch} began at {first}"
            )
