"""The facts of an award without a tender; the four ways themselves are declared in `shared`."""

from __future__ import annotations

from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.procurement import (
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef

Way = Literal["direct-award", "framework-call-off", "in-house-provision", "grant"]


class AwardTerms(Term, frozen=True, kw_only=True):
    """What is to be awarded, to whom and why.

    `section` is the law that allows a direct award, `framework` what a call-off is made under.
    """

    way: Way
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    section: str = ""
    framework: str = ""
    reason: TextRef


class AwardProposed(
    Event, frozen=True, kw_only=True, tag="procurement.award-without-tender-proposed.v1"
):
    """So that a board can decide on it by its id; above the delegated limit it must."""

    award: str
    terms: AwardTerms
    delegated_limit_pence: int
    proposed_by: PersonId


class AwardWithdrawn(
    Event, frozen=True, kw_only=True, tag="procurement.award-without-tender-withdrawn.v1"
):
    reason: TextRef


AwardMade = DirectAwardMade | FrameworkCallOffMade | InHouseProvisionAgreed | GrantOffered
AwardEvent = (
    AwardProposed
    | AwardWithdrawn
    | DirectAwardMade
    | FrameworkCallOffMade
    | InHouseProvisionAgreed
    | GrantOffered
)
