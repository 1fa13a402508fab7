"""The facts of a tender; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from datetime import datetime

from services.procurement.bids.events import BidEvent
from services.procurement.regimes import ServiceKind, Standing
from shared.eventsourcing.events import Event
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    BidsOpened,
    QuestionAnswered,
    Regime,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    StandstillNotRequired,
    TenderAwarded,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import AgencyId, PersonId, TextRef


class AwardRulesSet(Event, frozen=True, kw_only=True, tag="procurement.award-rules-set.v1"):
    """Above `delegated_limit_pence` a year an award needs the board and the home authority."""

    delegated_limit_pence: int


class RegimeStated(Event, frozen=True, kw_only=True, tag="procurement.regime-stated.v1"):
    """What the law of the day says of this tender; its own regime is that or a stricter one."""

    kind_of_service: ServiceKind
    whole_term_pence: int
    regime: Regime
    section: str
    reason: str
    standing: Standing


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


class ScoresModerated(Event, frozen=True, kw_only=True, tag="procurement.scores-moderated.v1"):
    """The consensus on one bid; the evaluators' own scores are kept."""

    bid: str
    scores: dict[str, int]
    reasons: TextRef
    moderated_by: PersonId


class AwardProposed(Event, frozen=True, kw_only=True, tag="procurement.award-proposed.v1"):
    bid: str
    proposed_by: PersonId


TenderEvent = (
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
