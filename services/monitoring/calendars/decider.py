"""The rules of the calendar: recorded after the day, done once, by those whose it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.calendars.commands import (
    CalendarCommand,
    CompleteInspectionAction,
    HoldMonitoring,
    PlanInspection,
)
from services.monitoring.calendars.events import (
    CalendarEvent,
    InspectionActionDone,
    InspectionPlanned,
    MonitoringHeld,
)
from services.monitoring.calendars.periods import is_period_of, over_on
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, Missing, NotPermitted, Refused
from shared.eventsourcing.decider import Decider


class NotYet(Invalid):
    """The day lies in the future: record it when it has happened."""

    code = "date-in-future"


class DueTooSoon(Invalid):
    """An action is due on a day after the inspection."""

    code = "due-before-inspection"


class DoneTooSoon(Invalid):
    """What an inspection asks for is done on its day or after it."""

    code = "done-before-inspection"


class NotAPartner(Invalid):
    """Name one of the partners."""

    code = "not-a-partner"


class PeriodWrong(Invalid):
    """Scorecards are looked at by quarter (`2026-27-Q1`), improvement plans by half-year
    (`2026-27-H1`), the plan by year (`2026-27-Y`).
    """

    code = "period-wrong"


class PeriodNotOver(Refused):
    """This period is not over: there is nothing to look at yet."""

    code = "period-not-over"


class AlreadyHeld(Refused):
    """This was looked at for this period."""

    code = "monitoring-already-held"


class NotTheOwner(NotPermitted):
    """Only the agency that owns an action says that it is done."""

    code = "not-the-owner"


class ActionIsDone(Refused):
    """This action has been done."""

    code = "action-already-done"


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of a partnership so far."""

    plans: dict[str, InspectionPlanned] = {}
    done: frozenset[tuple[str, str]] = frozenset()
    held: frozenset[tuple[str, str]] = frozenset()


def decide(command: CalendarCommand, calendar: Calendar) -> Sequence[CalendarEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case PlanInspection():
            return [_plan(command)]
        case CompleteInspectionAction():
            return [_complete(command, calendar)]
        case HoldMonitoring():
            return [_hold(command, calendar)]


def _plan(command: PlanInspection) -> InspectionPlanned:
    """Refuses: NotYet, NotAPartner, DueTooSoon."""
    if command.inspected_on > london_date(command.now):
        raise NotYet(pointer="/body/inspected_on")
    if command.agency not in command.agencies:
        raise NotAPartner(pointer="/body/agency")
    for place, action in enumerate(command.actions):
        if action.owner not in command.agencies:
            raise NotAPartner(pointer=f"/body/actions/{place}/owner")
        if action.due_on <= command.inspected_on:
            raise DueTooSoon(pointer=f"/body/actions/{place}/due_on")
    return InspectionPlanned(
        plan=command.plan,
        partnership=command.partnership,
        agency=command.agency,
        inspector=command.inspector,
        inspected_on=command.inspected_on,
        found=command.found,
        actions=command.actions,
        recorded_by=command.recorded_by,
    )


def _complete(command: CompleteInspectionAction, calendar: Calendar) -> InspectionActionDone:
    """Refuses: Missing, NotTheOwner, NotYet, DoneTooSoon, ActionIsDone."""
    plan = calendar.plans.get(command.plan)
    action = next((a for a in plan.actions if a.action == command.action), None) if plan else None
    if plan is None or action is None:
        raise Missing
    if command.by != action.owner:
        raise NotTheOwner
    if command.done_on > london_date(command.now):
        raise NotYet(pointer="/body/done_on")
    if command.done_on < plan.inspected_on:
        raise DoneTooSoon(pointer="/body/done_on")
    if (command.plan, command.action) in calendar.done:
        raise ActionIsDone
    return InspectionActionDone(
        plan=command.plan,
        action=command.action,
        done_on=command.done_on,
        recorded_by=command.recorded_by,
    )


def _hold(command: HoldMonitoring, calendar: Calendar) -> MonitoringHeld:
    """Refuses: PeriodWrong, NotYet, PeriodNotOver, AlreadyHeld."""
    if not is_period_of(command.what, command.period):
        raise PeriodWrong(pointer="/body/period")
    if command.held_on > london_date(command.now):
        raise NotYet(pointer="/body/held_on")
    if command.held_on <= over_on(command.period):
        raise PeriodNotOver
    if (command.what, command.period) in calendar.held:
        raise AlreadyHeld
    return MonitoringHeld(
        partnership=command.partnership,
        what=command.what,
        period=command.period,
        held_on=command.held_on,
        said=command.said,
        recorded_by=command.recorded_by,
    )


def evolve(calendar: Calendar, event: CalendarEvent) -> Calendar:
    """The calendar after one more fact."""
    match event:
        case InspectionPlanned():
            return replace(calendar, plans={**calendar.plans, event.plan: event})
        case InspectionActionDone():
            return replace(calendar, done=calendar.done | {(event.plan, event.action)})
        case MonitoringHeld():
            return replace(calendar, held=calendar.held | {(event.what, event.period)})


CALENDARS: Decider[CalendarCommand, Calendar, CalendarEvent] = Decider(
    category="calendar",
    initial=Calendar(),
    decide=decide,
    evolve=evolve,
    events=get_args(CalendarEvent),
)
