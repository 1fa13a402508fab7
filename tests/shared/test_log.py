"""What every log must keep, proved on the log in memory and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from shared.eventsourcing.events import Meta
from shared.eventsourcing.log import Append, Epoch, Log, NewEvent, Unchanged, VersionConflict, Write
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.postgres_log import PostgresLog
from shared.postgres.migrate import begin_epoch
from shared.postgres.pool import Pool

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
IDS = UUID("00000000-0000-4000-8000-000000000000")


def new(name: str, *, published: bool = True) -> NewEvent:
    return NewEvent(
        type="test.happened.v1",
        event_id=uuid5(IDS, name),
        body=b'{"type":"test.happened.v1"}',
        published=published,
        effective_on=date(2026, 4, 1),
    )


def write(stream: str, expected: int, *names: str, published: bool = True) -> Write:
    events = tuple(new(f"{stream} {name}", published=published) for name in names)
    return Write(stream, expected, events, stream)


def append(command: str, *writes: Write, unchanged: tuple[Unchanged, ...] = ()) -> Append:
    return Append(
        command_id=uuid5(IDS, command),
        writes=writes,
        unchanged=unchanged,
        meta=Meta(client="test", request_hash=command),
        now=NOON,
    )


@pytest.fixture(params=["memory", "postgres"])
async def log(request: pytest.FixtureRequest, service_pool: Pool) -> Log:
    return (
        MemoryLog() if request.param == "memory" else await PostgresLog.open("test", service_pool)
    )


async def test_positions_and_publications_have_no_holes(log: Log) -> None:
    await log.append(append("one", write("a", 0, "1", "2")))
    await log.append(append("two", write("b", 0, "1", published=False)))
    await log.append(append("three", write("a", 2, "3")))

    events = await log.read(0, 10)

    assert [event.position for event in events] == [1, 2, 3, 4]
    assert [event.publication for event in events] == [1, 2, None, 3]
    assert [event.version for event in await log.read_stream("a")] == [1, 2, 3]
    assert [event.version for event in await log.read_stream("a", 1)] == [2, 3]
    assert await log.read_stream("a", 3) == []
    assert [event.publication for event in await log.read_published(1, 10)] == [2, 3]
    head = await log.head()
    assert (head.position, head.publication) == (4, 3)


async def test_an_append_says_where_the_log_now_stands(log: Log) -> None:
    first = await log.append(append("one", write("a", 0, "1")))
    second = await log.append(append("two", write("a", 1, "2", published=False)))

    assert (first.position, first.publication, first.versions) == (1, 1, {"a": 1})
    assert (second.position, second.publication, second.versions) == (2, 1, {"a": 2})


async def test_an_outdated_expectation_refuses_the_append(log: Log) -> None:
    await log.append(append("one", write("a", 0, "1")))

    with pytest.raises(VersionConflict):
        await log.append(append("two", write("a", 0, "2")))
    with pytest.raises(VersionConflict):
        await log.append(append("three", write("a", 2, "3")))

    assert (await log.head()).position == 1


async def test_several_streams_are_written_together_or_not_at_all(log: Log) -> None:
    await log.append(append("one", write("fund", 0, "opened")))

    with pytest.raises(VersionConflict):
        await log.append(append("two", write("contract", 0, "signed"), write("fund", 0, "charged")))
    await log.append(append("three", write("contract", 0, "signed"), write("fund", 1, "charged")))

    assert [event.stream for event in await log.read(0, 10)] == ["fund", "contract", "fund"]


async def test_a_stream_only_read_must_not_have_moved(log: Log) -> None:
    await log.append(append("one", write("fund", 0, "opened")))
    await log.append(append("two", write("fund", 1, "closed")))

    with pytest.raises(VersionConflict):
        await log.append(
            append("three", write("contract", 0, "signed"), unchanged=(Unchanged("fund", 1),))
        )

    await log.append(
        append("four", write("contract", 0, "signed"), unchanged=(Unchanged("fund", 2),))
    )
    assert (await log.head()).position == 3


async def test_the_same_command_gets_the_same_answer(log: Log) -> None:
    first = await log.append(append("one", write("a", 0, "1"), write("b", 0, "1")))
    await log.append(append("two", write("a", 1, "2")))

    again = await log.append(append("one", write("a", 0, "1"), write("b", 0, "1")))

    assert again == first
    assert await log.find(uuid5(IDS, "one")) == first
    assert (await log.head()).position == 3


async def test_a_log_knows_which_requests_its_commands_came_with(log: Log) -> None:
    await log.append(append("one", write("a", 0, "1"), write("b", 0, "1")))

    known = await log.request_hashes([uuid5(IDS, "one"), uuid5(IDS, "two")])

    assert known == {"one"}
    assert await log.request_hashes([uuid5(IDS, "two")]) == frozenset()


async def test_the_same_command_twice_at_once_happens_once(log: Log) -> None:
    command = append("one", write("a", 0, "1"))

    answers = await asyncio.gather(*(log.append(command) for _ in range(10)))

    assert all(answer == answers[0] for answer in answers)
    assert (await log.head()).position == 1


async def test_of_two_conflicting_commands_at_once_exactly_one_succeeds(log: Log) -> None:
    rivals = [append(f"rival {n}", write("a", 0, f"{n}")) for n in range(20)]
    others = [append(f"other {n}", write(f"s{n}", 0, f"{n}")) for n in range(20)]

    answers = await asyncio.gather(
        *(log.append(command) for command in [*rivals, *others]), return_exceptions=True
    )

    conflicts = [answer for answer in answers[:20] if isinstance(answer, VersionConflict)]
    assert len(conflicts) == 19
    assert not any(isinstance(answer, BaseException) for answer in answers[20:])
    assert (await log.head()).position == 21


async def test_a_guilty_append_fails_alone(log: Log) -> None:
    good = [append(f"good {n}", write(f"s{n}", 0, "1")) for n in range(5)]
    guilty = append("guilty", Write("bad", 0, (new("x"), new("x")), "bad"))

    answers = await asyncio.gather(
        *(log.append(command) for command in [*good[:2], guilty, *good[2:]]),
        return_exceptions=True,
    )

    assert isinstance(answers[2], asyncpg.UniqueViolationError | ValueError)
    assert [type(answer).__name__ for n, answer in enumerate(answers) if n != 2] == ["Appended"] * 5


async def test_recorded_time_never_decreases(log: Log) -> None:
    await log.append(append("one", write("a", 0, "1")))
    earlier = append("two", write("a", 1, "2"))
    await log.append(
        Append(
            command_id=earlier.command_id,
            writes=earlier.writes,
            now=NOON - timedelta(days=1),
        )
    )

    assert [event.recorded_at for event in await log.read(0, 10)] == [NOON, NOON]


async def test_a_tailing_reader_beside_sixteen_writers_loses_nothing(log: Log) -> None:
    writers, each = 16, 40
    seen: list[int] = []
    finished = asyncio.Event()

    async def tail() -> None:
        while not finished.is_set() or (await log.head()).position > len(seen):
            page = await log.read(seen[-1] if seen else 0, 1000)
            seen.extend(event.position for event in page)
            await asyncio.sleep(0)

    async def writer(n: int) -> None:
        for version in range(each):
            await log.append(append(f"{n} {version}", write(f"s{n}", version, f"{version}")))

    tailing = asyncio.create_task(tail())
    await asyncio.gather(*(writer(n) for n in range(writers)))
    finished.set()
    await tailing

    assert seen == list(range(1, writers * each + 1))


async def test_growth_tells_whoever_asked_before_and_nobody_later(log: Log) -> None:
    before = log.growth
    assert not before.is_set()

    await log.append(append("one", write("a", 0, "1")))

    await asyncio.wait_for(before.wait(), 5)
    assert not log.growth.is_set()


async def test_writers_in_two_processes_share_one_order(service_database: str) -> None:
    pools = [await asyncpg.create_pool(service_database, min_size=1, max_size=4) for _ in "ab"]
    logs = [await PostgresLog.open("test", pool) for pool in pools]

    await asyncio.gather(
        *(logs[n % 2].append(append(f"{n}", write(f"s{n}", 0, "1"))) for n in range(200))
    )

    assert [e.position for e in await logs[0].read(0, 1000)] == list(range(1, 201))
    for pool in pools:
        await pool.close()


async def test_the_service_cannot_change_history(service_pool: Pool) -> None:
    log = await PostgresLog.open("test", service_pool)
    await log.append(append("one", write("a", 0, "1")))

    for statement in (
        "update log.events set type = 'other'",
        "delete from log.events",
        "truncate log.events",
        "insert into log.events select * from log.events",
        "update log.head set position = 0",
        "drop table log.events",
        "insert into log.epochs values (9, 1, 1, 'mine')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service_pool.execute(statement)


async def test_a_restored_log_is_noticed(service_database: str, service_pool: Pool) -> None:
    log = await PostgresLog.open("test", service_pool)
    await log.append(append("one", write("a", 0, "1", "2")))

    engine = create_async_engine(service_database.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.run_sync(begin_epoch)
    await engine.dispose()
    reopened = await PostgresLog.open("test", service_pool)
    await reopened.append(append("two", write("a", 2, "3")))

    assert [event.epoch for event in await reopened.read(0, 10)] == [1, 1, 2]
    assert (await reopened.head()).epochs == (Epoch(1, 1, 1), Epoch(2, 3, 3))


async def test_the_version_check_uses_the_index(service_pool: Pool) -> None:
    plan = await service_pool.fetchval(
        "explain (format json) select e.version from log.events e where e.stream = 'a'"
        " order by e.version desc limit 1"
    )
    assert "events_stream_version_key" in plan
