"""The facts of what a partnership monitors beside its contracts' returns."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef

Monitored = Literal["scorecard", "improvement-plans", "plan"]
"""The scorecard by quarter, the improvement plans twice a year, the children's plan each year."""
Inspector = Literal["ofsted", "cqc", "hmicfrs", "hmi-probation", "audit", "peer", "other"]


class PlannedAction(Term, frozen=True, kw_only=True):
    """What an agency is to do by a day because of an inspection."""

    action: str
    text: TextRef
    owner: AgencyId
    due_on: date


class InspectionPlanned(Event, frozen=True, kw_only=True, tag="monitoring.inspection-planned.v1"):
    """An inspection was made of an agency, and this is what is done about it."""

    plan: str
    partnership: PartnershipId
    agency: AgencyId
    inspector: Inspector
    inspected_on: date
    found: TextRef
    actions: tuple[PlannedAction, ...]
    recorded_by: PersonId


class InspectionActionDone(
    Event, frozen=True, kw_only=True, tag="monitoring.inspection-action-done.v1"
):
    plan: str
    action: str
    done_on: date
    recorded_by: PersonId


class MonitoringHeld(Event, frozen=True, kw_only=True, tag="monitoring.monitoring-held.v1"):
    """The partnership looked at one of the things it monitors, for one period."""

    partnership: PartnershipId
    what: Monitored
    period: str
    held_on: date
    said: TextRef
    recorded_by: PersonId


CalendarEvent = InspectionPlanned | InspectionActionDone | MonitoringHeld
