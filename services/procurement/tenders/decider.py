"""The rules of a tender, from opening to confirmation. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.procurement.authority import authorised
from services.procurement.bids import rules
from services.procurement.bids.commands import (
    GiveOpeningParts,
    NameOpeningOfficers,
    OpenBids,
    RegisterOpeningKey,
    SealBid,
    WithdrawBid,
)
from services.procurement.regimes import regime_of, standing_of
from services.procurement.tenders import after_award
from services.procurement.tenders.commands import (
    AnswerQuestion,
    AskQuestion,
    AwardTender,
    CancelTender,
    ConfirmAward,
    DeclareInterest,
    EndStandstill,
    MakeRepresentation,
    ModerateScores,
    OpenTender,
    ProposeAward,
    PublishAwardNotice,
    ResolveRepresentation,
    ScoreBid,
    TenderCommand,
)
from services.procurement.tenders.events import (
    AwardProposed,
    AwardRulesSet,
    BidScored,
    InterestDeclared,
    QuestionAsked,
    RegimeStated,
    ScoresModerated,
    TenderEvent,
)
from services.procurement.tenders.refusals import (
    AlreadyAwarded,
    AlreadyOpened,
    BidsStillSealed,
    DeadlinePast,
    EvaluatorInterested,
    InterestNotDeclared,
    NotModerated,
    NotOpen,
    NotProposed,
    ScoresIncomplete,
    SpecificationNotPublished,
    UnknownBid,
    UnknownQuestion,
    WeightsNotWhole,
)
from services.procurement.tenders.state import (
    Awarded,
    Cancelled,
    Confirmed,
    Evaluated,
    Open,
    Tender,
    Unopened,
    evolve,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.procurement import (
    QuestionAnswered,
    TenderAwarded,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import PersonId

WHOLE = 10_000  # basis points


def decide(command: TenderCommand, tender: Tender) -> Sequence[TenderEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OpenTender():
            return _open(command, tender)
        case AskQuestion():
            _open_at(tender, command)
            return [
                QuestionAsked(
                    question=command.question, provider=command.provider, asked=command.asked
                )
            ]
        case AnswerQuestion():
            return _answer(command, tender)
        case (
            NameOpeningOfficers() | RegisterOpeningKey() | SealBid() | WithdrawBid()
            | GiveOpeningParts() | OpenBids()
        ):  # fmt: skip
            return rules.decide(command, tender)
        case DeclareInterest():
            _evaluated(tender)
            return [InterestDeclared(evaluator=command.evaluator, interested=command.interested)]
        case ScoreBid():
            return [_score(command, tender)]
        case ModerateScores():
            return [_moderate(command, tender)]
        case ProposeAward():
            return [_propose(command, tender)]
        case AwardTender():
            return [_award(command, tender)]
        case PublishAwardNotice():
            return after_award.publish_notice(command, tender)
        case EndStandstill():
            return after_award.end_standstill(command, tender)
        case MakeRepresentation():
            return [after_award.represent(command, tender)]
        case ResolveRepresentation():
            return [after_award.resolve(command, tender)]
        case ConfirmAward():
            return [after_award.confirm(command, tender)]
        case CancelTender():
            return _cancel(command, tender)


def _open(command: OpenTender, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: AlreadyOpened, SpecificationNotPublished, WeightsNotWhole, DeadlinePast,
    NoLawOnThatDay, RegimeMismatch.
    """
    if not isinstance(tender, Unopened):
        raise AlreadyOpened
    if not command.specification_published:
        raise SpecificationNotPublished
    if sum(criterion.weight_basis_points for criterion in command.criteria) != WHOLE:
        raise WeightsNotWhole(pointer="/body/criteria")
    if command.bids_close_at <= command.now:
        raise DeadlinePast(pointer="/body/bids_close_at")
    opened = TenderOpened(
        tender=command.tender,
        partnership=command.partnership,
        specification=command.specification,
        procuring=command.procuring,
        title=command.title,
        regime=command.regime,
        criteria=command.criteria,
        bids_close_at=command.bids_close_at,
    )
    rules = AwardRulesSet(delegated_limit_pence=command.delegated_limit_pence)
    return [opened, rules, _regime(command)]


def _regime(command: OpenTender) -> RegimeStated:
    """The law of the day the tender opens on. Refuses: NoLawOnThatDay, RegimeMismatch."""
    found = regime_of(
        command.kind_of_service,
        command.whole_term_pence,
        command.buyer,
        london_date(command.now),
    )
    return RegimeStated(
        kind_of_service=command.kind_of_service,
        whole_term_pence=command.whole_term_pence,
        regime=found.regime,
        section=found.section,
        reason=found.reason,
        standing=standing_of(command.regime, found),
    )


