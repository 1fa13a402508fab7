"""What monitoring does about what it hears: pure translations, safe to run twice.

Law: every command here is idempotent on its stream, so a repeated event changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.monitoring.flags.commands import (
    FlagLapse,
    JudgeReading,
    RecordRenewal,
    TakeMeasure,
)
from services.monitoring.flags.decider import FLAGS, standard_measure
from services.monitoring.messages.commands import AppointOfficer, TellOfficer
from services.monitoring.messages.decider import MESSAGES
from services.monitoring.messages.events import News
from services.monitoring.portfolios.commands import (
    EnterContract,
    LeaveContract,
    NoteLapse,
    NoteRenewal,
)
from services.monitoring.portfolios.decider import PORTFOLIOS
from services.monitoring.portfolios.events import Held, LapseNoted, RenewalNoted
from services.monitoring.returns.commands import CancelReturn, ScheduleReturn
from services.monitoring.returns.decider import RETURNS
from services.monitoring.reviews.commands import HearDecision, ProposeReview
from services.monitoring.reviews.decider import REVIEWS, review_of
from services.monitoring.schedules.commands import EndSchedule, TakeTerms
from services.monitoring.schedules.decider import SCHEDULES, owed
from services.monitoring.schedules.events import ReviewSeasonBegun, ScheduleEnded
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.published.contracts import (
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ContractVaried,
)
from shared.published.monitoring import (
    OfficerTold,
    ReturnAccepted,
    ReturnOverdue,
    ReturnReminded,
    ReturnRestated,
    ReviewDue,
    UnderperformanceFlagged,
)
from shared.published.needs import ServiceChangeDecided
from shared.published.procurement import StandardHeld, StandardLapsed
from shared.published.terms import ContractId, ContractTerms, Period


def return_subject(contract: ContractId, period: Period) -> str:
    return f"{contract}:{period}"


def follow_contract(recorded: Recorded) -> Sequence[Step]:
    """Measures are watched before returns are asked for, so that no figure comes unawaited."""
    now = recorded.recorded_at
    match recorded.event:
        case ContractSigned() | ContractVaried() | ContractExtended() as event:
            return _asked(event.contract, event.terms, now)
        case ContractTerminated() | ContractCompleted() as event:
            end = EndSchedule(effective_on=event.effective_on, now=now)
            return [Step(SCHEDULES, event.contract, end)]
        case _:
            return []


def _asked(contract: ContractId, terms: ContractTerms, now: datetime) -> list[Step]:
    held = Held(
        contract=contract,
        partnership=terms.partnership,
        commissioner=terms.commissioner,
        ends_on=terms.ends_on,
        sanctions_live_on=terms.sanctions_live_on,
    )
    watched = [
        Step(
            FLAGS,
            f"{contract}:{measure.measure}",
            TakeMeasure(
                contract=contract,
                partnership=terms.partnership,
                provider=terms.provider,
                commissioner=terms.commissioner,
                measure=measure,
                sanctions_live_on=terms.sanctions_live_on,
                rating=terms.case.rating if terms.case else None,
                now=now,
            ),
        )
        for measure in terms.measures
    ]
    scheduled = [
        Step(
            RETURNS,
            return_subject(contract, period),
            ScheduleReturn(contract=contract, period=period, terms=terms, now=now),
        )
        for period in owed(terms)
    ]
    return [
        Step(
            MESSAGES,
            contract,
            AppointOfficer(contract=contract, officer=terms.monitoring_officer, now=now),
        ),
        Step(SCHEDULES, contract, TakeTerms(contract=contract, terms=terms, now=now)),
        Step(PORTFOLIOS, terms.provider, EnterContract(held=held, now=now)),
        *watched,
        *scheduled,
    ]


def end_contract(recorded: Recorded) -> Sequence[Step]:
    """A contract that is over owes no later returns, and no lapse reaches it."""
    now = recorded.recorded_at
    match recorded.event:
        case ScheduleEnded() as ended:
            cancelled = [
                Step(RETURNS, return_subject(ended.contract, period), CancelReturn(now=now))
                for period in ended.periods
            ]
            leave = LeaveContract(contract=ended.contract, now=now)
            return [Step(PORTFOLIOS, ended.provider, leave), *cancelled]
        case _:
            return []


def judge_figures(recorded: Recorded) -> Sequence[Step]:
    """Figures that now stand are judged, measure by measure, whether first or restated."""
    match recorded.event:
        case ReturnAccepted() | ReturnRestated() as event:
            return [
                Step(
                    FLAGS,
                    f"{event.contract}:{measure}",
                    JudgeReading(
                        period=event.period,
                        return_version=event.version,
                        readings=tuple(r for r in event.readings if r.measure == measure),
                        now=recorded.recorded_at,
                    ),
                )
                for measure in dict.fromkeys(reading.measure for reading in event.readings)
            ]
        case _:
            return []


def note_lapse(recorded: Recorded) -> Sequence[Step]:
    """A lapse, and what is held again after one; its stream says whose the standard is."""
    match recorded.event:
        case StandardLapsed() as lapsed:
            command = NoteLapse(
                provider=lapsed.provider,
                standard=lapsed.standard,
                expired_on=lapsed.expired_on,
                now=recorded.recorded_at,
            )
            return [Step(PORTFOLIOS, lapsed.provider, command)]
        case StandardHeld() as held:
            renewal = NoteRenewal(
                provider=recorded.subject,
                standard=held.standard,
                valid_until=held.valid_until,
                now=recorded.recorded_at,
            )
            return [Step(PORTFOLIOS, recorded.subject, renewal)]
        case _:
            return []


def flag_lapse(recorded: Recorded) -> Sequence[Step]:
    """A lapse raises a flag on each contract that is live; a renewal is recorded on that flag."""
    match recorded.event:
        case LapseNoted() as lapse:
            return [
                Step(
                    FLAGS,
                    f"{held.contract}:{standard_measure(lapse.standard)}",
                    FlagLapse(
                        contract=held.contract,
                        partnership=held.partnership,
                        provider=lapse.provider,
                        commissioner=held.commissioner,
                        standard=lapse.standard,
                        sanctions_live_on=held.sanctions_live_on,
                        now=recorded.recorded_at,
                    ),
                )
                for held in lapse.contracts
            ]
        case RenewalNoted() as renewal:
            record = RecordRenewal(
                standard=renewal.standard,
                valid_until=renewal.valid_until,
                now=recorded.recorded_at,
            )
            measure = standard_measure(renewal.standard)
            return [Step(FLAGS, f"{held.contract}:{measure}", record) for held in renewal.contracts]
        case _:
            return []


def propose_review(recorded: Recorded) -> Sequence[Step]:
    """A contract that is live in December is reviewed, unless somebody has begun to."""
    match recorded.event:
        case ReviewSeasonBegun() as begun:
            review = review_of(begun.contract, begun.year)
            command = ProposeReview(
                review=review,
                contract=begun.contract,
                partnership=begun.partnership,
                year=begun.year,
                now=recorded.recorded_at,
            )
            return [Step(REVIEWS, review, command)]
        case _:
            return []


def close_review(recorded: Recorded) -> Sequence[Step]:
    """The board's decision closes the review that it is about."""
    match recorded.event:
        case ServiceChangeDecided() as decided:
            command = HearDecision(
                decision=decided.decision,
                change=decided.change,
                decided_on=decided.effective_on,
                now=recorded.recorded_at,
            )
            return [Step(REVIEWS, decided.review, command)]
        case _:
            return []


