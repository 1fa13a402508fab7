"""What a rebuild owes beyond identical rows: small memory, one at a time, and an end."""

from __future__ import annotations

import asyncio
import tracemalloc
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from shared.eventsourcing import view_store
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.events import Envelope, Meta, Recorded, type_of
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.rebuild import RebuildBlocked, rebuild
from shared.eventsourcing.sources import FirstNumber, Page, PublishedLog, Source
from shared.eventsourcing.subscriptions import Checkpoint
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import Row, View, subject_of
from shared.eventsourcing.vouching import Examination
from shared.postgres.pool import Connection, Pool
from tests.shared.counters import Counted, totals
from tests.shared.hearing import NOW, Store, follow, happen, total
from tests.shared.test_failing_parts import BIG, NUL

KEYS = 20


class Sum(Row, frozen=True, kw_only=True):
    total: int


class Added(msgspec.Struct, frozen=True, kw_only=True):
    amount: int


def _add(row: Sum | None, recorded: Recorded) -> tuple[Sum, tuple[Added, ...]]:
    event = recorded.event
    assert isinstance(event, Counted)
    total = event.amount + (row.total if row else 0)
    return Sum(total=total), (Added(amount=event.amount),) * 3


SUMS: View[Sum] = View(
    name="sums", source="counting", row=Sum, events=(Counted,), key=subject_of, fold=_add,
    emits=Added, history=True,
)  # fmt: skip


class Long:
    """A log of so many events that are made as they are read, so that it takes no memory itself."""

    name = "counting"

    def __init__(self, events: int) -> None:
        self._events = events

    def number(self, envelope: Envelope) -> int:
        return envelope.position

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:  # noqa: ARG002
        last = min(after + limit, self._events)
        envelopes = [_counted(number) for number in range(after + 1, last + 1)]
        return Page(envelopes, self._events, (FirstNumber(1, 1),))


def _counted(number: int) -> Envelope:
    return Envelope(
        position=number, publication=number, epoch=1, stream=f"counter/{number % KEYS}",
        version=number, type=type_of(Counted), event_id=UUID(int=number),
        command_id=UUID(int=number), partition_key=str(number % KEYS),
        body=b'{"type":"test.counted.v1","amount":1}', meta=Meta(), effective_on=NOW.date(),
        recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
    )  # fmt: skip


async def _peak_bytes(pool: Pool, events: int) -> int:
    store = ViewStore(SUMS, pool)
    await store.prepare()
    tracemalloc.start()
    try:
        await rebuild(store, pool, Long(events))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_ten_times_the_events_take_no_more_memory(
    other_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_store, "REBUILD_PAGE", 200)
    await _peak_bytes(other_pool, 400)  # what is only ever loaded once
    once = await _peak_bytes(other_pool, 1_000)
    ten_times = await _peak_bytes(other_pool, 10_000)
    rows = await ViewStore(SUMS, other_pool).find()
    assert sum(row.total for row in rows.values()) == 10_000
    assert ten_times < 1.5 * once + 500_000


@pytest.mark.parametrize("unstorable", [2**70, NUL], ids=["beyond bigint", "NUL in json"])
async def test_what_no_table_can_hold_is_parked_by_a_rebuild_too(
    other_pool: Pool, unstorable: int
) -> None:
    log, store = MemoryLog("counting"), ViewStore(BIG, other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=unstorable), Counted(amount=3))
    await happen(log, "b", Counted(amount=5))
    await follow(PublishedLog(log), store)
    before = await store.contents()

    await rebuild(store, other_pool, PublishedLog(log))

    assert await store.contents() == before
    parked = await other_pool.fetch("select subscriber, number from kept.parked order by number")
    assert [tuple(row) for row in parked] == [(store.name, 2), (store.name, 3)]


async def test_one_view_is_rebuilt_by_one_at_a_time(other_pool: Pool) -> None:
    log, store = MemoryLog("counting"), Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1))
    reading, go_on = asyncio.Event(), asyncio.Event()

    class Slow(PublishedLog):
        async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
            reading.set()
            await go_on.wait()
            return await super().read(after, limit, wait_seconds)

    first = asyncio.create_task(rebuild(store, other_pool, Slow(log)))
    await reading.wait()
    with pytest.raises(RebuildBlocked):
        await rebuild(Store(totals("counting"), other_pool), other_pool, PublishedLog(log))
    go_on.set()
    assert await first == Checkpoint(1, 1)
    assert await rebuild(store, other_pool, PublishedLog(log)) == Checkpoint(1, 1)


