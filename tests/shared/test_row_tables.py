"""What a row says does not depend on the process that wrote it, nor on where its page ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

from shared.eventsourcing.row_tables import RowTable, as_json
from shared.eventsourcing.views import Row

SUMMER_TIME = timezone(timedelta(hours=1))


class SeenRow(Row, frozen=True, kw_only=True):
    seen: frozenset[str] = frozenset()
    at: datetime | None = None
    name: str = ""


def test_a_set_is_always_written_in_the_same_order() -> None:
    words = [f"word-{n}" for n in range(5)]
    assert len({as_json(dict.fromkeys(order)) for order in permutations(words)}) == 1
    assert as_json(frozenset(words)) == as_json(words)


def test_a_row_folded_in_memory_is_the_row_that_the_table_gives_back() -> None:
    table = RowTable(SeenRow)
    at = datetime(2026, 7, 1, 10, tzinfo=SUMMER_TIME)
    stored = table.as_stored(SeenRow(at=at))
    assert stored.at == at
    assert str(stored.at) == "2026-07-01 09:00:00+00:00"
    assert table.as_stored(SeenRow(name="kept")) == SeenRow(name="kept")
    in_utc = SeenRow(at=at.astimezone(UTC))
    assert table.as_stored(in_utc) is in_utc
