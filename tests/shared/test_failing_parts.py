"""What one failing part may not do to the others: a view, a reaction, a deadline, a database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.log import Append, Appended
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.reaction_store import ReactionStore
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.subscriptions import Follower
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import Row, View, subject_of
from shared.postgres.pool import UNAVAILABLE, Pool, open_pool
from shared.testing.houses import START, open_house
from tests.shared.counters import (
    COUNTERS,
    ECHO,
    PLAN,
    Count,
    Counted,
    CounterRow,
    Expire,
    Expired,
    due,
    timely,
    totals,
)
from tests.shared.hearing import NOW, Store, follow, happen, total
from tests.shared.test_log import append, write


class Broken(ViewStore[CounterRow]):
    """A view whose table somebody has dropped, say."""

    async def take(self, *_: Any, **__: Any) -> None:
        raise asyncpg.UndefinedTableError("relation is not there")


NUL = 600


class Big(Row, frozen=True, kw_only=True):
    amount: int
    words: dict[str, str]


def _big(row: Big | None, recorded: Recorded) -> Big | None:
    event = recorded.event
    assert isinstance(event, Counted)
    amount = event.amount + (row.amount if row else 0)
    return Big(amount=amount, words={"said": "\0" if amount > NUL else "so"})


BIG = View(name="big", source="counting", row=Big, events=(Counted,), key=subject_of, fold=_big)


async def test_a_failing_subscriber_keeps_no_other_waiting(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    broken = Broken(replace(totals("counting"), name="broken"), other_pool)
    store = Store(totals("counting"), other_pool)
    for each in (broken, store):
        await each.prepare()
    follower = Follower(PublishedLog(log), [broken, store])
    await happen(log, "a", *[Counted(amount=1)] * 600)  # more than a page
    async with asyncio.timeout(10):
        while await total(store, "a") < 600:
            await follower.step()

    stopped = {where.subscriber: where.stopped for where in follower.following()}
    assert stopped == {broken.name: "UndefinedTableError", store.name: ""}


async def test_a_subscriber_that_failed_is_tried_again(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    store = Store(totals("counting"), other_pool)  # its tables are not there yet
    follower = Follower(PublishedLog(log), [store])
    await happen(log, "a", Counted(amount=1))
    following = asyncio.create_task(follower.run())
    async with asyncio.timeout(10):
        while not follower.following()[0].stopped:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
        assert follower.following()[0].stopped == "UndefinedTableError"
        await store.prepare()
        while follower.following()[0].stopped:  # noqa: ASYNC110 - nor here
            await asyncio.sleep(0.01)
    assert await total(store, "a") == 1
    following.cancel()


@pytest.mark.parametrize("unstorable", [2**70, NUL], ids=["beyond bigint", "NUL in json"])
async def test_a_row_no_table_can_hold_parks_its_key(other_pool: Pool, unstorable: int) -> None:
    log = MemoryLog("counting")
    store = ViewStore(BIG, other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=unstorable), Counted(amount=3))
    await happen(log, "b", Counted(amount=5))

    follower = Follower(PublishedLog(log), [store])
    await follower.step()

    assert not follower.following()[0].stopped
    amounts = {key: row.amount for key, row in (await store.find()).items()}
    assert amounts == {"a": 1, "b": 5}
    parked = await other_pool.fetch("select number, reason from kept.parked order by number")
    assert [row["number"] for row in parked] == [2, 3]
    assert "Error" in parked[0]["reason"]
    assert await store.retry("counting", "a") == 0

    await store.skip("counting", 2, "p-1", "cannot be", NOW)
    assert await store.retry("counting", "a") == 1


async def test_a_source_that_ends_before_the_checkpoint_stops_the_subscriber(
    other_pool: Pool,
) -> None:
    log = MemoryLog("counting")
    store = Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    await follow(PublishedLog(log), store)

    other = MemoryLog("counting")  # an older copy put in place, and no new epoch begun
    await happen(other, "a", Counted(amount=1))
    follower = await follow(PublishedLog(other), store)

    assert "ends at 1" in follower.following()[0].stopped


async def test_a_parked_reaction_is_retried_on_a_single_connection(service_database: str) -> None:
    broken = True

    def react(recorded: Recorded) -> Sequence[Step]:
        if broken:
            raise ValueError("not yet")
        return [Step(COUNTERS, "echo-a", Count(amount=1, now=recorded.recorded_at))]

    plan = replace(PLAN, reactions=(replace(ECHO, react=react),))
    async with open_house(plan, service_database) as house:
        ann = house.caller("council", "ann", "commissioner")
        await ann.done("/v1/counters/a/counts", {"amount": 3})
        await house.settle()
        broken = False
        narrow = await open_pool(service_database, size=1)
        house.house.log._pool = narrow  # pyright: ignore[reportPrivateUsage]
        echo = ReactionStore(plan.reactions[0], house.house.handler, narrow, house.house.clock)
        async with asyncio.timeout(5):
            assert await echo.retry("counting", "a") == 1
        assert await narrow.fetchval("select count(*) from kept.parked") == 0
        house.house.log._pool = house.house.pool  # pyright: ignore[reportPrivateUsage]
        await narrow.close()


@pytest.mark.parametrize(
    "lost",
    [
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"),
        asyncpg.InterfaceError("connection is closed"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_lost_database_parks_no_event_of_a_reaction(
    service_database: str, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    async with open_house(replace(PLAN, reactions=(ECHO,)), service_database) as house:
        echo = house.house.reactions["echo"]
        really, failures = house.house.log.append, iter([lost])

        async def flaky(append: Append) -> Appended:
            if "counter/echo-a" in append.streams and (error := next(failures, None)):
                raise error
            return await really(append)

        ann = house.caller("council", "ann", "commissioner")
        monkeypatch.setattr(house.house.log, "append", flaky)
        await ann.done("/v1/counters/a/counts", {"amount": 3})
        await house.settle()

        assert next(failures, None) is None, "the reaction has not met the failure"
        assert await house.house.pool.fetchval("select count(*) from kept.parked") == 0
        row = await house.house.stores["totals"].get("echo-a")
        assert row is not None
        assert echo.name == "echo"


async def test_a_deadline_that_fails_keeps_no_other_from_its_time(service_database: str) -> None:
    calls: list[str] = []

    def first_fails(name: str, now: datetime) -> Expire:
        calls.append(name)
        if len(calls) == 1:
            raise KeyError(name)
        return timely(name, now)

    timed = Timed(decider=COUNTERS, due=due, command=first_fails)
    async with open_house(replace(PLAN, timed=(timed,)), service_database) as house:
        ann = house.caller("council", "ann", "commissioner")
        for counter in "ab":
            await ann.done(f"/v1/counters/{counter}/counts", {"amount": 1})
        await house.settle()
        house.house.clock.set(START + timedelta(days=31))
        ticker = house.house.ticker
        assert ticker is not None
        assert await ticker.tick() == 1
        assert await ticker.tick() == 1
        types = [event.type for event in await house.house.log.read(0, 100)]
        assert types.count("test.expired.v1") == 2


async def test_deadlines_fall_in_the_order_of_their_times_whatever_their_zone(
    service_database: str,
) -> None:
    def zoned(recorded: Recorded) -> dict[str, datetime | None]:
        if not isinstance(recorded.event, Counted):
            return {"expire": None} if isinstance(recorded.event, Expired) else {}
        text = {"a": "2026-04-10T09:30:00+00:00", "b": "2026-04-10T10:00:00+01:00"}
        return {"expire": datetime.fromisoformat(text[recorded.subject])}

    timed = Timed(decider=COUNTERS, due=zoned, command=timely)
    async with open_house(replace(PLAN, timed=(timed,)), service_database) as house:
        ann = house.caller("council", "ann", "commissioner")
        for counter in "ab":
            await ann.done(f"/v1/counters/{counter}/counts", {"amount": 1})
        await house.set_clock(datetime(2026, 4, 11, tzinfo=UTC))
        log = await house.house.log.read(0, 100)
        expired = [event.stream for event in log if event.type == "test.expired.v1"]
        assert expired == ["counter/b", "counter/a"]


async def test_a_rebuild_leaves_no_reader_waiting(service_database: str) -> None:
    async with open_house(PLAN, service_database) as house:
        ann = house.caller("council", "ann", "commissioner")
        accepted = await ann.post("/v1/counters/a/counts", {"amount": 1})
        await house.settle()
        operator = house.caller("operations", "ops", "operator")
        await operator.done("/v1/operations/views/totals/rebuild")

        position = accepted.headers["Log-Position"]
        read = await operator.get("/v1/operations/progress", log_position=position)
        assert (read.status_code, read.elapsed < timedelta(seconds=2)) == (200, True)


async def test_nothing_is_lost_doubled_or_hung_when_backends_are_killed(
    service_database: str, service_pool: Pool
) -> None:
    log = await PostgresLog.open("test", service_pool)
    killer = await asyncpg.connect(service_database)
    finished = asyncio.Event()
    answered = asyncio.Event()

    async def kill() -> int:
        killed = 0
        while not finished.is_set():
            killed += await killer.fetchval(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            answered.clear()
            await answered.wait()  # a machine too slow to answer between two blows shows nothing
            await asyncio.sleep(0.02)
        return killed

    async def writer(n: int) -> None:
        for version in range(40):
            command = append(f"{n} {version}", write(f"s{n}", version, f"{version}"))
            for _ in range(50):
                try:
                    answer = await log.append(command)
                except UNAVAILABLE:
                    continue
                answered.set()
                assert answer.versions == {f"s{n}": version + 1}
                break
            else:
                raise AssertionError("never answered")

    killing = asyncio.create_task(kill())
    async with asyncio.timeout(60):
        await asyncio.gather(*(writer(n) for n in range(8)))
    finished.set()
    answered.set()
    assert await killing > 0
    events = await log.read(0, 1000)
    assert [event.position for event in events] == list(range(1, 321))
    assert len({event.command_id for event in events}) == 320
    await killer.close()
