"""The facts of a tender; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.procurement.bids.events import BidEvent
from services.procurement.regimes import Buyer, ServiceKind, Standing
from shared.eventsourcing.events import Event
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    BidsOpened,
    Party,
    QuestionAnswered,
    Regime,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    StandstillNotRequired,
    TenderAmended,
    TenderAwarded,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import AgencyId, PersonId, TextRef

LowAgainst = Literal["mean", "next"]
"""Low against the mean of the other bids, or against the next lowest."""


class AwardRulesSet(Event, frozen=True, kw_only=True, tag="procurement.award-rules-set.v1"):
    """Above `delegated_limit_pence` a year an award needs the board and the home authority.

    A price so far below the mean of the other bids, or below the next, is asked about.
    """

    delegated_limit_pence: int
    low_against_mean_basis_points: int = 4000
    low_against_next_basis_points: int = 3000


class RegimeStated(Event, frozen=True, kw_only=True, tag="procurement.regime-stated.v1"):
    """What the law of the day says of this tender; its own regime is that or a stricter one.

    `planned_on` is the day of a planned procurement notice before it.
    """

    kind_of_service: ServiceKind
    whole_term_pence: int
    regime: Regime
    section: str
    reason: str
    standing: Standing
    buyer: Buyer = "sub-central"
    planned_on: date | None = None


class QuestionAsked(Event, frozen=True, kw_only=True, tag="procurement.question-asked.v1"):
    question: str
    provider: AgencyId
    asked: TextRef


class BidSealed(Event, frozen=True, kw_only=True, tag="procurement.bid-sealed.v1"):
    """A bid came in time. Its envelope lies in the text store as `offer`, unreadable there.

    One from before bids were sealed on the bidder's side has no hash, and `offer` is its text.
    """

    bid: str
    provider: AgencyId
    offer: TextRef
    sealed_at: datetime
    envelope_sha256: str = ""
    envelope_bytes: int = 0


class BidWithdrawn(Event, frozen=True, kw_only=True, tag="procurement.bid-withdrawn.v1"):
    bid: str


class LateBidTurnedAway(
    Event, frozen=True, kw_only=True, tag="procurement.late-bid-turned-away.v1"
):
    """A bid came after the deadline: to the microsecond, and nothing of it is kept."""

    bid: str
    provider: AgencyId
    came_at: datetime


class BidUnsealed(Event, frozen=True, kw_only=True, tag="procurement.bid-unsealed.v1"):
    """What a bid offered, known from the opening on."""

    bid: str
    provider: AgencyId
    annual_price_pence: int
    offer: TextRef


class InterestDeclared(
    Event, frozen=True, kw_only=True, tag="procurement.evaluator-interest-declared.v1"
):
    """An evaluator says whether they have an interest; with one they take no part."""

    evaluator: PersonId
    interested: bool


class BidScored(Event, frozen=True, kw_only=True, tag="procurement.bid-scored.v1"):
    """One evaluator's scores of one bid, 0 to 10,000 basis points by criterion."""

    bid: str
    evaluator: PersonId
    scores: dict[str, int]
    reasons: TextRef
    by_criterion: dict[str, TextRef] = {}  # noqa: RUF012


class ScoresModerated(Event, frozen=True, kw_only=True, tag="procurement.scores-moderated.v1"):
    """The consensus on one bid; the evaluators' own scores are kept."""

    bid: str
    scores: dict[str, int]
    reasons: TextRef
    by_criterion: dict[str, TextRef] = {}  # noqa: RUF012
    moderated_by: PersonId


class PoliciesStated(Event, frozen=True, kw_only=True, tag="procurement.policies-stated.v1"):
    """How this procurement is run: whose rules hold, and what they ask.

    `lots` says how the work was packaged so that small providers can bid, or why it was not.
    """

    rules_of: AgencyId
    ethics: TextRef
    small_providers: TextRef
    sustainability: TextRef
    lots: TextRef


class ConsortiumFormed(Event, frozen=True, kw_only=True, tag="procurement.consortium-formed.v1"):
    """Providers that bid together; the lead hands in the bid. Forming it again replaces it."""

    lead: AgencyId
    parties: tuple[Party, ...]


class ConsortiumJoined(Event, frozen=True, kw_only=True, tag="procurement.consortium-joined.v1"):
    """A party agrees to its share."""

    lead: AgencyId
    provider: AgencyId


class LowBidAsked(Event, frozen=True, kw_only=True, tag="procurement.low-bid-asked.v1"):
    """A bidder is asked how so low a price is possible, and by which measure it is low."""

    bid: str
    against: LowAgainst
    asked: TextRef


class LowBidExplained(Event, frozen=True, kw_only=True, tag="procurement.low-bid-explained.v1"):
    bid: str
    explanation: TextRef


class LowBidJudged(Event, frozen=True, kw_only=True, tag="procurement.low-bid-judged.v1"):
    """Whether the price can be relied on; a bid that was not accepted is disregarded."""

    bid: str
    accepted: bool
    reason: TextRef
    judged_by: PersonId


class AwardLetterSent(Event, frozen=True, kw_only=True, tag="procurement.award-letter-sent.v1"):
    """One bidder's assessment summary, made from the moderated reasons; only it may read it."""

    bid: str
    provider: AgencyId
    letter: TextRef


class AwardProposed(Event, frozen=True, kw_only=True, tag="procurement.award-proposed.v1"):
    bid: str
    proposed_by: PersonId
    proposed_at: datetime | None = None


CourseEvent = (
    TenderOpened
    | AwardRulesSet
    | RegimeStated
    | QuestionAsked
    | QuestionAnswered
    | BidEvent
    | BidSealed
    | BidWithdrawn
    | LateBidTurnedAway
    | BidUnsealed
    | BidsOpened
    | InterestDeclared
    | BidScored
    | ScoresModerated
    | AwardProposed
    | TenderAwarded
    | AwardNoticePublished
    | StandstillEnded
    | StandstillNotRequired
    | RepresentationMade
    | RepresentationResolved
    | AwardConfirmed
    | TenderCancelled
)
"""What moves a tender from one state to the next, or is recorded in one."""

DossierEvent = (
    PoliciesStated
    | TenderAmended
    | ConsortiumFormed
    | ConsortiumJoined
    | LowBidAsked
    | LowBidExplained
    | LowBidJudged
    | AwardLetterSent
)
"""What is recorded beside its course."""

TenderEvent = CourseEvent | DossierEvent
