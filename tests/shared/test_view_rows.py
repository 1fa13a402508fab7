"""Rows of every kind go through the tables of a view and come back as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.row_tables import condition
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import Row, View, subject_of
from shared.postgres.pool import Pool
from tests.shared.counters import Counted
from tests.shared.hearing import NOW, follow, happen


class Part(msgspec.Struct, frozen=True):
    price: Decimal
    on: date
    note: str | None = None


class Odd(Row, frozen=True, kw_only=True):
    price: Decimal
    maybe: Decimal | None
    parts: tuple[Part, ...]
    by_day: dict[date, int]
    either: int | str | None
    raw: bytes
    at: datetime
    ratio: float
    whose: UUID
    order: str  # a word of SQL


class Passing(Row, frozen=True, kw_only=True):
    amount: int


FULL = Odd(
    price=Decimal("0.10"),
    maybe=Decimal("1E+3"),
    parts=(Part(Decimal("-0.00"), date(2026, 4, 1)), Part(Decimal("1e-30"), date(1, 1, 1), "")),
    by_day={date(2026, 4, 1): 10**30},
    either="",
    raw=b"\x00\xff",
    at=datetime(2026, 4, 1, 12, 0, 0, 1, tzinfo=UTC),
    ratio=0.1,
    whose=UUID(int=1),
    order='"; drop table x; --\n\u2028é',
)
EMPTY = Odd(
    price=Decimal(0), maybe=None, parts=(), by_day={}, either=None, raw=b"", at=NOW, ratio=-0.0,
    whose=UUID(int=0), order="",
)  # fmt: skip


def odd(_: Odd | None, recorded: Recorded) -> Odd | None:
    assert isinstance(recorded.event, Counted)
    return FULL if recorded.event.amount else EMPTY


ODD = View(name="odd", source="counting", row=Odd, events=(Counted,), key=subject_of, fold=odd)


async def test_a_row_comes_back_as_it_went_in(other_pool: Pool) -> None:
    log, store = MemoryLog("counting"), ViewStore(ODD, other_pool)
    await store.prepare()
    keys = ["a/b c", "é", "日本", "'; --", "A", "a", "_", "~"]
    for n, key in enumerate(keys):
        await happen(log, key, Counted(amount=n % 2))
    await follow(PublishedLog(log), store)

    before = await store.contents()
    rows = await store.find()
    assert rows == {key: (FULL if n % 2 else EMPTY) for n, key in enumerate(keys)}
    await rebuild(store, other_pool, PublishedLog(log))
    assert (await store.find(), await store.contents()) == (rows, before)

    paged: list[str] = []
    while page := await store.find(after=paged[-1] if paged else "", limit=3):
        paged += page
    assert paged == list(rows)
    assert sorted(paged) == sorted(keys)
    assert list(await store.find(where={"order": FULL.order})) == [
        key for key in rows if rows[key] == FULL
    ]


@pytest.mark.parametrize("name", ['x" = 1 or "x', "a b", "", "1=1"])
def test_what_is_no_column_goes_into_no_statement(name: str) -> None:
    with pytest.raises(ValueError, match="is not a column"):
        condition({name: 1}, {}, 1)


def passing(_: Passing | None, recorded: Recorded) -> Passing | None:
    assert isinstance(recorded.event, Counted)
    return Passing(amount=recorded.event.amount) if recorded.event.amount else None


PASSING = View(
    name="passing", source="counting", row=Passing, events=(Counted,), key=subject_of,
    fold=passing, history=True,
)  # fmt: skip


async def test_a_dropped_row_was_known_only_until_then(other_pool: Pool) -> None:
    log, store = MemoryLog("counting"), ViewStore(PASSING, other_pool)
    await store.prepare()
    for day, amount in enumerate((1, 0, 3)):
        await happen(log, "a", Counted(amount=amount), now=NOW + timedelta(days=day))
    await follow(PublishedLog(log), store)

    known = [await store.known_at("a", NOW + timedelta(days=day)) for day in range(3)]
    assert [one and one.row.amount for one in known] == [1, None, 3]
    before = await store.contents()
    assert {part: len(rows) for part, rows in before.items()} == {"rows": 1, "history": 3}
    await rebuild(store, other_pool, PublishedLog(log))
    assert await store.contents() == before
