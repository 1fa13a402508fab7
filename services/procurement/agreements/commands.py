"""What may be asked of a framework agreement; each command states who asks and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from services.procurement.agreements.events import AgreementLot
from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class RegisterAgreement(Command, frozen=True, kw_only=True):
    """`standings` is what the register says of every provider on a lot."""

    agreement: str
    title: str
    reference: str
    keeper: AgencyId
    partnerships: tuple[PartnershipId, ...]
    lots: tuple[AgreementLot, ...]
    direct_allowed: bool
    valid_until: date
    standings: Mapping[AgencyId, Provider]
    registered_by: PersonId
    now: datetime


class ChangeLot(Command, frozen=True, kw_only=True):
    lot: int
    providers: tuple[AgencyId, ...]
    standings: Mapping[AgencyId, Provider]
    reason: TextRef
    now: datetime


class EndAgreement(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


AgreementCommand = RegisterAgreement | ChangeLot | EndAgreement
