"""England's working days, and the clocks that run on them."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.working_days import (
    BANK_HOLIDAYS,
    BeyondTheCalendar,
    add_working_days,
    end_of_day_london,
    is_working_day,
    nth_working_day_after,
    standstill_ends,
    working_days_between,
)

days = st.dates(min_value=date(2019, 1, 1), max_value=date(2040, 12, 31))


def test_the_calendar_is_englands_published_one(shared_material: Path) -> None:
    path = shared_material / "reference" / "england_bank_holidays_2019_2031.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        published = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    assert {day for day in BANK_HOLIDAYS if 2019 <= day.year <= 2031} == published


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 4, 2), True),
        (date(2026, 4, 3), False),
        (date(2026, 4, 4), False),
        (date(2026, 4, 5), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
        (date(2026, 12, 28), False),
        (date(2022, 9, 19), False),
    ],
)
def test_weekends_and_bank_holidays_are_no_working_days(day: date, working: bool) -> None:
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 2), 5, date(2026, 4, 13)),
        (date(2026, 4, 3), 1, date(2026, 4, 7)),
        (date(2026, 6, 30), 15, date(2026, 7, 21)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, n: int, then: date) -> None:
    assert nth_working_day_after(day, n) == then
    assert add_working_days(day, n) == then


def test_no_working_days_leave_the_day_and_fewer_go_back() -> None:
    assert add_working_days(date(2026, 4, 5), 0) == date(2026, 4, 5)
    assert add_working_days(date(2026, 4, 7), -1) == date(2026, 4, 2)
    with pytest.raises(ValueError, match="counted from 1"):
        nth_working_day_after(date(2026, 4, 7), 0)


@given(days, st.integers(min_value=1, max_value=60))
def test_so_many_working_days_lie_between(day: date, n: int) -> None:
    then = add_working_days(day, n)
    assert is_working_day(then)
    assert working_days_between(day, then) == n


@pytest.mark.parametrize(
    ("published_on", "procurement_act", "provider_selection"),
    [
        (date(2026, 9, 7), date(2026, 9, 16), date(2026, 9, 17)),
        (date(2026, 9, 5), date(2026, 9, 16), date(2026, 9, 16)),
        (date(2025, 12, 18), date(2025, 12, 31), date(2026, 1, 2)),
        (date(2026, 4, 2), date(2026, 4, 15), date(2026, 4, 16)),
    ],
)
def test_a_standstill_begins_with_publication_or_after_it_as_the_rule_says(
    published_on: date, procurement_act: date, provider_selection: date
) -> None:
    assert standstill_ends(published_on, "procurement-act") == end_of_day_london(procurement_act)
    assert standstill_ends(published_on, "provider-selection") == end_of_day_london(
        provider_selection
    )


def test_a_london_day_ends_in_its_own_time_zone() -> None:
    assert end_of_day_london(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert end_of_day_london(date(2026, 1, 1)) == datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)
    assert end_of_day_london(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC)
    assert end_of_day_london(date(2026, 7, 1)).tzinfo is UTC


def test_a_day_beyond_the_table_is_refused() -> None:
    with pytest.raises(BeyondTheCalendar):
        is_working_day(date(2100, 1, 4))