def tell_officer(recorded: Recorded) -> Sequence[Step]:
    """The named officer is told of what is due, late, flagged or reported on the contract."""
    told = _news(recorded)
    if told is None:
        return []
    contract, news, about, due_at = told
    command = TellOfficer(news=news, about=about, due_at=due_at, now=recorded.recorded_at)
    return [Step(MESSAGES, contract, command)]


def _news(recorded: Recorded) -> tuple[ContractId, News, str, datetime | None] | None:
    match recorded.event:
        case ReturnReminded() as reminded if reminded.working_days < 0:
            return reminded.contract, "return-due", reminded.period, reminded.due_at
        case ReturnOverdue() as late:
            return late.contract, "return-late", late.period, late.due_at
        case UnderperformanceFlagged() as flagged:
            return flagged.contract, "flag", flagged.flag, None
        case ReviewDue() as due:
            return due.contract, "review-due", due.review, None
        case OfficerTold() as told:
            return told.contract, "incident", told.incident, told.acknowledge_by
        case _:
            return None


REACTIONS = (
    Reaction(
        name="tell-officer",
        source="monitoring",
        events=(ReturnReminded, ReturnOverdue, UnderperformanceFlagged, ReviewDue, OfficerTold),
        react=tell_officer,
    ),
    Reaction(
        name="close-review", source="needs", events=(ServiceChangeDecided,), react=close_review
    ),
    Reaction(
        name="follow-contract",
        source="contracts",
        events=(
            ContractSigned,
            ContractVaried,
            ContractExtended,
            ContractTerminated,
            ContractCompleted,
        ),
        react=follow_contract,
    ),
    Reaction(name="end-contract", source="monitoring", events=(ScheduleEnded,), react=end_contract),
    Reaction(
        name="judge-figures",
        source="monitoring",
        events=(ReturnAccepted, ReturnRestated),
        react=judge_figures,
    ),
    Reaction(
        name="note-lapse",
        source="procurement",
        events=(StandardLapsed, StandardHeld),
        react=note_lapse,
    ),
    Reaction(
        name="propose-review",
        source="monitoring",
        events=(ReviewSeasonBegun,),
        react=propose_review,
    ),
    Reaction(
        name="flag-lapse",
        source="monitoring",
        events=(LapseNoted, RenewalNoted),
        react=flag_lapse,
    ),
)
