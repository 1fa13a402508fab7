"""A year's clocks in Europe/London: Easter, Christmas, both changes of the clocks, and pauses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.contracts.contracts.presets import NHS_STANDARD
from services.monitoring.flags.clocks import pause, resume, started
from services.monitoring.flags.commands import PauseClock, ResumeClock
from services.monitoring.flags.deadlines import due, timely
from services.monitoring.flags.state import Case, Clock
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Envelope, Meta, Recorded
from shared.published.cases import CaseClockResumed, CaseClockStarted
from shared.published.monitoring import UnderperformanceFlagged
from shared.published.terms import Clause
from shared.testing.houses import RunningHouse
from shared.values.working_days import (
    end_of_day_london,
    is_working_day,
    nth_working_day_after,
    working_days_between,
)
from tests.monitoring.agreed import Q1, TERMS, TEXT
from tests.monitoring.door import People, signed_house

FLAGGED = UnderperformanceFlagged(
    flag="c1:seen:1", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    measure="seen", rule="threshold", raised_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
)  # fmt: skip
FIVE = Clause(clause="GC9.6", working_days=5)
CASE_TERMS = replace(TERMS, case=NHS_STANDARD)


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [
        (date(2026, 4, 1), date(2026, 4, 10)),  # over Good Friday and Easter Monday
        (date(2026, 4, 30), date(2026, 5, 8)),  # over the early May bank holiday
        (date(2026, 5, 21), date(2026, 5, 29)),  # over the late May bank holiday
        (date(2026, 8, 28), date(2026, 9, 7)),  # over the summer bank holiday
        (date(2026, 10, 23), date(2026, 10, 30)),  # over the hour given back on 25 October
        (date(2026, 12, 23), date(2027, 1, 4)),  # Boxing Day on a Saturday, a substitute, New Year
        (date(2027, 3, 25), date(2027, 4, 5)),  # over Easter and the hour taken on 28 March
    ],
)
def test_five_working_days_over_a_year(asked_on: date, due_on: date) -> None:
    (clock,) = started(Case(flagged=FLAGGED), "meeting", FIVE, asked_on)
    assert isinstance(clock, CaseClockStarted)
    assert clock.due_on == due_on


@pytest.mark.parametrize(
    ("due_on", "fires_at"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 28, 0, 0, tzinfo=UTC)),  # still winter time
        (date(2026, 3, 30), datetime(2026, 3, 30, 23, 0, tzinfo=UTC)),  # summer time
        (date(2026, 10, 23), datetime(2026, 10, 23, 23, 0, tzinfo=UTC)),  # still summer time
        (date(2026, 10, 26), datetime(2026, 10, 27, 0, 0, tzinfo=UTC)),  # winter time again
    ],
)
def test_a_clock_is_missed_at_midnight_in_london_on_both_sides_of_each_change(
    due_on: date, fires_at: datetime
) -> None:
    event = CaseClockStarted(
        flag="c1:seen:1", contract="c1", clock="meeting", clause="1", due_on=due_on
    )
    ((name, at),) = due(recorded(event)).items()
    assert at is not None
    assert at == fires_at
    assert london_date(at) > due_on >= london_date(at - timedelta(seconds=1))
    assert timely(name, at).flag == "c1:seen:1"  # type: ignore[union-attr]


def recorded(event: CaseClockStarted) -> Recorded:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    envelope = Envelope(
        position=1, publication=1, epoch=1, stream="flag/c1:seen", version=1, type="",
        event_id=TEXT.text, command_id=TEXT.text, partition_key="", body=b"", meta=Meta(),
        effective_on=at.date(), recorded_at=at,
    )  # fmt: skip
    return Recorded(event, envelope)


DAYS = st.dates(date(2026, 1, 1), date(2027, 4, 30))


@given(DAYS, st.integers(1, 28), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=400, deadline=None)
def test_a_pause_leaves_the_days_left_as_they_are_whatever_holidays_it_spans(
    start: date, days: int, until_pause: int, paused_for: int
) -> None:
    due_on = nth_working_day_after(start, days)
    paused_on = min(start + timedelta(days=until_pause), due_on)
    resumed_on = paused_on + timedelta(days=paused_for)
    case = Case(flagged=FLAGGED, clock=Clock(clock="meeting", clause="1", due_on=due_on))
    at = end_of_day_london(paused_on)
    assert pause(PauseClock(flag="c1:seen:1", reason=TEXT, paused_by="mo", now=at), case)
    standing = Clock(clock="meeting", clause="1", due_on=due_on, paused_on=paused_on)
    later = ResumeClock(flag="c1:seen:1", resumed_by="mo", now=end_of_day_london(resumed_on))
    (event,) = resume(later, replace(case, clock=standing))
    assert isinstance(event, CaseClockResumed)
    assert event.due_on >= due_on
    assert is_working_day(event.due_on)
    left = working_days_between(paused_on, due_on)
    assert working_days_between(resumed_on, event.due_on) == left


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database, CASE_TERMS) as running:
        yield running


async def test_returns_of_a_year_are_due_on_working_days_at_the_end_of_londons_day(
    house: RunningHouse,
) -> None:
    people = People(house)
    items = (await people.ann.get("/v1/returns?limit=50")).json()["items"]
    dues = {one["period"]: datetime.fromisoformat(one["due_at"]) for one in items}
    expected = {
        "2026-27-Q1": datetime(2026, 7, 21, 22, 59, 59, tzinfo=UTC),
        "2026-27-Q2": datetime(2026, 10, 21, 22, 59, 59, tzinfo=UTC),
        "2026-27-Q3": datetime(2027, 1, 22, 23, 59, 59, tzinfo=UTC),  # over New Year's Day
        "2026-27-Q4": datetime(2027, 4, 21, 22, 59, 59, tzinfo=UTC),
    }
    assert {period: dues[period] for period in expected} == expected
    assert Q1 in dues
