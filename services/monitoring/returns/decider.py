"""The rules of a return, from its schedule to its restatement. Pure: no clock, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import get_args

from services.monitoring.returns.commands import (
    AcceptReturn,
    AnswerQuery,
    CancelReturn,
    CompleteAction,
    ConsentToRestatement,
    CountAsAccepted,
    FallOverdue,
    GrantExtension,
    HoldReviewMeeting,
    OpenReturn,
    RaiseQuery,
    RejectReturn,
    RestateReturn,
    ReturnCommand,
    SaveDraft,
    ScheduleReturn,
    SubmitReturn,
)
from services.monitoring.returns.events import (
    ActionCompleted,
    DraftSaved,
    FiguresExplained,
    RestatementConsented,
    ReturnEvent,
    ReturnOpened,
)
from services.monitoring.returns.refusals import (
    AcceptorIsProvider,
    AlreadySubmitted,
    ConsentNeeded,
    ExplanationsMissing,
    NoLaterDate,
    NotAccepted,
    NotHeldYet,
    NotSubmitted,
    NotTheLatest,
    PeriodNotOver,
    QueryOpen,
    ReturnHasErrors,
    ReturnIsAccepted,
    ReturnIsCancelled,
    UnknownAction,
    UnknownQuery,
    WindowClosed,
)
from services.monitoring.returns.rules import Look, problems
from services.monitoring.returns.state import (
    Cancelled,
    Return,
    Standing,
    Unscheduled,
    Version,
    evolve,
)
from shared.eventsourcing.clock import LONDON, london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import (
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewMeetingHeld,
)
from shared.published.terms import AgencyId, ContractTerms, Period, Reading
from shared.values.quarters import last_day, next_period
from shared.values.working_days import end_of_day_london, nth_working_day_after


def decide(command: ReturnCommand, state: Return) -> Sequence[ReturnEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ScheduleReturn():
            return _schedule(command, state)
        case OpenReturn():
            return _open(command, state)
        case SaveDraft():
            return _save_draft(command, state)
        case SubmitReturn():
            return _submit(command, state)
        case RejectReturn():
            return _reject(command, state)
        case RaiseQuery():
            return _query(command, state)
        case AnswerQuery():
            return _answer(command, state)
        case AcceptReturn():
            return _accept(command, state)
        case CountAsAccepted():
            return _count_as_accepted(command, state)
        case ConsentToRestatement():
            return _consent(command, state)
        case RestateReturn():
            return _restate(command, state)
        case FallOverdue():
            return _fall_overdue(command, state)
        case GrantExtension():
            return _extend(command, state)
        case HoldReviewMeeting():
            return _hold_meeting(command, state)
        case CompleteAction():
            return _complete_action(command, state)
        case CancelReturn():
            return _cancel(state)


def _standing(state: Return) -> Standing:
    """Refuses: Missing, ReturnIsCancelled."""
    match state:
        case Unscheduled():
            raise Missing
        case Cancelled():
            raise ReturnIsCancelled
        case Standing():
            return state


def _waiting(state: Return) -> tuple[Standing, Version]:
    """The figures that wait to be judged. Refuses: NotSubmitted, ReturnIsAccepted."""
    standing = _standing(state)
    if standing.accepted:
        raise ReturnIsAccepted
    latest = standing.latest
    if latest is None or not standing.submitted:
        raise NotSubmitted
    return standing, latest


def due_at(terms: ContractTerms, period: Period, scheduled_on: date) -> datetime:
    """The contract's nth working day after the period, or after a schedule that came later."""
    after = max(last_day(period), scheduled_on)
    return end_of_day_london(nth_working_day_after(after, terms.return_due_working_days))


def _schedule(command: ScheduleReturn, state: Return) -> Sequence[ReturnEvent]:
    """Once scheduled, a date stays: never moved by asking again."""
    if not isinstance(state, Unscheduled):
        return []
    terms = command.terms
    return [
        ReturnScheduled(
            contract=command.contract,
            partnership=terms.partnership,
            provider=terms.provider,
            commissioner=terms.commissioner,
            period=command.period,
            opens_on=add_day(last_day(command.period)),
            due_at=due_at(terms, command.period, london_date(command.now)),
        )
    ]


def add_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def opens_at(scheduled: ReturnScheduled) -> datetime:
    """Midnight in London when the period is over."""
    return datetime.combine(scheduled.opens_on, time(), LONDON)


def _over(standing: Standing, now: datetime) -> None:
    if now < opens_at(standing.scheduled):
        raise PeriodNotOver


