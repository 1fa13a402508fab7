"""Two services on real databases, one hearing the other: what two of a house do to one another."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import httpx

from shared.eventsourcing.sources import Source
from shared.feed.hearing import HttpFeed
from shared.feed.live import LiveFeed
from shared.kafka.hearing import Topic
from shared.kafka.settings import KafkaSettings
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import NO_KAFKA, START, RunningHouse, open_house, settings_of, token
from shared.testing.serving import served_here
from tests.shared.counters import COUNTERS, ECHO, PLAN, totals

LISTENING = Plan(
    name="listening",
    deciders=(COUNTERS,),
    views=(totals("counting"), replace(totals("listening"), name="own_totals")),
    reactions=(ECHO,),
)


@dataclass(frozen=True)
class Pair:
    """`counting` publishes; `listening` hears it, and counts in its own log what it hears."""

    counting: RunningHouse
    listening: RunningHouse
    addresses: dict[str, str]

    async def count(self, counter: str, amount: int = 1, **headers: str) -> None:
        ann = self.counting.caller("council", "ann", "commissioner")
        await ann.done(f"/v1/counters/{counter}/counts", {"amount": amount}, **headers)

    async def settle(self) -> None:
        """Both are at the heads of what they hear."""
        await self.counting.settle()
        await self.listening.settle()

    async def heard(self) -> dict[str, int]:
        """What the listening service's view of the other one holds."""
        rows = await self.listening.house.stores["totals"].find()
        return {key: row.total for key, row in rows.items()}

    async def echoed(self) -> dict[str, int]:
        """What its reaction has made of it, by its own log."""
        rows = await self.listening.house.stores["own_totals"].find()
        return {key: row.total for key, row in rows.items()}


@asynccontextmanager
async def open_pair(
    counting_database: str,
    listening_database: str,
    between: Callable[[Source], Source] | None = None,
    kafka: KafkaSettings = NO_KAFKA,
) -> AsyncGenerator[Pair]:
    """Both in operation; `between` stands between the one's feed and the other."""
    async with AsyncExitStack() as stack:
        counting = await stack.enter_async_context(open_house(PLAN, counting_database, kafka=kafka))
        address = await stack.enter_async_context(served_here(counting.app))
        source = await _source(stack, address, kafka)
        listening = await _listening(
            stack, listening_database, between(source) if between else source
        )
        other = await stack.enter_async_context(served_here(listening.app))
        yield Pair(counting, listening, {"counting": address, "listening": other})


async def _source(stack: AsyncExitStack, address: str, kafka: KafkaSettings) -> Source:
    headers = {"Authorization": f"Bearer {token('', '', 'service')}"}
    client = httpx.AsyncClient(base_url=address, headers=headers)
    feed = HttpFeed("counting", await stack.enter_async_context(client))
    if not kafka:
        return feed
    topic = LiveFeed(Topic(kafka, kafka.topic("counting")), feed)
    return await stack.enter_async_context(topic.open())


async def _listening(stack: AsyncExitStack, database: str, source: Source) -> RunningHouse:
    app = create_app(LISTENING, settings_of(database), {"counting": source})
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://test")
    running = RunningHouse(app, await stack.enter_async_context(client), {})
    running.house.clock.set(START)
    return running


async def execute(database: str, statement: str, *values: Any) -> None:
    """Runs a statement as the database's owner, who alone could do harm to a log."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(database)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()
