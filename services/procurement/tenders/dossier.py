"""What is recorded of a tender beside its course: policies, consortia, low bids, letters. Pure.

The dossier goes with the tender from state to state, and is folded from every event.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from services.procurement.tenders.events import (
    AwardLetterSent,
    AwardRulesSet,
    BidUnsealed,
    ConsortiumFormed,
    ConsortiumJoined,
    InterestDeclared,
    LowBidAsked,
    LowBidExplained,
    LowBidJudged,
    PoliciesStated,
    RegimeStated,
    ScoresModerated,
    TenderEvent,
)
from shared.published.procurement import Party, Regime, TenderAmended, TenderOpened
from shared.published.terms import AgencyId, PersonId, TextRef

LowState = Literal["asked", "explained", "accepted", "disregarded"]


class Consortium(msgspec.Struct, frozen=True, kw_only=True):
    """Parties and shares; `agreed` are those that have said yes, the lead by forming it."""

    parties: tuple[Party, ...]
    agreed: frozenset[AgencyId]

    @property
    def whole(self) -> bool:
        return self.agreed == frozenset(party.provider for party in self.parties)


class Moderation(msgspec.Struct, frozen=True, kw_only=True):
    """The agreed scores of a bid, and why."""

    provider: AgencyId
    by: PersonId = ""
    scores: dict[str, int]
    reasons: TextRef
    by_criterion: dict[str, TextRef]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Consortia by their lead; everything else by bid. `regime` is the law's own."""

    policies: PoliciesStated | None = None
    regime: Regime | None = None
    consortia: dict[AgencyId, Consortium] = {}
    bidders: dict[str, AgencyId] = {}
    prices: dict[str, int] = {}
    low_against_mean_basis_points: int = 0
    low_against_next_basis_points: int = 0
    low: dict[str, LowState] = {}
    low_said: dict[str, tuple[TextRef, ...]] = {}
    moderated: dict[str, Moderation] = {}
    letters: dict[str, TextRef] = {}
    interested: frozenset[PersonId] = frozenset()

    def parties(self, lead: AgencyId) -> tuple[Party, ...]:
        """Who stands behind a bid; nobody but the bidder where it bids alone."""
        found = self.consortia.get(lead)
        return found.parties if found else ()


def folded(dossier: Dossier, event: TenderEvent) -> Dossier:
    """The dossier after one more fact."""
    match event:
        case AwardRulesSet():
            return replace(
                dossier,
                low_against_mean_basis_points=event.low_against_mean_basis_points,
                low_against_next_basis_points=event.low_against_next_basis_points,
            )
        case RegimeStated():
            return replace(dossier, regime=event.regime)
        case PoliciesStated():
            return replace(dossier, policies=event)
        case ConsortiumFormed():
            formed = Consortium(parties=event.parties, agreed=frozenset({event.lead}))
            return replace(dossier, consortia={**dossier.consortia, event.lead: formed})
        case ConsortiumJoined():
            known = dossier.consortia[event.lead]
            joined = replace(known, agreed=known.agreed | {event.provider})
            return replace(dossier, consortia={**dossier.consortia, event.lead: joined})
        case InterestDeclared() if event.interested:
            return replace(dossier, interested=dossier.interested | {event.evaluator})
        case BidUnsealed():
            return replace(
                dossier,
                bidders={**dossier.bidders, event.bid: event.provider},
                prices={**dossier.prices, event.bid: event.annual_price_pence},
            )
        case ScoresModerated():
            found = Moderation(
                provider=dossier.bidders.get(event.bid, ""),
                by=event.moderated_by,
                scores=event.scores,
                reasons=event.reasons,
                by_criterion=event.by_criterion,
            )
            return replace(dossier, moderated={**dossier.moderated, event.bid: found})
        case LowBidAsked():
            return _low(dossier, event.bid, "asked", event.asked)
        case LowBidExplained():
            return _low(dossier, event.bid, "explained", event.explanation)
        case LowBidJudged():
            judged: LowState = "accepted" if event.accepted else "disregarded"
            return _low(dossier, event.bid, judged, event.reason)
        case AwardLetterSent():
            return replace(dossier, letters={**dossier.letters, event.bid: event.letter})
        case _:
            return dossier


def _low(dossier: Dossier, bid: str, state: LowState, words: TextRef) -> Dossier:
    """`low_said` keeps the question, the explanation and the judgement, in this order."""
    said = (*dossier.low_said.get(bid, ()), words)
    return replace(
        dossier, low={**dossier.low, bid: state}, low_said={**dossier.low_said, bid: said}
    )


def amended(opened: TenderOpened, event: object) -> TenderOpened:
    """What was published, as amended since."""
    if not isinstance(event, TenderAmended):
        return opened
    return replace(
        opened,
        title=event.title or opened.title,
        criteria=event.criteria or opened.criteria,
        bids_close_at=event.bids_close_at or opened.bids_close_at,
    )
