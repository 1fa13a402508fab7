"""Which prices are abnormally low, and what is asked about them before an award. Pure.

Source: Procurement Act 2023 s.19(4) and (5): a bid is disregarded for its price only after the
bidder could show that it can perform the contract for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.procurement.tenders.commands import AskAboutLowBid, ExplainLowBid, JudgeLowBid
from services.procurement.tenders.dossier import Dossier
from services.procurement.tenders.events import (
    LowAgainst,
    LowBidAsked,
    LowBidExplained,
    LowBidJudged,
)
from services.procurement.tenders.refusals import (
    BidNotLow,
    EvaluatorInterested,
    LowBidDisregarded,
    LowBidOpen,
    NotAskedAbout,
    UnknownBid,
)
from services.procurement.tenders.state import Evaluated

WHOLE = 10_000  # basis points


def abnormally_low(
    prices: Mapping[str, int], against_mean_basis_points: int, against_next_basis_points: int
) -> dict[str, LowAgainst]:
    """Bids so far below the mean of the others, or below the next lowest; each limit counts as
    reached. A single bid has nothing to be low against. A limit of 0 asks nothing.
    """
    found: dict[str, LowAgainst] = {}
    for bid, price in prices.items():
        others = [other for key, other in prices.items() if key != bid]
        dearer = [other for other in others if other > price]
        if not dearer:
            continue
        most_of_mean = (WHOLE - against_mean_basis_points) * sum(others)
        most_of_next = (WHOLE - against_next_basis_points) * min(dearer)
        if against_mean_basis_points and price * WHOLE * len(others) <= most_of_mean:
            found[bid] = "mean"
        elif (
            against_next_basis_points
            and len(dearer) == len(others)
            and price * WHOLE <= most_of_next
        ):
            found[bid] = "next"
    return found


def low_in(dossier: Dossier) -> dict[str, LowAgainst]:
    """The abnormally low bids of a tender whose bids are open."""
    return abnormally_low(
        dossier.prices,
        dossier.low_against_mean_basis_points,
        dossier.low_against_next_basis_points,
    )


def ask(command: AskAboutLowBid, tender: Evaluated) -> LowBidAsked:
    """Refuses: UnknownBid, BidNotLow, NotAskedAbout (asked before)."""
    if command.bid not in tender.bids:
        raise UnknownBid
    low = low_in(tender.dossier)
    if command.bid not in low:
        raise BidNotLow
    if command.bid in tender.dossier.low:
        raise NotAskedAbout
    return LowBidAsked(bid=command.bid, against=low[command.bid], asked=command.asked)


def explain(command: ExplainLowBid, tender: Evaluated) -> LowBidExplained:
    """Refuses: UnknownBid (also for another provider's bid), NotAskedAbout."""
    bid = tender.bids.get(command.bid)
    if bid is None or bid.provider != command.provider:
        raise UnknownBid
    if tender.dossier.low.get(command.bid) != "asked":
        raise NotAskedAbout
    return LowBidExplained(bid=command.bid, explanation=command.explanation)


def judge(command: JudgeLowBid, tender: Evaluated) -> LowBidJudged:
    """Refuses: UnknownBid, EvaluatorInterested, NotAskedAbout."""
    if command.bid not in tender.bids:
        raise UnknownBid
    if command.judged_by in tender.interested:
        raise EvaluatorInterested
    if tender.dossier.low.get(command.bid) != "explained":
        raise NotAskedAbout
    return LowBidJudged(
        bid=command.bid,
        accepted=command.accepted,
        reason=command.reason,
        judged_by=command.judged_by,
    )


def relied_on(bid: str, tender: Evaluated) -> None:
    """A bid that may be proposed. Refuses: LowBidDisregarded, LowBidOpen."""
    state = tender.dossier.low.get(bid)
    if state == "disregarded":
        raise LowBidDisregarded
    if bid in low_in(tender.dossier) and state != "accepted":
        raise LowBidOpen
