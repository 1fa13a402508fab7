"""A partnership's calendar as it is kept, and as it is shown for a year: what is due and late."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.calendars.decider import CALENDARS
from services.monitoring.calendars.events import (
    InspectionActionDone,
    InspectionPlanned,
    Monitored,
    MonitoringHeld,
)
from services.monitoring.calendars.periods import due_on, over_on, periods_of
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FinancialYear, PartnershipId


class CalendarRow(Row, frozen=True, kw_only=True):
    """What was recorded; `done` says of each action by its id on which day."""

    partnership: PartnershipId
    inspections: tuple[InspectionPlanned, ...] = ()
    done: dict[str, date] = msgspec.field(default_factory=dict[str, date])
    held: tuple[MonitoringHeld, ...] = ()
    version: int = 0


def fold(row: CalendarRow | None, recorded: Recorded) -> CalendarRow | None:
    row = row or CalendarRow(partnership=recorded.subject)
    match recorded.event:
        case InspectionPlanned() as planned:
            row = replace(row, inspections=(*row.inspections, planned))
        case InspectionActionDone() as done:
            row = replace(row, done=row.done | {done.action: done.done_on})
        case MonitoringHeld() as held:
            row = replace(row, held=(*row.held, held))
        case _:
            pass
    return replace(row, version=recorded.envelope.version)


CALENDAR_ROWS: View[CalendarRow] = View(
    name="calendars",
    source="monitoring",
    row=CalendarRow,
    events=CALENDARS.events,
    key=subject_of,
    fold=fold,
)

Standing = Literal["not-over", "to-come", "late", "held"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at for one period."""

    what: Monitored
    period: str
    due_on: date
    held_on: date | None
    standing: Standing


def lines(row: CalendarRow | None, year: FinancialYear, today: date) -> list[Line]:
    """Everything the partnership looks at for a year, in the order in which it is due."""
    held = {(one.what, one.period): one.held_on for one in row.held} if row else {}
    kinds: tuple[Monitored, ...] = get_args(Monitored)
    found = [
        Line(
            what=what,
            period=period,
            due_on=due_on(period),
            held_on=held.get((what, period)),
            standing=_standing(period, held.get((what, period)), today),
        )
        for what in kinds
        for period in periods_of(what, year)
    ]
    return sorted(found, key=lambda line: (line.due_on, kinds.index(line.what)))


def _standing(period: str, held_on: date | None, today: date) -> Standing:
    if held_on is not None:
        return "held"
    if today <= over_on(period):
        return "not-over"
    return "late" if today > due_on(period) else "to-come"
