"""The rules of a tender, from opening to confirmation. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

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
    OpenBids,
    OpenTender,
    ProposeAward,
    PublishAwardNotice,
    ResolveRepresentation,
    ScoreBid,
    SealBid,
    TenderCommand,
    WithdrawBid,
)
from services.procurement.tenders.events import (
    AwardProposed,
    AwardRulesSet,
    BidScored,
    BidSealed,
    BidUnsealed,
    BidWithdrawn,
    InterestDeclared,
    LateBidTurnedAway,
    QuestionAsked,
    ScoresModerated,
    TenderEvent,
)
from services.procurement.tenders.refusals import (
    AlreadyAwarded,
    AlreadyOpened,
    AuthorityMissing,
    BidsStillSealed,
    DeadlinePast,
    EvaluatorInterested,
    InterestNotDeclared,
    NotAwarded,
    NoticePublished,
    NotModerated,
    NotOpen,
    NotProposed,
    OneBidEach,
    ProviderIsSuspended,
    RepresentationStands,
    ScoresIncomplete,
    SpecificationNotPublished,
    StandstillRunning,
    UnknownBid,
    UnknownQuestion,
    UnknownRepresentation,
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
from shared.published.terms import PersonId
from shared.values.working_days import standstill_ends

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
        case SealBid():
            return [_seal(command, tender)]
        case WithdrawBid():
            return _withdraw(command, tender)
        case OpenBids():
            return _open_bids(command, tender)
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
            return _publish_notice(command, tender)
        case EndStandstill():
            return _end_standstill(command, tender)
        case MakeRepresentation():
            return [_represent(command, tender)]
        case ResolveRepresentation():
            return [_resolve(command, tender)]
        case ConfirmAward():
            return [_confirm(command, tender)]
        case CancelTender():
            return _cancel(command, tender)


def _open(command: OpenTender, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: AlreadyOpened, SpecificationNotPublished, WeightsNotWhole, DeadlinePast."""
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
    return [opened, AwardRulesSet(delegated_limit_pence=command.delegated_limit_pence)]


def _open_at(tender: Tender, command: AskQuestion | WithdrawBid) -> Open:
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


def _awarded(tender: Tender) -> Awarded:
    """Refuses: NotAwarded."""
    if not isinstance(tender, Awarded):
        raise NotAwarded
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


def _seal(command: SealBid, tender: Tender) -> TenderEvent:
    """A late bid is a fact, not a refusal. Refuses: NotOpen, ProviderIsSuspended, OneBidEach."""
    if not isinstance(tender, Open | Evaluated):
        raise NotOpen
    if isinstance(tender, Evaluated) or command.now > tender.opened.bids_close_at:
        return LateBidTurnedAway(bid=command.bid, provider=command.provider, came_at=command.now)
    if command.suspended:
        raise ProviderIsSuspended
    if any(bid.provider == command.provider for bid in tender.bids.values()):
        raise OneBidEach
    return BidSealed(
        bid=command.bid, provider=command.provider, offer=command.offer, sealed_at=command.now
    )


def _withdraw(command: WithdrawBid, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen, UnknownBid (also for another provider's bid)."""
    bid = _open_at(tender, command).bids.get(command.bid)
    if bid is None or bid.provider != command.provider:
        raise UnknownBid
    return [BidWithdrawn(bid=command.bid)]


def _open_bids(command: OpenBids, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen, BidsStillSealed."""
    if not isinstance(tender, Open):
        raise NotOpen
    if command.now <= tender.opened.bids_close_at:
        raise BidsStillSealed
    unsealed = [
        BidUnsealed(
            bid=key,
            provider=bid.provider,
            annual_price_pence=command.prices[key],
            offer=bid.offer,
        )
        for key, bid in tender.bids.items()
    ]
    opened = BidsOpened(
        tender=tender.opened.tender,
        opened_by=command.opened_by,
        bids=len(tender.bids),
        late=len(tender.turned_away),
    )
    return [*unsealed, opened]


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
    if bid.annual_price_pence > evaluated.delegated_limit_pence and not (
        command.authority and command.authority.home_authority_given
    ):
        raise AuthorityMissing
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


def _publish_notice(command: PublishAwardNotice, tender: Tender) -> Sequence[TenderEvent]:
    """Starts the standstill, or says by which section there is none.

    Refuses: NotAwarded, NoticePublished. Source: Procurement Act 2023 s.51; for the Provider
    Selection Regime, SI 2023/1348 reg. 12.
    """
    awarded = _awarded(tender)
    if awarded.notice is not None:
        raise NoticePublished
    published_on = london_date(command.now)
    section = command.no_standstill_section
    rule = (
        "provider-selection" if awarded.opened.regime == "provider-selection" else "procurement-act"
    )
    notice = AwardNoticePublished(
        tender=awarded.opened.tender,
        notice=command.notice,
        published_on=published_on,
        standstill_ends_at=None if section else standstill_ends(published_on, rule),
    )
    if section:
        return [notice, StandstillNotRequired(tender=awarded.opened.tender, section=section)]
    return [notice]


def _end_standstill(command: EndStandstill, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotAwarded, StandstillRunning, RepresentationStands."""
    awarded = _awarded(tender)
    ends_at = awarded.standstill_ends_at
    if ends_at is None or command.now <= ends_at:
        raise StandstillRunning
    if awarded.standing:
        raise RepresentationStands
    if awarded.may_confirm:
        return []
    return [StandstillEnded(tender=awarded.opened.tender, ended_at=command.now)]


def _represent(command: MakeRepresentation, tender: Tender) -> TenderEvent:
    """Suspends the standstill. Refuses: NotAwarded, and NotOpen once it has ended."""
    awarded = _awarded(tender)
    if awarded.notice is None or awarded.may_confirm:
        raise NotOpen
    return RepresentationMade(
        tender=awarded.opened.tender,
        representation=command.representation,
        by=command.by,
        grounds=command.grounds,
    )


def _resolve(command: ResolveRepresentation, tender: Tender) -> TenderEvent:
    """Refuses: NotAwarded, UnknownRepresentation."""
    awarded = _awarded(tender)
    if command.representation not in awarded.standing:
        raise UnknownRepresentation
    return RepresentationResolved(
        tender=awarded.opened.tender,
        representation=command.representation,
        upheld=command.upheld,
        reason=command.reason,
    )


def _confirm(command: ConfirmAward, tender: Tender) -> AwardConfirmed:
    """Refuses: NotAwarded, StandstillRunning, RepresentationStands."""
    awarded = _awarded(tender)
    if awarded.standing:
        raise RepresentationStands
    if not awarded.may_confirm:
        raise StandstillRunning
    return AwardConfirmed(
        award=command.award,
        tender=awarded.opened.tender,
        partnership=awarded.opened.partnership,
        specification=awarded.opened.specification,
        procuring=awarded.opened.procuring,
        provider=awarded.awarded.provider,
        annual_price_pence=awarded.awarded.annual_price_pence,
        confirmed_at=command.now,
    )


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
