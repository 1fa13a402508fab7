"""What may be asked about an outcome's curve; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from services.needs.curves.events import Section
from shared.entries.rules import Cost
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, OutcomeId, PartnershipId, PersonId, TextRef


class WriteCurveEntry(Command, frozen=True, kw_only=True):
    """A new entry, or other words for one that stands."""

    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    section: Section
    text: TextRef
    cost: Cost | None
    owner: AgencyId
    due_on: date | None
    agency: AgencyId
    written_by: PersonId
    new: bool
    now: datetime


class RemoveCurveEntry(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    removed_by: PersonId
    now: datetime


class CompleteCurveAction(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    outcome: OutcomeId
    entry: str
    done_on: date
    marked_by: PersonId
    now: datetime


class SetCurveAim(Command, frozen=True, kw_only=True):
    """`last_period` is the newest that the indicator has a figure for."""

    partnership: PartnershipId
    outcome: OutcomeId
    indicator: str
    target: Decimal
    by_period: str
    last_period: str
    set_by: PersonId
    now: datetime


CurveCommand = WriteCurveEntry | RemoveCurveEntry | CompleteCurveAction | SetCurveAim
