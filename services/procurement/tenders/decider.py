"""The rules of a tender, from opening to confirmation. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.procurement.bids import rules
from services.procurement.bids.commands import (
    GiveOpeningParts,
    NameOpeningOfficers,
    OpenBids,
    RegisterOpeningKey,
    SealBid,
    WithdrawBid,
)
from services.procurement.duties.clocks import least_days_for_bids
from services.procurement.regimes import regime_of, standing_of
from services.procurement.tenders import after_award, before_bids, evaluating, low_bids
from services.procurement.tenders.commands import (
    AmendTender,
    AnswerQuestion,
    AskAboutLowBid,
    AskQuestion,
    AwardTender,
    CancelTender,
    ConfirmAward,
    DeclareInterest,
    EndStandstill,
    ExplainLowBid,
    FormConsortium,
    JoinConsortium,
    JudgeLowBid,
    MakeRepresentation,
    ModerateScores,
    OpenTender,
    ProposeAward,
    PublishAwardNotice,
    ResolveRepresentation,
    ScoreBid,
    SendLetters,
    StatePolicies,
    TenderCommand,
)
from services.procurement.tenders.events import (
    AwardRulesSet,
    QuestionAsked,
    RegimeStated,
    TenderEvent,
)
from services.procurement.tenders.refusals import (
    AlreadyOpened,
    BidTimeTooShort,
    DeadlinePast,
    NotOpen,
    SpecificationNotPublished,
    UnknownQuestion,
)
from services.procurement.tenders.state import (
    Cancelled,
    Confirmed,
    Open,
    Tender,
    Unopened,
    evolve,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.law.duties import duty_on
from shared.published.procurement import (
    QuestionAnswered,
    TenderCancelled,
    TenderOpened,
)


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
            return [evaluating.declare(command, evaluating.evaluated(tender))]
        case ScoreBid():
            return [evaluating.score(command, evaluating.evaluated(tender))]
        case ModerateScores():
            return [evaluating.moderate(command, evaluating.evaluated(tender))]
        case ProposeAward():
            return [evaluating.propose(command, evaluating.evaluated(tender))]
        case AwardTender():
            return [evaluating.award(command, evaluating.evaluated(tender))]
        case SendLetters():
            return evaluating.send_letters(command, tender)
        case AskAboutLowBid():
            return [low_bids.ask(command, evaluating.evaluated(tender))]
        case ExplainLowBid():
            return [low_bids.explain(command, evaluating.evaluated(tender))]
        case JudgeLowBid():
            return [low_bids.judge(command, evaluating.evaluated(tender))]
        case StatePolicies():
            return [before_bids.state_policies(command, tender)]
        case AmendTender():
            return [before_bids.amend(command, tender)]
        case FormConsortium():
            return [before_bids.form(command, tender)]
        case JoinConsortium():
            return before_bids.join(command, tender)
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
    NoLawOnThatDay, RegimeMismatch, BidTimeTooShort.
    """
    if not isinstance(tender, Unopened):
        raise AlreadyOpened
    if not command.specification_published:
        raise SpecificationNotPublished
    before_bids.weigh(command.criteria)
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
        lot=command.lot,
        payer=command.payer,
        joint_with=command.joint_with,
    )
    rules = AwardRulesSet(
        delegated_limit_pence=command.delegated_limit_pence,
        low_against_mean_basis_points=command.low_against_mean_basis_points,
        low_against_next_basis_points=command.low_against_next_basis_points,
    )
    regime = _regime(command)
    _time_for_bids(command, regime)
    policies = [command.policies] if command.policies else []
    return [opened, rules, regime, *policies]


def _time_for_bids(command: OpenTender, stated: RegimeStated) -> None:
    """Refuses: BidTimeTooShort, where the law of the day sets a least time."""
    opened_on = london_date(command.now)
    duty = duty_on("time-for-bids", stated.regime, opened_on)
    if duty.standing != "statutory":
        return
    least = least_days_for_bids(opened_on, command.planned_on, duty.days or 0)
    if (london_date(command.bids_close_at) - opened_on).days < least:
        raise BidTimeTooShort(
            f"Bids close at least {least} days after the tender notice ({duty.section}).",
            pointer="/body/bids_close_at",
        )


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
        buyer=command.buyer,
        planned_on=command.planned_on,
    )


def _open_at(tender: Tender, command: AskQuestion) -> Open:
    """The open tender before its deadline. Refuses: NotOpen."""
    if not isinstance(tender, Open) or command.now > tender.opened.bids_close_at:
        raise NotOpen
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


def _cancel(command: CancelTender, tender: Tender) -> Sequence[TenderEvent]:
    """Refuses: NotOpen."""
    if isinstance(tender, Unopened | Confirmed | Cancelled):
        raise NotOpen
    return [
        TenderCancelled(
            tender=tender.opened.tender, reason=command.reason, unsuccessful=command.unsuccessful
        )
    ]


TENDERS: Decider[TenderCommand, Tender, TenderEvent] = Decider(
    category="tender",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(TenderEvent),
)
