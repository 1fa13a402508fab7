"""The rules of a framework agreement, and whether one may be called off under it on a day. Pure.

Law: only a provider on the lot is chosen, by a partnership that may, to the agreement's last day.
Source: Procurement Act 2023 s.45 to s.49.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from services.procurement.agreements.commands import (
    AgreementCommand,
    ChangeLot,
    EndAgreement,
    RegisterAgreement,
)
from services.procurement.agreements.events import (
    AgreementEnded,
    AgreementEvent,
    AgreementLot,
    AgreementRegistered,
    LotChanged,
)
from services.procurement.agreements.refusals import (
    AgreementOver,
    AgreementStands,
    CompetitionNeeded,
    LotsNumberedTwice,
    NotAUser,
    NotOnFramework,
    UnknownLot,
    UntilPast,
)
from services.procurement.providers.checking import eligible
from services.procurement.providers.state import Provider
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import AgencyId, PartnershipId

Competition = Literal["direct", "mini-competition"]


class NoAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Not in the register."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """In the register, to be called off under."""

    registered: AgreementRegistered

    def lot(self, number: int) -> AgreementLot | None:
        return next((one for one in self.registered.lots if one.lot == number), None)


class Over(msgspec.Struct, frozen=True, kw_only=True):
    """Ended before its time."""


Agreement = NoAgreement | Standing | Over


def decide(command: AgreementCommand, agreement: Agreement) -> Sequence[AgreementEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case RegisterAgreement():
            return [_register(command, agreement)]
        case ChangeLot():
            return [_change(command, _standing(agreement))]
        case EndAgreement():
            _standing(agreement)
            return [AgreementEnded(reason=command.reason)]


def _standing(agreement: Agreement) -> Standing:
    """Refuses: AgreementOver."""
    if not isinstance(agreement, Standing):
        raise AgreementOver
    return agreement


def _register(command: RegisterAgreement, agreement: Agreement) -> AgreementRegistered:
    """Refuses: AgreementStands, LotsNumberedTwice, UntilPast, ProviderNotRegistered,
    ProviderIsSuspended, ProviderIsExcluded.
    """
    if not isinstance(agreement, NoAgreement):
        raise AgreementStands
    numbers = [one.lot for one in command.lots]
    if len(set(numbers)) != len(numbers):
        raise LotsNumberedTwice(pointer="/body/lots")
    today = london_date(command.now)
    if command.valid_until < today:
        raise UntilPast(pointer="/body/valid_until")
    for lot in command.lots:
        _eligible(lot.providers, command.standings, today)
    return AgreementRegistered(
        agreement=command.agreement,
        title=command.title,
        reference=command.reference,
        keeper=command.keeper,
        partnerships=command.partnerships,
        lots=command.lots,
        direct_allowed=command.direct_allowed,
        valid_until=command.valid_until,
        registered_by=command.registered_by,
    )


def _change(command: ChangeLot, agreement: Standing) -> LotChanged:
    """Refuses: UnknownLot, LotsNumberedTwice; who comes anew: as when registering."""
    lot = agreement.lot(command.lot)
    if lot is None:
        raise UnknownLot(pointer="/body/lot")
    new = [one for one in command.providers if one not in lot.providers]
    _eligible(new, command.standings, london_date(command.now))
    if len(set(command.providers)) != len(command.providers):
        raise LotsNumberedTwice(pointer="/body/providers")
    return LotChanged(lot=command.lot, providers=command.providers, reason=command.reason)


def _eligible(
    providers: Sequence[AgencyId], standings: Mapping[AgencyId, Provider], today: date
) -> None:
    if len(set(providers)) != len(providers):
        raise LotsNumberedTwice(pointer="/body/lots")
    for provider in providers:
        eligible(standings[provider], today)


def callable_off(
    agreement: Agreement,
    partnership: PartnershipId,
    provider: AgencyId,
    lot: int,
    competition: Competition,
    on: date,
) -> AgreementRegistered:
    """The agreement, where this may be called off under it on a day.

    Refuses: AgreementOver, NotAUser, UnknownLot, NotOnFramework, CompetitionNeeded.
    """
    registered = _standing(agreement).registered
    if registered.valid_until < on:
        raise AgreementOver(f"The framework agreement ended on {registered.valid_until:%d %B %Y}.")
    if partnership not in registered.partnerships:
        raise NotAUser
    found = _standing(agreement).lot(lot)
    if found is None:
        raise UnknownLot(pointer="/body/lot")
    if provider not in found.providers:
        raise NotOnFramework
    if competition == "direct" and not registered.direct_allowed and len(found.providers) > 1:
        raise CompetitionNeeded
    return registered


def evolve(agreement: Agreement, event: AgreementEvent) -> Agreement:
    """The agreement after one more fact."""
    match event:
        case AgreementRegistered():
            return Standing(registered=event)
        case LotChanged():
            if not isinstance(agreement, Standing):
                return agreement
            return Standing(registered=with_lot(agreement.registered, event))
        case AgreementEnded():
            return Over()


def with_lot(registered: AgreementRegistered, changed: LotChanged) -> AgreementRegistered:
    lots = tuple(
        replace(one, providers=changed.providers) if one.lot == changed.lot else one
        for one in registered.lots
    )
    return replace(registered, lots=lots)


AGREEMENTS: Decider[AgreementCommand, Agreement, AgreementEvent] = Decider(
    category="framework-agreement",
    initial=NoAgreement(),
    decide=decide,
    evolve=evolve,
    events=get_args(AgreementEvent),
)
