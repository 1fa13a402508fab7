"""The rules of evaluation: interests, scores, moderation, proposal, award and letters. Pure.

Law: who has an interest takes no part; the evaluators' own scores are kept beside the consensus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.procurement.authority import authorised, taken_since
from services.procurement.providers.checking import awardable
from services.procurement.tenders.commands import (
    AwardTender,
    DeclareInterest,
    ModerateScores,
    ProposeAward,
    ScoreBid,
    SendLetters,
)
from services.procurement.tenders.events import (
    AwardLetterSent,
    AwardProposed,
    BidScored,
    InterestDeclared,
    ScoresModerated,
)
from services.procurement.tenders.low_bids import relied_on
from services.procurement.tenders.refusals import (
    AlreadyAwarded,
    BidsStillSealed,
    ConsortiumNotAgreed,
    EvaluatorInterested,
    InterestNotDeclared,
    LettersMissing,
    LettersSent,
    NotAwarded,
    NotModerated,
    NotProposed,
    ScoresIncomplete,
    TooManyLots,
    UnknownBid,
)
from services.procurement.tenders.state import (
    Awarded,
    Cancelled,
    Confirmed,
    Evaluated,
    Open,
    Tender,
    Unopened,
)
from shared.eventsourcing.clock import london_date
from shared.published.procurement import TenderAwarded
from shared.published.terms import AgencyId, PersonId, TextRef

WHOLE = 10_000  # basis points


def evaluated(tender: Tender) -> Evaluated:
    """Refuses: BidsStillSealed before, AlreadyAwarded after."""
    match tender:
        case Unopened() | Open() | Cancelled():
            raise BidsStillSealed
        case Awarded() | Confirmed():
            raise AlreadyAwarded
        case Evaluated():
            return tender


def declare(command: DeclareInterest, tender: Evaluated) -> InterestDeclared:
    """An interest once declared stands for the whole tender. Refuses: EvaluatorInterested."""
    if command.evaluator in tender.interested and not command.interested:
        raise EvaluatorInterested
    return InterestDeclared(evaluator=command.evaluator, interested=command.interested)


def score(command: ScoreBid, tender: Evaluated) -> BidScored:
    """Refuses: UnknownBid, InterestNotDeclared, EvaluatorInterested, ScoresIncomplete."""
    if command.bid not in tender.bids:
        raise UnknownBid
    _take_part(command.evaluator, tender)
    _complete(command.scores, command.by_criterion, tender)
    return BidScored(
        bid=command.bid,
        evaluator=command.evaluator,
        scores=command.scores,
        reasons=command.reasons,
        by_criterion=command.by_criterion,
    )


def _take_part(person: PersonId, tender: Evaluated) -> None:
    if person not in tender.declared:
        raise InterestNotDeclared
    if person in tender.interested:
        raise EvaluatorInterested


def _complete(
    scores: dict[str, int], by_criterion: Mapping[str, TextRef], tender: Evaluated
) -> None:
    asked = {criterion.criterion for criterion in tender.opened.criteria}
    if set(scores) != asked or not all(0 <= score <= WHOLE for score in scores.values()):
        raise ScoresIncomplete(pointer="/body/scores")
    if by_criterion and set(by_criterion) != asked:
        raise ScoresIncomplete(
            "Give a reason for every criterion, or one for all.", pointer="/body/by_criterion"
        )


def moderate(command: ModerateScores, tender: Evaluated) -> ScoresModerated:
    """Refuses like `score`; a bid nobody has scored has nothing to moderate (NotModerated).

    What someone scored who has an interest does not count.
    """
    if command.bid not in tender.bids:
        raise UnknownBid
    _take_part(command.moderated_by, tender)
    if not set(tender.scores.get(command.bid, {})) - tender.interested:
        raise NotModerated("Nobody has scored this bid yet.")
    _complete(command.scores, command.by_criterion, tender)
    return ScoresModerated(
        bid=command.bid,
        scores=command.scores,
        reasons=command.reasons,
        moderated_by=command.moderated_by,
        by_criterion=command.by_criterion,
    )


def propose(command: ProposeAward, tender: Evaluated) -> AwardProposed:
    """Refuses: UnknownBid, NotModerated, EvaluatorInterested, LowBidDisregarded, LowBidOpen,
    ConsortiumNotAgreed; of each party: ProviderNotRegistered, ProviderIsSuspended,
    ProviderIsExcluded, StandardsLapsed.
    """
    if command.bid not in tender.bids:
        raise UnknownBid
    _moderated(tender)
    if command.proposed_by in tender.interested:
        raise EvaluatorInterested
    relied_on(command.bid, tender)
    _agreed(command.bid, tender)
    for standing in command.standings.values():
        awardable(standing, london_date(command.now))
    return AwardProposed(bid=command.bid, proposed_by=command.proposed_by, proposed_at=command.now)


def _moderated(tender: Evaluated) -> None:
    """Every bid, by someone without an interest. Refuses: NotModerated."""
    found = tender.dossier.moderated
    if set(found) != set(tender.bids) or any(one.by in tender.interested for one in found.values()):
        raise NotModerated


def parties_to(tender: Tender, bid: str) -> tuple[AgencyId, ...]:
    """Who would be awarded with a bid: the bidder, or every party to the consortium it leads."""
    if not isinstance(tender, Evaluated) or bid not in tender.bids:
        return ()
    lead = tender.bids[bid].provider
    consortium = tender.dossier.consortia.get(lead)
    return tuple(one.provider for one in consortium.parties) if consortium else (lead,)


def _agreed(bid: str, tender: Evaluated) -> None:
    """Every party has agreed, and none of them bids alone too. Refuses: ConsortiumNotAgreed."""
    lead = tender.bids[bid].provider
    consortium = tender.dossier.consortia.get(lead)
    if consortium is None:
        return
    bidders = {other.provider for key, other in tender.bids.items() if key != bid}
    if not consortium.whole or bidders & {party.provider for party in consortium.parties}:
        raise ConsortiumNotAgreed


def award(command: AwardTender, tender: Evaluated) -> TenderAwarded:
    """Refuses, in this order: UnknownBid, NotProposed, EvaluatorInterested, NotModerated,
    TooManyLots; of each party as when proposed; AuthorityMissing.

    A proposal by someone who has an interest is none; a board's decision from before the bid was
    proposed is about another.
    """
    if command.bid not in tender.bids:
        raise UnknownBid
    if command.bid != tender.proposed or tender.proposed_by in tender.interested:
        raise NotProposed
    if command.awarded_by in tender.interested:
        raise EvaluatorInterested
    _moderated(tender)
    bid = tender.bids[command.bid]
    lot = tender.opened.lot
    parties = tender.dossier.parties(bid.provider)
    winners = {bid.provider, *(party.provider for party in parties)}
    if (
        lot
        and lot.most_lots
        and any(command.lots_won.get(one, 0) >= lot.most_lots for one in winners)
    ):
        raise TooManyLots
    for standing in command.standings.values():
        awardable(standing, london_date(command.now))
    authority = taken_since(command.authority, tender.proposed_at)
    price = bid.annual_price_pence + command.awarded_beside_pence
    authorised(price, tender.delegated_limit_pence, authority)
    return TenderAwarded(
        tender=tender.opened.tender,
        partnership=tender.opened.partnership,
        bid=command.bid,
        provider=bid.provider,
        score_basis_points=weighted(tender, command.bid),
        annual_price_pence=bid.annual_price_pence,
        awarded_by=command.awarded_by,
        awarded_at=command.now,
        decision=authority.decision if authority else "",
        parties=parties,
    )


def weighted(tender: Evaluated, bid: str) -> int:
    """A bid's moderated score over all criteria, in basis points, rounded down."""
    scores = tender.consensus[bid]
    return sum(c.weight_basis_points * scores[c.criterion] for c in tender.opened.criteria) // WHOLE


def unsent(tender: Awarded) -> tuple[str, ...]:
    """The bids whose bidder has no letter yet, in the order in which they were opened."""
    return tuple(bid for bid in tender.dossier.moderated if bid not in tender.dossier.letters)


def send_letters(command: SendLetters, tender: Tender) -> Sequence[AwardLetterSent]:
    """One to each bidder, once. Refuses: NotAwarded, LettersSent, LettersMissing."""
    if not isinstance(tender, Awarded):
        raise NotAwarded
    if not unsent(tender):
        raise LettersSent
    return letters_for(command.letters, tender)


def letters_for(letters: Mapping[str, TextRef], tender: Awarded) -> list[AwardLetterSent]:
    """The letters that were still to be sent. Refuses: LettersMissing."""
    waiting = unsent(tender)
    if not set(waiting) <= set(letters):
        raise LettersMissing
    return [
        AwardLetterSent(
            bid=bid, provider=tender.dossier.moderated[bid].provider, letter=letters[bid]
        )
        for bid in waiting
    ]
