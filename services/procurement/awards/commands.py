"""What may be asked of an award without a tender; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.procurement.agreements.decider import Agreement
from services.procurement.authority import Authority
from services.procurement.awards.events import AwardTerms, Notice
from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PersonId, TextRef


class ProposeAward(Command, frozen=True, kw_only=True):
    """`specification_published` and `provider_is_partner` are what the caller found; `agreement`
    what the register of frameworks says of the one named.
    """

    award: str
    terms: AwardTerms
    specification_published: bool
    provider_is_partner: bool
    standing: Provider
    agreement: Agreement
    delegated_limit_pence: int
    proposed_by: PersonId
    now: datetime


class DeclareInterest(Command, frozen=True, kw_only=True):
    """An officer's word on their own interest in the provider."""

    person: PersonId
    interested: bool
    now: datetime


class AnnounceAward(Command, frozen=True, kw_only=True):
    """Publish a notice; `keep_standstill` where the law leaves that to choice."""

    notice: Notice
    keep_standstill: bool
    authority: Authority | None
    now: datetime
    made_beside_pence: int = 0


class ReceiveRepresentation(Command, frozen=True, kw_only=True):
    """A provider's representation has come in, in writing."""

    representation: str
    by: AgencyId
    grounds: TextRef
    received_by: PersonId
    now: datetime


class DecideRepresentation(Command, frozen=True, kw_only=True):
    representation: str
    upheld: bool
    reason: TextRef
    decided_by: PersonId
    now: datetime


class MakeAward(Command, frozen=True, kw_only=True):
    """`standing` is what the register says of the provider at this moment, and `agreement` of the
    framework; `made_beside_pence` a year was awarded on the same specification without the board.
    """

    specification_published: bool
    standing: Provider
    agreement: Agreement
    authority: Authority | None
    awarded_by: PersonId
    now: datetime
    made_beside_pence: int = 0


class WithdrawAward(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


AwardCommand = (
    ProposeAward
    | DeclareInterest
    | AnnounceAward
    | ReceiveRepresentation
    | DecideRepresentation
    | MakeAward
    | WithdrawAward
)
