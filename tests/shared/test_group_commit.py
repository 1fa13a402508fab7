"""The ways into the log on PostgreSQL: the short one, the batch, and the one that judges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import asyncpg
import pytest

from shared.eventsourcing.log import Append, Unchanged, VersionConflict
from shared.eventsourcing.postgres_log import PostgresLog
from shared.postgres.pool import Pool, open_pool
from tests.shared.test_log import NOON, append, write


@pytest.fixture
async def log(service_pool: Pool) -> PostgresLog:
    return await PostgresLog.open("test", service_pool)


def later(given: Append) -> Append:
    return Append(
        command_id=given.command_id, writes=given.writes, now=given.now + timedelta(hours=1)
    )


async def test_an_append_that_is_refused_leaves_the_head_as_it_was(
    log: PostgresLog, service_pool: Pool
) -> None:
    await log.append(append("one", write("a", 0, "1")))
    before = await service_pool.fetchrow("select * from log.head")

    with pytest.raises(VersionConflict):
        await log.append(later(append("two", write("a", 0, "2"))))
    with pytest.raises(VersionConflict):
        await log.append(later(append("three", write("b", 1, "1", published=False))))
    again = await log.append(later(append("one", write("a", 1, "2"))))

    assert again.versions == {"a": 1}
    assert await service_pool.fetchrow("select * from log.head") == before
    await log.append(append("four", write("a", 1, "2")))
    assert [event.position for event in await log.read(0, 10)] == [1, 2]
    assert [event.recorded_at for event in await log.read(0, 10)] == [NOON, NOON]


async def test_one_guilty_of_a_batch_is_told_and_the_others_are_numbered_without_holes(
    log: PostgresLog,
) -> None:
    await log.append(append("first", write("a", 0, "1")))
    sent = [
        append("hidden", write("b", 0, "1", "2", published=False)),
        append("outdated", write("a", 0, "2")),
        append("first", write("a", 0, "1")),
        append("two", write("c", 0, "1"), write("d", 0, "1", "2")),
        append("moved", write("e", 0, "1"), unchanged=(Unchanged("a", 0),)),
        append("still", write("f", 0, "1"), unchanged=(Unchanged("c", 1),)),
    ]

    answers = await asyncio.gather(*map(log.append, sent), return_exceptions=True)

    outdated = [n for n, answer in enumerate(answers) if isinstance(answer, VersionConflict)]
    assert outdated == [1, 4]
    assert [type(answer).__name__ for answer in answers].count("Appended") == 4
    events = await log.read(0, 20)
    assert [event.position for event in events] == list(range(1, 8))
    assert [event.publication for event in events] == [1, None, None, 2, 3, 4, 5]


async def test_the_answers_of_a_batch_say_where_the_log_stood_after_each(log: PostgresLog) -> None:
    sent = [append(f"{n}", write(f"s{n}", 0, "1", "2", published=n % 2 == 0)) for n in range(8)]

    answers = await asyncio.gather(*map(log.append, sent))

    assert [answer.position for answer in answers] == list(range(2, 17, 2))
    assert [answer.publication for answer in answers] == [2, 2, 4, 4, 6, 6, 8, 8]
    for given, answer in zip(sent, answers, strict=True):
        assert await log.find(given.command_id) == answer


async def test_single_appends_and_batches_of_two_processes_leave_no_hole(
    service_database: str,
) -> None:
    pools = [await open_pool(service_database) for _ in "ab"]
    one, many = [await PostgresLog.open("test", pool) for pool in pools]

    async def singly() -> None:
        for n in range(60):
            await one.append(append(f"one {n}", write("one", n, f"{n}", published=n % 3 != 0)))

    async def together(writer: int) -> None:
        for n in range(20):
            names = [f"{n} {part}" for part in range(writer % 3 + 1)]
            stream = write(f"many {writer} {n}", 0, *names, published=writer % 2 == 0)
            await many.append(append(f"many {writer} {n}", stream))

    await asyncio.gather(singly(), *(together(writer) for writer in range(16)))

    events = await one.read(0, 5000)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    published = [event.publication for event in events if event.publication is not None]
    assert published == list(range(1, len(published) + 1))
    assert len(events) == 60 + 20 * sum(writer % 3 + 1 for writer in range(16))
    for pool in pools:
        await pool.close()


async def test_an_append_whose_connection_is_cut_before_it_commits_is_made_once(
    log: PostgresLog, service_database: str
) -> None:
    await log.append(append("one", write("a", 0, "1")))
    owner = await asyncpg.connect(service_database)
    async with owner.transaction():
        await owner.execute("select from log.head for update")
        waiting = asyncio.create_task(log.append(append("two", write("a", 1, "2"))))
        while not await _ended_who_waits(owner):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    await owner.close()

    answer = await asyncio.wait_for(waiting, 10)

    assert (answer.position, answer.versions) == (2, {"a": 2})
    assert (await log.head()).position == 2


async def _ended_who_waits(owner: asyncpg.Connection[asyncpg.Record]) -> bool:
    """Cuts off whoever waits for a lock that `owner` holds; says whether anyone did."""
    ended = await owner.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pg_backend_pid() = any(pg_blocking_pids(pid))"
    )
    return bool(ended)


class Wire:
    """The way to the server, which can swallow what the server answers and then break."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self.swallowing = False
        self.swallowed = 0

    async def carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_unix_connection(self._socket)
        asked = asyncio.create_task(self._pass(near, forth))
        await self._answer(far, back)
        asked.cancel()
        forth.close()
        back.close()

    async def _pass(self, near: asyncio.StreamReader, forth: asyncio.StreamWriter) -> None:
        while data := await near.read(65536):
            forth.write(data)

    async def _answer(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while data := await far.read(65536):
            if self.swallowing:
                self.swallowing = False
                self.swallowed += 1
                return
            back.write(data)


@pytest.fixture
async def wire(service_database: str, tmp_path: Path) -> AsyncIterator[tuple[Wire, str]]:
    """The wire, and the database's address behind it."""
    parts = urlsplit(service_database)
    asked = parse_qs(parts.query)
    if "host" not in asked:
        pytest.skip("TEST_DATABASE_URL names no socket to stand before")
    port = asked["port"][0]
    wire = Wire(f"{asked['host'][0]}/.s.PGSQL.{port}")
    async with await asyncio.start_unix_server(wire.carry, tmp_path / f".s.PGSQL.{port}"):
        query = f"host={quote(str(tmp_path), safe='')}&port={port}"
        yield wire, parts._replace(query=query).geturl()


async def test_an_append_that_was_committed_and_whose_answer_was_lost_is_not_made_again(
    wire: tuple[Wire, str], log: PostgresLog
) -> None:
    cut, address = wire
    pool = await open_pool(address)
    behind = await PostgresLog.open("test", pool)
    await behind.append(append("one", write("a", 0, "1")))

    cut.swallowing = True
    answer = await behind.append(append("two", write("a", 1, "2")))
    cut.swallowing = True
    both = await asyncio.gather(
        behind.append(append("three", write("a", 2, "3"))),
        behind.append(append("four", write("b", 0, "1"))),
    )

    assert cut.swallowed == 2
    assert (answer.position, answer.versions) == (2, {"a": 2})
    assert sorted(each.position for each in both) == [3, 4]
    assert (await log.head()).position == 4
    await pool.close()


async def test_who_stops_waiting_does_not_undo_what_was_sent(log: PostgresLog) -> None:
    leaving = asyncio.create_task(log.append(append("one", write("a", 0, "1"))))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    answer = await log.append(append("two", write("a", 1, "2")))

    assert answer.position == 2


async def test_no_append_reads_the_log_from_end_to_end(
    service_database: str,
) -> None:
    """What is planned while the log is empty must not be what a long log suffers from."""
    pool = await open_pool(service_database)
    log = await PostgresLog.open("test", pool)
    for n in range(30):
        await log.append(append(f"one {n}", write(f"one {n}", 0, "1")))
        await asyncio.gather(
            *(log.append(append(f"{n} {s}", write(f"{uuid4()}", 0, "1"))) for s in range(4))
        )
        with pytest.raises(VersionConflict):
            await log.append(append(f"rival {n}", write(f"one {n}", 0, "1")))
    await pool.close()

    owner = await asyncpg.connect(service_database)
    scans = await owner.fetchval(
        "select seq_scan from pg_stat_user_tables where relid = 'log.events'::regclass"
    )
    await owner.close()

    assert scans == 0
