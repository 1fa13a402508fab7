"""What may be asked of a report card; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from services.monitoring.report_cards.events import Section
from shared.entries.rules import Cost
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, ContractId, Period, PersonId, TextRef


class WriteEntry(Command, frozen=True, kw_only=True):
    """A new entry, or other words for one that stands."""

    contract: ContractId
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


class RemoveEntry(Command, frozen=True, kw_only=True):
    contract: ContractId
    entry: str
    removed_by: PersonId
    now: datetime


class CompleteAction(Command, frozen=True, kw_only=True):
    contract: ContractId
    entry: str
    done_on: date
    marked_by: PersonId
    now: datetime


class AgreeCard(Command, frozen=True, kw_only=True):
    contract: ContractId
    period: Period
    agreed_by: PersonId
    now: datetime


CardCommand = WriteEntry | RemoveEntry | CompleteAction | AgreeCard
