"""The facts of an award without a tender; the four ways themselves are declared in `shared`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.procurement.regimes import Buyer, ServiceKind
from shared.eventsourcing.events import Event
from shared.published.procurement import (
    AnnouncedAwardWithdrawn,
    AwardAnnounced,
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
    Regime,
    Standard,
)
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef

Way = Literal["direct-award", "framework-call-off", "in-house-provision", "grant"]
Notice = Literal["UK5", "UK6", "psr-intention"]
Chosen = Literal["", "direct", "mini-competition"]


class AwardTerms(Term, frozen=True, kw_only=True):
    """What is to be awarded, to whom and why.

    `section` is the law that allows a direct award, by its `ground` where one of the list was
    named; `framework` is what a call-off is made under, by name, `agreement` in the register.
    `regime` is the law's on the day of the proposal, None where no law of that day is known;
    `whole_term_pence` the value it follows from. `conditions` are what the provider has to hold,
    `considered` why one that could be excluded is not, `grant_conditions` what a grant is given on.
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
    ground: str = ""
    agreement: str = ""
    lot: int = 0
    competition: Chosen = ""
    kind_of_service: ServiceKind = "social-care"
    buyer: Buyer = "sub-central"
    regime: Regime | None = None
    whole_term_pence: int = 0
    conditions: tuple[Standard, ...] = ()
    considered: TextRef | None = None
    grant_conditions: TextRef | None = None


class AwardProposed(
    Event, frozen=True, kw_only=True, tag="procurement.award-without-tender-proposed.v1"
):
    """So that a board can decide on it by its id; above the delegated limit it must."""

    award: str
    terms: AwardTerms
    delegated_limit_pence: int
    proposed_by: PersonId


class AwardInterestDeclared(
    Event, frozen=True, kw_only=True, tag="procurement.award-interest-declared.v1"
):
    """What an officer says of their own interest in the provider; once declared it stands."""

    person: PersonId
    interested: bool


class AwardChallenged(Event, frozen=True, kw_only=True, tag="procurement.award-challenged.v1"):
    """A provider's representation against an announced award, as the procuring partner received
    it: it suspends the standstill.
    """

    representation: str
    by: AgencyId
    grounds: TextRef
    received_by: PersonId


class AwardChallengeResolved(
    Event, frozen=True, kw_only=True, tag="procurement.award-challenge-resolved.v1"
):
    """`standstill_ends_at` is when the standstill ends now; None while another one stands."""

    representation: str
    upheld: bool
    reason: TextRef
    standstill_ends_at: datetime | None


class AwardWithdrawn(
    Event, frozen=True, kw_only=True, tag="procurement.award-without-tender-withdrawn.v1"
):
    reason: TextRef


AwardMade = DirectAwardMade | FrameworkCallOffMade | InHouseProvisionAgreed | GrantOffered
AwardEvent = (
    AwardProposed
    | AwardInterestDeclared
    | AwardAnnounced
    | AwardChallenged
    | AwardChallengeResolved
    | AwardWithdrawn
    | AnnouncedAwardWithdrawn
    | DirectAwardMade
    | FrameworkCallOffMade
    | InHouseProvisionAgreed
    | GrantOffered
)
