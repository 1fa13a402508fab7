"""A running service: log, views, reactions, deadlines and clock, wired once, stopped cleanly.

This is the only place where the parts meet; each part knows nothing of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import structlog
from fastapi import APIRouter, FastAPI

from shared.eventsourcing.clock import SandboxClock
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.deadlines import Timed, deadlines
from shared.eventsourcing.events import Event
from shared.eventsourcing.handle import AnyDecider, Handler
from shared.eventsourcing.parking import Places
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.reaction_store import ReactionStore
from shared.eventsourcing.reactions import Reaction
from shared.eventsourcing.remembered import Remembered
from shared.eventsourcing.sources import OwnLog, PublishedLog, Source
from shared.eventsourcing.stopping import stop
from shared.eventsourcing.subscriptions import Follower, Following, Subscriber
from shared.eventsourcing.ticker import Ticker
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import View
from shared.eventsourcing.vouching import Witness
from shared.feed.hearing import FeedStream, HttpFeed
from shared.feed.live import LiveFeed
from shared.http.problems import PageOf
from shared.kafka.clients import UNREACHABLE
from shared.kafka.hearing import Topic
from shared.kafka.relay import Relay
from shared.kafka.topics import prepare_topic
from shared.postgres.duty import Duty
from shared.postgres.migrating import is_ready, migrate_apart
from shared.postgres.pool import Pool, open_pool
from shared.running.settings import BadSettings, Settings
from shared.texts.erasing import TEXTS
from shared.texts.store import TextStore

logger = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0
RELAY_PAGE = 5_000


@dataclass(frozen=True)
class Plan:
    """What a service consists of; its `main` says it, the house runs it.

    `subscribers` makes what follows a source, named beside it, and is neither view nor reaction.
    `witnesses` makes, by the name of a view, who has vouched for what that view emits.
    `alongside` is what else lives as long as the service does: it is entered with the application
    before the first request. `large_bodies` are the few addresses that take more than others, with
    how many bytes. A service that answers for its API elsewhere has no `openapi_url`.
    """

    name: str
    deciders: tuple[AnyDecider, ...] = ()
    views: tuple[View[Any], ...] = ()
    reactions: tuple[Reaction, ...] = ()
    timed: tuple[Timed, ...] = ()
    routers: tuple[APIRouter, ...] = ()
    problem_page: PageOf | None = None
    subscribers: Callable[[House], Sequence[tuple[str, Subscriber]]] | None = None
    witnesses: Callable[[House], Mapping[str, Witness]] | None = None
    alongside: Callable[[FastAPI, Settings], AbstractAsyncContextManager[None]] | None = None
    openapi_url: str | None = "/v1/openapi.json"
    large_bodies: Mapping[str, int] = field(default_factory=dict[str, int])

    def events(self) -> list[type[Event]]:
        """Every event of its log; a service that decides keeps texts, and may erase them."""
        deciders = (*self.deciders, TEXTS) if self.deciders else ()
        return [event for decider in deciders for event in decider.events]

    def all_views(self) -> list[View[Any]]:
        return [*self.views, *([deadlines(self.name, self.timed)] if self.timed else [])]

    def sources(self) -> list[str]:
        """Every log this service hears, its own first."""
        heard = {item.source for item in (*self.all_views(), *self.reactions)}
        return [self.name, *sorted(heard - {self.name})]


class House:
    """One service in operation."""

    def __init__(
        self, plan: Plan, settings: Settings, pool: Pool, log: PostgresLog, clock: SandboxClock
    ) -> None:
        self.plan = plan
        self.settings = settings
        self.pool = pool
        self.log = log
        self.clock = clock
        self.texts = TextStore(pool)
        self.handler = Handler(log, Codec(plan.events()), clock)
        self.stores: dict[str, ViewStore[Any]] = {
            view.name: ViewStore(view, pool) for view in plan.all_views()
        }
        if plan.witnesses:
            for name, witness in plan.witnesses(self).items():
                self.stores[name].witness = witness
        self.reactions = {
            reaction.name: ReactionStore(reaction, self.handler, pool, clock)
            for reaction in plan.reactions
        }
        self._remembered: dict[str, Remembered[Any]] = {}
        self.subscribers = plan.subscribers(self) if plan.subscribers else ()
        self.sources: dict[str, Source] = {}
        self.followers: dict[str, Follower] = {}
        self.relays: list[Follower] = []
        self.duty = Duty(settings.database_url)
        self.ticker: Ticker | None = None
        if plan.timed:
            store = self.stores["deadlines"]
            self.ticker = Ticker(plan.timed, store, self.handler, pool, clock)

    def follow(self, sources: Sequence[Source]) -> None:
        for source in sources:
            heard: list[Subscriber] = [
                store for store in self.stores.values() if store.view.source == source.name
            ]
            heard += [s for s in self.reactions.values() if s.reaction.source == source.name]
            heard += [s for name, s in self.subscribers if name == source.name]
            self.sources[source.name] = source
            self.followers[source.name] = Follower(source, heard, mover=Places(self.pool))

    def remembered(self, view: str) -> Remembered[Any]:
        """A view that every request asks, in memory."""
        if view not in self._remembered:
            store = self.stores[view]
            self._remembered[view] = Remembered(
                store, lambda: self.followers[store.view.source].place(store.name)
            )
        return self._remembered[view]

    def following(self) -> list[Following]:
        return [where for follower in self.followers.values() for where in follower.following()]

    def relaying(self) -> list[Following]:
        """How far each topic of this service's has come, by publication."""
        return [where for follower in self.relays for where in follower.following()]

    async def reached(self, source: str, number: int, seconds: float) -> bool:
        """Whether everything here that hears the source has applied its number; waits a while."""
        follower = self.followers.get(source)
        return follower is None or await follower.reached(number, seconds)

    async def set_clock(self, to: datetime) -> None:
        """Puts the sandbox clock forward, for good: a restart finds it there again.

        Told the same time again, it has it already: whoever did not hear the answer may repeat.
        """
        if to != await self.pool.fetchval("select at from kept.sandbox_clock"):
            self.clock.set(to)
            await self.pool.execute(
                "insert into kept.sandbox_clock (at) values ($1)"
                " on conflict (singleton) do update set at = excluded.at",
                to,
            )
        if self.ticker:
            await self.ticker.tick()