def _open(command: OpenReturn, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: what no longer applies changes nothing."""
    if not isinstance(state, Standing) or state.opened:
        return []
    _over(state, command.now)
    return [ReturnOpened(opened_at=command.now)]


def _save_draft(command: SaveDraft, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: PeriodNotOver, AlreadySubmitted."""
    standing = _standing(state)
    _over(standing, command.now)
    if standing.submitted:
        raise AlreadySubmitted
    return [DraftSaved(draft=command.draft, saved_by=command.saved_by)]


def _submit(command: SubmitReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses, in this order: ReturnIsCancelled, PeriodNotOver, ReturnIsAccepted, WindowClosed,
    ReturnHasErrors, ExplanationsMissing.

    Replacing figures is for before the due date, or for when they were rejected or queried.
    """
    standing = _standing(state)
    _over(standing, command.now)
    if standing.accepted:
        raise ReturnIsAccepted
    if standing.status in ("submitted", "answered") and command.now > standing.due_at:
        raise WindowClosed
    readings = _judged(command, standing)
    version = len(standing.versions) + 1
    submitted = ReturnSubmitted(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=version,
        readings=readings,
        breakdowns=command.offer.breakdowns,
        budget=command.offer.budget,
        complaints=command.offer.complaints,
        compliments=command.offer.compliments,
        story=command.offer.story,
        nil=command.offer.nil,
        receipt=command.receipt,
        submitted_by=command.submitted_by,
        submitted_at=command.now,
        late=command.now > standing.due_at,
        counts_as_accepted_at=_counts_at(command.now, command.terms.accepted_after_working_days),
    )
    return [submitted, *_explained(command, version)]


def _judged(command: SubmitReturn | RestateReturn, standing: Standing) -> tuple[Reading, ...]:
    """The readings, once the rules have nothing against them."""
    period = standing.scheduled.period
    found = problems(Look(command.offer, command.terms, period, command.past))
    if any(problem.stage == "hard" for problem in found):
        raise ReturnHasErrors(found)
    missing = [problem for problem in found if not problem.previously_explained]
    if missing:
        raise ExplanationsMissing(missing)
    if command.offer.nil:
        return tuple(
            Reading(measure=measure.measure, period=period, status="nil")
            for measure in command.terms.measures
        )
    return command.offer.readings


def _explained(command: SubmitReturn | RestateReturn, version: int) -> Sequence[ReturnEvent]:
    given = command.offer.explanations
    return [FiguresExplained(version=version, explanations=given)] if given else []


def _counts_at(now: datetime, working_days: int) -> datetime | None:
    """When figures that nobody judges count as accepted; never, where the contract has no days."""
    if working_days < 1:
        return None
    return end_of_day_london(nth_working_day_after(london_date(now), working_days))


def _latest(latest: Version, version: int) -> None:
    if version != latest.version:
        raise NotTheLatest


def _judge(standing: Standing, agency: AgencyId) -> None:
    """Refuses: AcceptorIsProvider."""
    if agency == standing.scheduled.provider:
        raise AcceptorIsProvider


def _reject(command: RejectReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest."""
    standing, latest = _waiting(state)
    _judge(standing, command.agency)
    _latest(latest, command.version)
    return [
        ReturnRejected(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            version=latest.version,
            reason=command.reason,
            rejected_by=command.rejected_by,
        )
    ]


def _query(command: RaiseQuery, state: Return) -> Sequence[ReturnEvent]:
    """Stops the days after which figures count as accepted. Refuses like `_reject`."""
    standing, _ = _waiting(state)
    _judge(standing, command.agency)
    return [
        QueryRaised(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            query=command.query,
            measure=command.measure,
            text=command.text,
            raised_by=command.raised_by,
        )
    ]


def _answer(command: AnswerQuery, state: Return) -> Sequence[ReturnEvent]:
    """With the last answer the contract's days begin again. Refuses: NotSubmitted, UnknownQuery."""
    standing, _ = _waiting(state)
    if command.query not in standing.open_queries:
        raise UnknownQuery
    last = len(standing.open_queries) == 1
    counts_at = _counts_at(command.now, command.accepted_after_working_days) if last else None
    return [
        QueryAnswered(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            query=command.query,
            text=command.text,
            answered_by=command.answered_by,
            counts_as_accepted_at=counts_at,
        )
    ]


def _accept(command: AcceptReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest, QueryOpen."""
    standing, latest = _waiting(state)
    _judge(standing, command.agency)
    _latest(latest, command.version)
    if standing.open_queries:
        raise QueryOpen
    return [_accepted(standing, latest, command.now, command.accepted_by)]


def _accepted(standing: Standing, latest: Version, now: datetime, by: str) -> ReturnAccepted:
    return ReturnAccepted(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=latest.version,
        readings=latest.readings,
        deemed=not by,
        accepted_by=by,
        accepted_at=now,
    )


def _count_as_accepted(command: CountAsAccepted, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: what has been judged meanwhile changes nothing."""
    if not isinstance(state, Standing) or state.counts_as_accepted_at is None:
        return []
    latest = state.latest
    if latest is None or command.now <= state.counts_as_accepted_at:
        return []
    return [_accepted(state, latest, command.now, "")]


def _consent(command: ConsentToRestatement, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotAccepted, AcceptorIsProvider."""
    standing = _standing(state)
    if not standing.accepted:
        raise NotAccepted
    _judge(standing, command.agency)
    if standing.consented:
        return []
    return [RestatementConsented(reason=command.reason, consented_by=command.consented_by)]


def _routine(command: RestateReturn, standing: Standing) -> bool:
    """The first restatement of a period, until the return of the next one is due."""
    following = next_period(standing.scheduled.period)
    until = due_at(command.terms, following, last_day(following))
    return standing.restatements == 0 and command.now <= until


def _restate(command: RestateReturn, state: Return) -> Sequence[ReturnEvent]:
    """Both versions are kept. Refuses: NotAccepted, ConsentNeeded, ReturnHasErrors,
    ExplanationsMissing.
    """
    standing = _standing(state)
    if not standing.accepted:
        raise NotAccepted
    if not (standing.consented or _routine(command, standing)):
        raise ConsentNeeded
    readings = _judged(command, standing)
    version = len(standing.versions) + 1
    restated = ReturnRestated(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=version,
        readings=readings,
        reason=command.reason,
        restated_by=command.restated_by,
        restated_at=command.now,
        breakdowns=command.offer.breakdowns,
        budget=command.offer.budget,
        complaints=command.offer.complaints,
        compliments=command.offer.compliments,
        receipt=command.receipt,
    )
    return [restated, *_explained(command, version)]


def _fall_overdue(command: FallOverdue, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: a return that is in, extended or cancelled is not overdue."""
    if not isinstance(state, Standing) or state.overdue:
        return []
    if state.submitted or command.now <= state.due_at:
        return []
    return [
        ReturnOverdue(
            contract=state.scheduled.contract, period=state.scheduled.period, due_at=state.due_at
        )
    ]


def _extend(command: GrantExtension, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: AcceptorIsProvider, AlreadySubmitted, NoLaterDate."""
    standing = _standing(state)
    _judge(standing, command.agency)
    if standing.submitted:
        raise AlreadySubmitted
    until = end_of_day_london(command.due_on)
    if until <= max(standing.due_at, command.now):
        raise NoLaterDate(pointer="/body/due_on")
    return [
        ExtensionGranted(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            due_at=until,
            reason=command.reason,
            granted_by=command.granted_by,
        )
    ]


def _hold_meeting(command: HoldReviewMeeting, state: Return) -> Sequence[ReturnEvent]:
    """The meeting over a return that is in. Refuses: NotSubmitted, NotHeldYet."""
    standing = _standing(state)
    if standing.latest is None:
        raise NotSubmitted
    if command.held_on > london_date(command.now):
        raise NotHeldYet(pointer="/body/held_on")
    return [
        ReviewMeetingHeld(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            held_on=command.held_on,
            minutes=command.minutes,
            actions=command.actions,
        )
    ]


def _complete_action(command: CompleteAction, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: UnknownAction, NotHeldYet."""
    agreed = _standing(state).actions.get(command.action)
    if agreed is None or agreed.completed_on is not None:
        raise UnknownAction
    if command.completed_on > london_date(command.now):
        raise NotHeldYet(pointer="/body/completed_on")
    return [
        ActionCompleted(
            action=command.action,
            completed_on=command.completed_on,
            recorded_by=command.recorded_by,
        )
    ]


def _cancel(state: Return) -> Sequence[ReturnEvent]:
    """What is in stays; what was never owed needs no cancelling."""
    if not isinstance(state, Standing) or state.latest is not None:
        return []
    return [ReturnCancelled(contract=state.scheduled.contract, period=state.scheduled.period)]


RETURNS: Decider[ReturnCommand, Return, ReturnEvent] = Decider(
    category="return",
    initial=Unscheduled(),
    decide=decide,
    evolve=evolve,
    events=get_args(ReturnEvent),
)
