"""A log of counted things, the ways to hear it, and a view that follows one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Envelope, Event, type_of
from shared.eventsourcing.log import Append, Log, NewEvent, Write
from shared.eventsourcing.sources import Page, Source
from shared.eventsourcing.subscriptions import Follower, Subscriber
from shared.eventsourcing.view_store import ViewStore
from shared.testing.houses import RunningHouse, token
from shared.testing.serving import served_here
from tests.shared.counters import Counted, CounterRow, Expired, Noted

LAST = 2**62
SHORT_SECONDS = 0.02
START_SECONDS = 30.0
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
CODEC = Codec((Counted, Noted, Expired))
Store = ViewStore[CounterRow]


async def happen(log: Log, counter: str, *events: Event, now: datetime = NOW) -> None:
    stream = f"counter/{counter}"
    version = len(await log.read_stream(stream))
    new = tuple(
        NewEvent(
            type=type_of(type(event)),
            event_id=uuid4(),
            body=CODEC.encode(event),
            published=event.published,
            effective_on=NOW.date(),
        )
        for event in events
    )
    write = Write(stream, version, new, counter)
    await log.append(Append(command_id=uuid4(), writes=(write,), now=now))


class Heard:
    """A log and one way to hear it."""

    def __init__(self, log: Log, source: Source) -> None:
        self.log = log
        self.source = source


class Mute:
    """A feed that says how far its log reaches and nothing more: the topic must do the rest."""

    def __init__(self, feed: Source) -> None:
        self.name = feed.name
        self._feed = feed

    def number(self, envelope: Envelope) -> int:
        return self._feed.number(envelope)

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        await asyncio.sleep(min(wait_seconds, 0.05))
        return (await self._feed.read(after, limit, 0.0))._replace(envelopes=[])


WAYS = [
    "own log", "published log", "http feed", "stream", "stream alone", "kafka", "kafka alone",
]  # fmt: skip


def feed_client(house: RunningHouse) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=house.app),
        base_url="http://counting",
        headers={"Authorization": f"Bearer {token('', '', 'service')}"},
    )


@asynccontextmanager
async def streaming_client(house: RunningHouse) -> AsyncGenerator[httpx.AsyncClient]:
    """By a server of its own: an answer that goes on arrives as it goes."""
    async with (
        served_here(house.app) as address,
        httpx.AsyncClient(base_url=address, headers=feed_client(house).headers) as client,
    ):
        yield client


async def total(store: Store, key: str) -> int:
    row = await store.get(key)
    return row.total if row else 0


async def follow(source: Source, *stores: Subscriber) -> Follower:
    """Follows to where the source reaches now, or to where nobody follows any more."""
    follower = Follower(source, stores)
    head = (await source.read(LAST, 1, 0.0)).head
    async with asyncio.timeout(START_SECONDS):
        while await follower.step(SHORT_SECONDS) or any(
            where.number < head and not where.stopped for where in follower.following()
        ):
            continue
    return follower
