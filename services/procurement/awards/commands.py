"""What may be asked of an award without a tender; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.procurement.authority import Authority
from services.procurement.awards.events import AwardTerms
from services.procurement.providers.decider import Provider
from shared.eventsourcing.commands import Command
from shared.published.terms import PersonId, TextRef


class ProposeAward(Command, frozen=True, kw_only=True):
    """`specification_published` and `provider_is_partner` are what the caller found."""

    award: str
    terms: AwardTerms
    specification_published: bool
    provider_is_partner: bool
    standing: Provider
    delegated_limit_pence: int
    proposed_by: PersonId
    now: datetime


class MakeAward(Command, frozen=True, kw_only=True):
    """`standing` is what the register says of the provider at this moment."""

    specification_published: bool
    standing: Provider
    authority: Authority | None
    awarded_by: PersonId
    now: datetime


class WithdrawAward(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


AwardCommand = ProposeAward | MakeAward | WithdrawAward