async def _ready_database(settings: Settings) -> None:
    """Migrates; waits for a database that is not there yet."""
    owner = settings.owner_database_url or settings.database_url
    while True:
        try:
            connection = await asyncpg.connect(owner)
        except (OSError, asyncpg.PostgresError) as error:
            logger.warning("database-not-ready", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            continue
        try:
            if not await is_ready(connection, settings.database_url):
                await migrate_apart(owner, settings.database_url)
        finally:
            await connection.close()
        return


async def _kept_clock(pool: Pool, settings: Settings) -> SandboxClock:
    clock = SandboxClock()
    at = await pool.fetchval("select at from kept.sandbox_clock")
    if settings.sandbox and at is not None:
        latest = await pool.fetchval("select recorded_at from log.head where position > 0")
        clock.set(max(at, latest or at))
    return clock


@asynccontextmanager
async def running(
    plan: Plan, settings: Settings, heard: Mapping[str, Source] | None = None
) -> AsyncGenerator[House]:
    """Runs a service from database to followers, and stops it in the opposite order.

    `heard` are sources to use in place of the feeds that the settings name.
    """
    await _ready_database(settings)
    async with AsyncExitStack() as stack:
        pool = await open_pool(settings.database_url, size=settings.pool_size)
        stack.push_async_callback(pool.close)
        log = await PostgresLog.open(plan.name, pool)
        house = House(plan, settings, pool, log, await _kept_clock(pool, settings))
        await house.texts.erase_again()
        for store in house.stores.values():
            await store.prepare()
        given = heard or {}
        house.follow(
            [given.get(name) or await _source(stack, house, name) for name in plan.sources()]
        )
        if settings.kafka and any(event.published for event in plan.events()):
            await _relay(stack, house, PublishedLog(log), settings.kafka.topic(plan.name))
        followers = [*house.followers.values(), *house.relays]
        tasks = [asyncio.create_task(follower.run(house.duty)) for follower in followers]
        tasks.append(asyncio.create_task(house.duty.run()))
        if house.ticker:
            tasks.append(asyncio.create_task(house.ticker.run(house.duty)))
        stack.push_async_callback(stop, tasks)
        yield house


async def _relay(stack: AsyncExitStack, house: House, source: Source, topic: str) -> None:
    """Has a log brought to its topic. Raises BadTopic; a broker may still be to come."""
    try:
        await prepare_topic(house.settings.kafka, topic)
    except UNREACHABLE as error:
        logger.warning("broker-not-ready", topic=topic, error=type(error).__name__)
    relay = Relay(house.settings.kafka, topic, f"/{source.name}", house.pool)
    stack.push_async_callback(relay.close)
    house.relays.append(Follower(source, [relay], RELAY_PAGE))


async def _source(stack: AsyncExitStack, house: House, name: str) -> Source:
    if name == house.plan.name:
        return OwnLog(house.log)
    if name not in house.settings.sources:
        raise BadSettings(f"SOURCES names no address of {name}")
    client = httpx.AsyncClient(
        base_url=house.settings.sources[name],
        headers={"Authorization": f"Bearer {house.settings.service_token}"},
    )
    await stack.enter_async_context(client)
    feed = HttpFeed(name, client)
    kafka = house.settings.kafka
    live = Topic(kafka, kafka.topic(name)) if kafka else FeedStream(f"the feed of {name}", client)
    return await stack.enter_async_context(LiveFeed(live, feed).open())