async def test_what_a_rebuild_left_half_made_is_no_part_of_the_next(other_pool: Pool) -> None:
    log, store = MemoryLog("counting"), Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    await follow(PublishedLog(log), store)
    before = await store.contents()
    with pytest.raises(ConnectionError):
        await rebuild(store, other_pool, _Breaking(log))
    assert await store.contents() == before

    await rebuild(store, other_pool, PublishedLog(log))

    assert await store.contents() == before


class _Breaking(PublishedLog):
    """Gives the first event and then no more."""

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        if after:
            raise ConnectionError
        return await super().read(after, min(limit, 1), wait_seconds)


async def test_a_rebuild_ends_while_the_live_view_never_rests(other_pool: Pool) -> None:
    log, store = MemoryLog("counting"), Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1))
    await follow(PublishedLog(log), store)
    done = asyncio.Event()
    seen: list[int] = []

    async def live() -> None:
        while not done.is_set():
            await happen(log, "a", Counted(amount=1))
            await follow(PublishedLog(log), store)

    async def read() -> None:
        while not done.is_set():
            seen.append(await total(store, "a"))

    others = [asyncio.create_task(work()) for work in (live, live, read, read)]
    for _ in range(3):
        await rebuild(store, other_pool, PublishedLog(log))
    done.set()
    await asyncio.gather(*others)
    await follow(PublishedLog(log), store)
    assert await total(store, "a") == len(await log.read_stream("counter/a"))
    assert seen


async def test_a_reader_sees_a_view_only_grow_through_swaps(other_pool: Pool) -> None:
    """Each reader holds one connection, with the plans it has prepared, through every swap."""
    source: Source = PublishedLog(log := MemoryLog("counting"))
    store = Store(totals("counting"), other_pool)
    await store.prepare()
    for n in range(30):
        await happen(log, f"c{n}", Counted(amount=1))
    await follow(source, store)
    done = asyncio.Event()

    async def read(connection: Connection) -> int:
        reads = before = 0
        while not done.is_set():
            found = await connection.fetchval(f"select count(*) from {store.tables.table}")
            told = await connection.fetch(f"select * from {store.tables.lines_table}")
            assert found >= max(before, 30)
            assert len(told) >= 30
            before, reads = found, reads + 1
        return reads

    async with asyncio.TaskGroup() as readers:
        held = [await other_pool.acquire() for _ in range(4)]
        reading = [readers.create_task(read(connection)) for connection in held]
        for n in range(5):
            await happen(log, f"d{n}", Counted(amount=1))
            await rebuild(store, other_pool, source)
        done.set()
    for connection in held:
        await other_pool.release(connection)
    assert all(task.result() for task in reading)


class Objected(Refused):
    """The lines are not what was vouched for."""


class Objector:
    """A witness that vouches for no line above an amount, and is asked before and in the swap."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.asked: list[str] = []

    def examination(self, beside: ViewStore[Any]) -> Examination:
        return Asked(self, beside)


class Asked:
    def __init__(self, witness: Objector, beside: ViewStore[Any]) -> None:
        self._witness = witness
        self._beside = beside

    async def go_on(self, connection: Connection) -> None:
        self._witness.asked.append("before")
        lines = await self._beside.emitted(connection, "a", (0, -1), 100)
        assert [(one.number, one.line) for one in lines] == [(1, 0), (1, 1), (1, 2)]
        if any(one.content.amount > self._witness.most for one in lines):
            raise Objected

    async def conclude(self, connection: Connection) -> None:
        assert connection.is_in_transaction()
        self._witness.asked.append("within")


@pytest.mark.parametrize(("most", "asked"), [(5, ["before", "within"]), (4, ["before"])])
async def test_a_view_goes_live_only_when_its_witness_agrees(
    other_pool: Pool, most: int, asked: list[str]
) -> None:
    await happen(log := MemoryLog("counting"), "a", Counted(amount=5))
    source = PublishedLog(log)
    store = ViewStore(SUMS, other_pool)
    await store.prepare()
    await follow(source, store)
    old = await other_pool.fetchval("select $1::text::regclass::oid", store.tables.table)
    store.witness = witness = Objector(most)
    if most < 5:
        with pytest.raises(Objected):
            await rebuild(store, other_pool, source)
    else:
        await rebuild(store, other_pool, source)
    new = await other_pool.fetchval("select $1::text::regclass::oid", store.tables.table)
    assert (new == old) is (most < 5)
    assert witness.asked == asked
    assert await store.get("a") == Sum(total=5)
