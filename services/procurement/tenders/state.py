"""The states of a tender, one after the other, and how facts move it through them."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from services.procurement.bids.events import (
    BidNotOpened,
    OpeningKeyRegistered,
    OpeningOfficersNamed,
    OpeningPartsGiven,
)
from services.procurement.bids.state import Panel, panel_after
from services.procurement.tenders.dossier import Dossier, amended, folded
from services.procurement.tenders.events import (
    AwardProposed,
    AwardRulesSet,
    BidScored,
    BidSealed,
    BidUnsealed,
    BidWithdrawn,
    CourseEvent,
    DossierEvent,
    InterestDeclared,
    LateBidTurnedAway,
    QuestionAsked,
    RegimeStated,
    ScoresModerated,
    TenderEvent,
)
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    BidsOpened,
    QuestionAnswered,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    StandstillNotRequired,
    TenderAwarded,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import AgencyId, PersonId, TextRef


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a tender."""


class Unopened(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Bid(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's offer; its price is known once unsealed, and `offer` is then its text.

    Before, `offer` is the envelope; a bid without a hash came before there were envelopes.
    """

    provider: AgencyId
    offer: TextRef
    sealed_at: datetime
    envelope_sha256: str = ""
    envelope_bytes: int = 0
    annual_price_pence: int = 0


class Open(State, frozen=True, kw_only=True):
    """Bids may come until the deadline; nobody reads them."""

    opened: TenderOpened
    delegated_limit_pence: int = 0
    questions: dict[str, TextRef] = {}
    bids: dict[str, Bid] = {}
    turned_away: frozenset[str] = frozenset()
    panel: Panel = Panel()
    dossier: Dossier = Dossier()


class Evaluated(State, frozen=True, kw_only=True):
    """Bids are open and are scored; `consensus` holds moderated scores, `scores` the originals."""

    opened: TenderOpened
    delegated_limit_pence: int
    bids: dict[str, Bid]
    turned_away: frozenset[str] = frozenset()
    declared: dict[PersonId, bool] = {}
    scores: dict[str, dict[PersonId, dict[str, int]]] = {}
    consensus: dict[str, dict[str, int]] = {}
    proposed: str = ""
    proposed_by: PersonId = ""
    proposed_at: datetime | None = None
    panel: Panel = Panel()
    dossier: Dossier = Dossier()

    @property
    def interested(self) -> frozenset[PersonId]:
        return frozenset(person for person, interest in self.declared.items() if interest)


class Awarded(State, frozen=True, kw_only=True):
    """The decision is made; notice, standstill and representations are on their way.

    `may_confirm` holds once the standstill has ended or is not required.
    """

    opened: TenderOpened
    awarded: TenderAwarded
    notice: AwardNoticePublished | None = None
    standstill_ends_at: datetime | None = None
    may_confirm: bool = False
    standing: frozenset[str] = frozenset()
    upheld: bool = False
    dossier: Dossier = Dossier()


class Confirmed(State, frozen=True, kw_only=True):
    """Ready to sign; the tender is over. `decision` is the board's, where one was needed."""

    opened: TenderOpened
    confirmed: AwardConfirmed
    decision: str = ""


class Cancelled(State, frozen=True, kw_only=True):
    """Given up."""

    opened: TenderOpened


Tender = Unopened | Open | Evaluated | Awarded | Confirmed | Cancelled


def evolve(tender: Tender, event: TenderEvent) -> Tender:
    """The tender after one more fact; its dossier goes with it from state to state."""
    moved = tender if isinstance(event, DossierEvent) else _moved(tender, event)
    if not isinstance(moved, Open | Evaluated | Awarded):
        return moved
    before = tender.dossier if isinstance(tender, Open | Evaluated | Awarded) else Dossier()
    moved = replace(moved, dossier=folded(before, event))
    return replace(moved, opened=amended(moved.opened, event)) if isinstance(moved, Open) else moved


def _moved(tender: Tender, event: CourseEvent) -> Tender:
    match tender:
        case Unopened():
            return Open(opened=event) if isinstance(event, TenderOpened) else tender
        case Open():
            return _open(tender, event)
        case Evaluated():
            return _evaluated(tender, event)
        case Awarded():
            return _awarded(tender, event)
        case Confirmed() | Cancelled():
            return tender


def _open(tender: Open, event: CourseEvent) -> Tender:
    match event:
        case AwardRulesSet():
            return replace(tender, delegated_limit_pence=event.delegated_limit_pence)
        case QuestionAsked():
            return replace(tender, questions={**tender.questions, event.question: event.asked})
        case QuestionAnswered():
            left = {q: asked for q, asked in tender.questions.items() if q != event.question}
            return replace(tender, questions=left)
        case BidSealed():
            bid = Bid(
                provider=event.provider,
                offer=event.offer,
                sealed_at=event.sealed_at,
                envelope_sha256=event.envelope_sha256,
                envelope_bytes=event.envelope_bytes,
            )
            return replace(tender, bids={**tender.bids, event.bid: bid})
        case OpeningOfficersNamed() | OpeningKeyRegistered() | OpeningPartsGiven():
            return replace(tender, panel=panel_after(tender.panel, event))
        case BidWithdrawn() | BidNotOpened():
            return replace(tender, bids={b: v for b, v in tender.bids.items() if b != event.bid})
        case LateBidTurnedAway():
            return replace(tender, turned_away=tender.turned_away | {event.bid})
        case BidUnsealed():
            price = event.annual_price_pence
            bid = replace(tender.bids[event.bid], annual_price_pence=price, offer=event.offer)
            return replace(tender, bids={**tender.bids, event.bid: bid})
        case BidsOpened():
            return Evaluated(
                opened=tender.opened,
                delegated_limit_pence=tender.delegated_limit_pence,
                bids=tender.bids,
                turned_away=tender.turned_away,
                panel=tender.panel,
            )
        case TenderCancelled():
            return Cancelled(opened=tender.opened)
        case (
            TenderOpened() | RegimeStated() | InterestDeclared() | BidScored() | ScoresModerated()
            | AwardProposed() | TenderAwarded() | AwardNoticePublished() | StandstillEnded()
            | StandstillNotRequired() | RepresentationMade() | RepresentationResolved()
            | AwardConfirmed()
        ):  # fmt: skip
            return tender


def _evaluated(tender: Evaluated, event: CourseEvent) -> Tender:
    match event:
        case InterestDeclared():
            declared = {**tender.declared, event.evaluator: event.interested}
            return replace(tender, declared=declared)
        case BidScored():
            of_bid = {**tender.scores.get(event.bid, {}), event.evaluator: event.scores}
            return replace(tender, scores={**tender.scores, event.bid: of_bid})
        case ScoresModerated():
            return replace(tender, consensus={**tender.consensus, event.bid: event.scores})
        case AwardProposed():
            same = event.bid == tender.proposed
            return replace(
                tender,
                proposed=event.bid,
                proposed_by=event.proposed_by,
                proposed_at=tender.proposed_at if same else event.proposed_at,
            )
        case LateBidTurnedAway():
            return replace(tender, turned_away=tender.turned_away | {event.bid})
        case TenderAwarded():
            return Awarded(opened=tender.opened, awarded=event)
        case TenderCancelled():
            return Cancelled(opened=tender.opened)
        case (
            TenderOpened() | AwardRulesSet() | RegimeStated() | QuestionAsked() | QuestionAnswered()
            | BidSealed() | BidWithdrawn() | BidUnsealed() | BidsOpened() | AwardNoticePublished()
            | StandstillEnded() | StandstillNotRequired() | RepresentationMade()
            | RepresentationResolved() | AwardConfirmed() | OpeningOfficersNamed()
            | OpeningKeyRegistered() | OpeningPartsGiven() | BidNotOpened()
        ):  # fmt: skip
            return tender


def _awarded(tender: Awarded, event: CourseEvent) -> Tender:
    match event:
        case AwardNoticePublished():
            return replace(tender, notice=event, standstill_ends_at=event.standstill_ends_at)
        case StandstillEnded() | StandstillNotRequired():
            return replace(tender, may_confirm=True)
        case RepresentationMade():
            return replace(tender, standing=tender.standing | {event.representation})
        case RepresentationResolved():
            return replace(
                tender,
                standing=tender.standing - {event.representation},
                upheld=tender.upheld or event.upheld,
                standstill_ends_at=event.standstill_ends_at or tender.standstill_ends_at,
            )
        case AwardConfirmed():
            return Confirmed(
                opened=tender.opened, confirmed=event, decision=tender.awarded.decision
            )
        case TenderCancelled():
            return Cancelled(opened=tender.opened)
        case (
            TenderOpened() | AwardRulesSet() | RegimeStated() | QuestionAsked() | QuestionAnswered()
            | BidSealed() | BidWithdrawn() | LateBidTurnedAway() | BidUnsealed() | BidsOpened()
            | InterestDeclared() | BidScored() | ScoresModerated() | AwardProposed()
            | TenderAwarded() | OpeningOfficersNamed() | OpeningKeyRegistered()
            | OpeningPartsGiven() | BidNotOpened()
        ):  # fmt: skip
            return tender
