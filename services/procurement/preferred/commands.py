"""What may be asked of a list of preferred providers; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class DraftList(Command, frozen=True, kw_only=True):
    list: str
    partnership: PartnershipId
    partnerships: tuple[PartnershipId, ...]
    title: str
    need: str
    keeper: AgencyId
    valid_until: date
    drafted_by: PersonId
    now: datetime


class ListProvider(Command, frozen=True, kw_only=True):
    """`standing` is what the register says of the provider."""

    provider: AgencyId
    standing: Provider
    reason: TextRef
    now: datetime


class UnlistProvider(Command, frozen=True, kw_only=True):
    provider: AgencyId
    reason: TextRef
    now: datetime


class AgreeList(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    agency: AgencyId
    agreed_by: PersonId
    now: datetime


class EndList(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


ListCommand = DraftList | ListProvider | UnlistProvider | AgreeList | EndList
