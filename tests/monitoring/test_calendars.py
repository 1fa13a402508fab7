"""What a partnership monitors and what is late of it: rules, and the days of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.monitoring.calendars.commands import (
    CompleteInspectionAction,
    HoldMonitoring,
    PlanInspection,
)
from services.monitoring.calendars.decider import (
    CALENDARS,
    ActionIsDone,
    AlreadyHeld,
    DoneTooSoon,
    DueTooSoon,
    NotAPartner,
    NotTheOwner,
    NotYet,
    PeriodNotOver,
    PeriodWrong,
)
from services.monitoring.calendars.events import MonitoringHeld, PlannedAction
from services.monitoring.calendars.periods import due_on
from services.monitoring.calendars.views import CalendarRow, lines
from shared.eventsourcing.commands import Missing
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2027, 6, 10, 9, tzinfo=UTC)
TODAY = date(2027, 6, 10)
TEXT = TextRef(text=UUID(int=1), digest="d")
ACTION = PlannedAction(action="a1", text=TEXT, owner="icb", due_on=date(2027, 9, 1))
INSPECTED = PlanInspection(
    plan="i1", partnership="p1", agency="council", agencies=frozenset({"council", "icb"}),
    inspector="ofsted", inspected_on=date(2027, 5, 1), found=TEXT, actions=(ACTION,),
    recorded_by="lea", now=NOW,
)  # fmt: skip
DONE = CompleteInspectionAction(
    plan="i1", action="a1", by="icb", done_on=TODAY, recorded_by="ian", now=NOW
)
EMPTY = Scenario(CALENDARS)


def holding(**changes: Any) -> HoldMonitoring:
    fields: dict[str, Any] = {
        "partnership": "p1", "what": "scorecard", "period": "2026-27-Q4", "held_on": TODAY,
        "said": TEXT, "recorded_by": "lea", "now": NOW,
    }  # fmt: skip
    return HoldMonitoring(**fields | changes)


def test_an_inspection_is_of_a_partner_and_its_actions_are_owned_and_come_after_it() -> None:
    assert EMPTY.when(INSPECTED).events()
    for wrong, refusal, pointer in (
        (replace(INSPECTED, inspected_on=date(2027, 6, 11)), NotYet, "/body/inspected_on"),
        (replace(INSPECTED, agency="acorn"), NotAPartner, "/body/agency"),
        (replace(INSPECTED, actions=(replace(ACTION, owner="acorn"),)), NotAPartner,
         "/body/actions/0/owner"),
        (replace(INSPECTED, actions=(replace(ACTION, due_on=date(2027, 5, 1)),)), DueTooSoon,
         "/body/actions/0/due_on"),
    ):  # fmt: skip
        EMPTY.when(wrong).then_refused(refusal, pointer)


def test_the_owner_says_once_that_an_action_is_done() -> None:
    planned = EMPTY.when_done(INSPECTED)
    planned.when(replace(DONE, by="council")).then_refused(NotTheOwner)
    planned.when(replace(DONE, action="a2")).then_refused(Missing)
    planned.when(replace(DONE, plan="i2")).then_refused(Missing)
    planned.when(replace(DONE, done_on=date(2027, 6, 11))).then_refused(NotYet, "/body/done_on")
    before = replace(DONE, done_on=date(2027, 4, 30))
    planned.when(before).then_refused(DoneTooSoon, "/body/done_on")
    planned.when_done(DONE).when(DONE).then_refused(ActionIsDone)


def test_what_is_monitored_is_recorded_for_its_own_periods_once_they_are_over() -> None:
    assert EMPTY.when(holding()).events()
    for what, period in (
        ("scorecard", "2026-27-H1"), ("improvement-plans", "2026-27-Q1"), ("plan", "2026-27-H2"),
        ("plan", "2026-28-Y"),
    ):  # fmt: skip
        EMPTY.when(holding(what=what, period=period)).then_refused(PeriodWrong, "/body/period")
    EMPTY.when(holding(period="2027-28-Q1")).then_refused(PeriodNotOver)
    EMPTY.when(holding(held_on=date(2027, 6, 11))).then_refused(NotYet, "/body/held_on")
    EMPTY.when_done(holding()).when(holding()).then_refused(AlreadyHeld)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026-27-Q1", date(2026, 8, 31)), ("2026-27-Q3", date(2027, 2, 28)),
        ("2026-27-H1", date(2026, 11, 30)), ("2026-27-H2", date(2027, 5, 31)),
        ("2026-27-Y", date(2027, 5, 31)), ("2027-28-Q3", date(2028, 2, 29)),
    ],
)  # fmt: skip
def test_it_is_due_by_the_end_of_the_second_month_after(period: str, day: date) -> None:
    assert due_on(period) == day


def test_the_year_shows_scorecards_improvement_plans_and_the_plan_and_what_is_late() -> None:
    held = MonitoringHeld(
        partnership="p1", what="scorecard", period="2026-27-Q1", held_on=date(2026, 8, 1),
        said=TEXT, recorded_by="lea",
    )  # fmt: skip
    row = CalendarRow(partnership="p1", held=(held,))
    shown = lines(row, "2026/27", date(2027, 5, 31))
    assert [(one.what, one.period[8:], one.standing) for one in shown] == [
        ("scorecard", "Q1", "held"), ("scorecard", "Q2", "late"),
        ("improvement-plans", "H1", "late"), ("scorecard", "Q3", "late"),
        ("scorecard", "Q4", "to-come"), ("improvement-plans", "H2", "to-come"),
        ("plan", "Y", "to-come"),
    ]  # fmt: skip
    assert {one.standing for one in lines(None, "2027/28", date(2027, 5, 31))} == {"not-over"}
    assert lines(None, "2026/27", date(2027, 6, 1))[-1].standing == "late"
