"""What may be asked of a partnership's calendar; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from services.monitoring.calendars.events import Inspector, Monitored, PlannedAction
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class PlanInspection(Command, frozen=True, kw_only=True):
    """`agencies` are the partners, who alone are inspected here and own actions."""

    plan: str
    partnership: PartnershipId
    agency: AgencyId
    agencies: frozenset[AgencyId]
    inspector: Inspector
    inspected_on: date
    found: TextRef
    actions: tuple[PlannedAction, ...]
    recorded_by: PersonId
    now: datetime


class CompleteInspectionAction(Command, frozen=True, kw_only=True):
    """`by` is the agency that says so."""

    plan: str
    action: str
    by: AgencyId
    done_on: date
    recorded_by: PersonId
    now: datetime


class HoldMonitoring(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    what: Monitored
    period: str
    held_on: date
    said: TextRef
    recorded_by: PersonId
    now: datetime


CalendarCommand = PlanInspection | CompleteInspectionAction | HoldMonitoring
