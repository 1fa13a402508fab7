"""Of a service's replicas one follows, relays and ticks; the others answer, and take over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from goldenthread.broker import Broker
from shared.kafka.settings import KafkaSettings
from shared.postgres.duty import Duty
from shared.testing.houses import NO_KAFKA, START, RunningHouse, open_house
from tests.shared.counters import ECHO, PLAN
from tests.shared.kafka.test_disturbed import records

SECONDS = 20.0


class Replicas:
    """Two processes' worth of one service, on one database; either may be closed."""

    def __init__(self) -> None:
        self.houses: dict[str, RunningHouse] = {}
        self._stacks: dict[str, AsyncExitStack] = {}

    async def open(self, name: str, database: str, kafka: KafkaSettings = NO_KAFKA) -> None:
        self._stacks[name] = AsyncExitStack()
        plan = replace(PLAN, reactions=(ECHO,))
        self.houses[name] = await self._stacks[name].enter_async_context(
            open_house(plan, database, kafka=kafka)
        )

    async def close(self, name: str) -> None:
        self.houses.pop(name)
        await self._stacks.pop(name).aclose()

    async def on_duty(self) -> str:
        """The one that works; waits until somebody does."""
        async with asyncio.timeout(SECONDS):
            while True:
                held = [name for name, house in self.houses.items() if house.house.duty.held]
                if held:
                    assert len(held) == 1
                    return held[0]
                await asyncio.sleep(0.05)

    async def count(self, name: str, counter: str) -> str:
        """Counts one, and says where the log then stands."""
        ann = self.houses[name].caller("council", "ann", "commissioner")
        response = await ann.post(f"/v1/counters/{counter}/counts", {"amount": 1})
        assert response.status_code == 201
        return response.headers["Log-Position"]

    async def total(self, name: str, counter: str, position: str) -> int:
        """What a replica reads after a write it is told of; on another replica, perhaps."""
        operator = self.houses[name].caller("operations", "ops", "operator")
        read = await operator.get("/v1/operations/progress", log_position=position)
        assert read.status_code == 200, read.text
        row = await self.houses[name].house.stores["totals"].get(counter)
        return row.total if row else 0


@pytest.fixture
async def replicas() -> AsyncGenerator[Replicas]:
    made = Replicas()
    yield made
    for name in list(made.houses):
        await made.close(name)


async def test_a_write_is_read_back_whichever_replica_is_asked(
    replicas: Replicas, service_database: str
) -> None:
    for name in "ab":
        await replicas.open(name, service_database)
    await replicas.on_duty()

    for n, (writer, reader) in enumerate([("a", "b"), ("b", "a"), ("a", "a"), ("b", "b")], 1):
        position = await replicas.count(writer, "c")
        assert await replicas.total(reader, "c", position) == n


async def test_the_other_takes_over_and_everything_happens_once(
    replicas: Replicas, service_database: str
) -> None:
    for name in "ab":
        await replicas.open(name, service_database)
    first = await replicas.on_duty()
    [other] = replicas.houses.keys() - {first}
    for _ in range(5):
        await replicas.count(first, "c")

    await replicas.close(first)
    assert await replicas.on_duty() == other
    for _ in range(5):
        await replicas.count(other, "c")
    house = replicas.houses[other]
    await house.settle()
    await house.set_clock(START + timedelta(days=40))

    rows = await house.house.stores["totals"].find()
    assert {key: row.total for key, row in rows.items()} == {"c": 10, "echo-c": 10}
    events = await house.house.log.read(0, 1000)
    assert [e.stream for e in events if e.type == "test.expired.v1"] == [
        "counter/c",
        "counter/echo-c",
    ]


async def test_the_relay_goes_on_where_the_other_left_it(
    replicas: Replicas, service_database: str, kafka: Broker, cell: str
) -> None:
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    for name in "ab":
        await replicas.open(name, service_database, settings)
    first = await replicas.on_duty()
    for _ in range(3):
        await replicas.count(first, "echo-c")
    await relayed(replicas.houses[first], 3)
    await replicas.close(first)
    other = await replicas.on_duty()
    await replicas.count(other, "echo-c")
    await relayed(replicas.houses[other], 4)

    assert await records(settings) == [1, 2, 3, 4]


async def relayed(house: RunningHouse, number: int) -> None:
    assert await house.house.relays[0].reached(number, SECONDS)


async def test_the_duty_ends_with_its_connection(service_database: str) -> None:
    duty = Duty(service_database)
    standing = asyncio.create_task(duty.run())
    await duty.changed(SECONDS)
    assert duty.held

    killer = await asyncpg.connect(service_database)
    await killer.execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
    )
    await duty.changed(SECONDS)
    assert not duty.held

    await duty.changed(SECONDS)
    assert duty.held  # once more, on a connection of its own
    standing.cancel()
    await asyncio.gather(standing, return_exceptions=True)
    await killer.close()
