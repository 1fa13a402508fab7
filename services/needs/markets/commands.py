"""What may be asked about a market; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.markets.events import Section
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class WriteMarketEntry(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    entry: str
    section: Section
    service: str
    text: TextRef
    owner: AgencyId
    due_on: date | None
    agency: AgencyId
    written_by: PersonId
    now: datetime


class RemoveMarketEntry(Command, frozen=True, kw_only=True):
    entry: str
    removed_by: PersonId
    now: datetime


class CompleteMarketAction(Command, frozen=True, kw_only=True):
    entry: str
    done_on: date
    marked_by: PersonId
    now: datetime


MarketCommand = WriteMarketEntry | RemoveMarketEntry | CompleteMarketAction