def _open_at(tender: Tender, command: AskQuestion) -> Open:
    """The open tender before its deadline. Refuses: NotOpen."""
    if not isinstance(tender, Open) or command.now > tender.opened.bids_close_at:
        raise NotOpen
    return tender


def _evaluated(tender: Tender) -> Evaluated:
    """Refuses: BidsStillSealed before, AlreadyAwarded after."""
    match tender:
        case Unopened() | Open() | Cancelled():
            raise BidsStillSealed
        case Awarded() | Confirmed():
            raise AlreadyAwarded
        case Evaluated():
            return tender


def _answer(command: AnswerQuestion, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen, UnknownQuestion."""
    if not isinstance(tender, Open):
        raise NotOpen
    if command.question not in tender.questions:
        raise UnknownQuestion
    return [
        QuestionAnswered(
            tender=tender.opened.tender,
            question=command.question,
            asked=tender.questions[command.question],
            answer=command.answer,
        )
    ]


def _score(command: ScoreBid, tender: Tender) -> TenderEvent:
    """Refuses: BidsStillSealed, AlreadyAwarded, UnknownBid, InterestNotDeclared,
    EvaluatorInterested, ScoresIncomplete.
    """
    evaluated = _evaluated(tender)
    if command.bid not in evaluated.bids:
        raise UnknownBid
    _take_part(command.evaluator, evaluated)
    _complete(command.scores, evaluated)
    return BidScored(
        bid=command.bid,
        evaluator=command.evaluator,
        scores=command.scores,
        reasons=command.reasons,
    )


def _take_part(person: PersonId, tender: Evaluated) -> None:
    if person not in tender.declared:
        raise InterestNotDeclared
    if person in tender.interested:
        raise EvaluatorInterested


def _complete(scores: dict[str, int], tender: Evaluated) -> None:
    asked = {criterion.criterion for criterion in tender.opened.criteria}
    if set(scores) != asked or not all(0 <= score <= WHOLE for score in scores.values()):
        raise ScoresIncomplete(pointer="/body/scores")


def _moderate(command: ModerateScores, tender: Tender) -> TenderEvent:
    """Refuses like `_score`; a bid nobody has scored has nothing to moderate (NotModerated)."""
    evaluated = _evaluated(tender)
    if command.bid not in evaluated.bids:
        raise UnknownBid
    _take_part(command.moderated_by, evaluated)
    if not evaluated.scores.get(command.bid):
        raise NotModerated("Nobody has scored this bid yet.")
    _complete(command.scores, evaluated)
    return ScoresModerated(
        bid=command.bid,
        scores=command.scores,
        reasons=command.reasons,
        moderated_by=command.moderated_by,
    )


def _propose(command: ProposeAward, tender: Tender) -> TenderEvent:
    """Refuses: BidsStillSealed, AlreadyAwarded, UnknownBid, NotModerated, EvaluatorInterested."""
    evaluated = _evaluated(tender)
    if command.bid not in evaluated.bids:
        raise UnknownBid
    if set(evaluated.consensus) != set(evaluated.bids):
        raise NotModerated
    if command.proposed_by in evaluated.interested:
        raise EvaluatorInterested
    return AwardProposed(bid=command.bid, proposed_by=command.proposed_by)


def _award(command: AwardTender, tender: Tender) -> TenderAwarded:
    """Refuses, in this order: BidsStillSealed, AlreadyAwarded, UnknownBid, NotProposed,
    EvaluatorInterested, AuthorityMissing.
    """
    evaluated = _evaluated(tender)
    if command.bid not in evaluated.bids:
        raise UnknownBid
    if command.bid != evaluated.proposed:
        raise NotProposed
    if command.awarded_by in evaluated.interested:
        raise EvaluatorInterested
    bid = evaluated.bids[command.bid]
    authorised(bid.annual_price_pence, evaluated.delegated_limit_pence, command.authority)
    return TenderAwarded(
        tender=evaluated.opened.tender,
        partnership=evaluated.opened.partnership,
        bid=command.bid,
        provider=bid.provider,
        score_basis_points=weighted(evaluated, command.bid),
        annual_price_pence=bid.annual_price_pence,
        awarded_by=command.awarded_by,
        awarded_at=command.now,
        decision=command.authority.decision if command.authority else "",
    )


def weighted(tender: Evaluated, bid: str) -> int:
    """A bid's moderated score over all criteria, in basis points, rounded down."""
    scores = tender.consensus[bid]
    return sum(c.weight_basis_points * scores[c.criterion] for c in tender.opened.criteria) // WHOLE


def _cancel(command: CancelTender, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen."""
    if isinstance(tender, Unopened | Confirmed | Cancelled):
        raise NotOpen
    return [TenderCancelled(tender=tender.opened.tender, reason=command.reason)]


TENDERS: Decider[TenderCommand, Tender, TenderEvent] = Decider(
    category="tender",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(TenderEvent),
)
