"""How a return comes to be owed, handed in and restated. Pure: no clock, no I/O, no chance.

Law: a date once published never moves earlier, and figures that came are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from services.monitoring.returns.commands import (
    FallOverdue,
    GrantExtension,
    OpenReturn,
    RestateReturn,
    SaveDraft,
    ScheduleReturn,
    SubmitReturn,
)
from services.monitoring.returns.events import (
    DraftSaved,
    FiguresExplained,
    ReturnEvent,
    ReturnOpened,
)
from services.monitoring.returns.guards import (
    counts_as_accepted_at,
    of_another_agency,
    owed,
)
from services.monitoring.returns.refusals import (
    AlreadySubmitted,
    ConsentNeeded,
    ExplanationsMissing,
    NoLaterDate,
    NotAccepted,
    PeriodNotOver,
    ReturnHasErrors,
    ReturnIsAccepted,
    WindowClosed,
)
from services.monitoring.returns.rules import Look, problems
from services.monitoring.returns.state import (
    Return,
    Standing,
    Unscheduled,
)
from shared.eventsourcing.clock import LONDON, london_date
from shared.published.monitoring import (
    ExtensionGranted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
)
from shared.published.terms import ContractTerms, Period, Reading
from shared.values.quarters import last_day, next_period
from shared.values.working_days import end_of_day_london, nth_working_day_after


def due_at(terms: ContractTerms, period: Period, scheduled_on: date) -> datetime:
    """The contract's nth working day after the period, or after a schedule that came later."""
    after = max(last_day(period), scheduled_on)
    return end_of_day_london(nth_working_day_after(after, terms.return_due_working_days))


def schedule(command: ScheduleReturn, state: Return) -> Sequence[ReturnEvent]:
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


def open_return(command: OpenReturn, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: what no longer applies changes nothing."""
    if not isinstance(state, Standing) or state.opened:
        return []
    _over(state, command.now)
    return [ReturnOpened(opened_at=command.now)]


def save_draft(command: SaveDraft, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: PeriodNotOver, AlreadySubmitted."""
    standing = owed(state)
    _over(standing, command.now)
    if standing.submitted:
        raise AlreadySubmitted
    return [DraftSaved(draft=command.draft, saved_by=command.saved_by)]


def submit(command: SubmitReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses, in this order: ReturnIsCancelled, PeriodNotOver, ReturnIsAccepted, WindowClosed,
    ReturnHasErrors, ExplanationsMissing.

    Replacing figures is for before the due date, or for when they were rejected or queried.
    """
    standing = owed(state)
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
        counts_as_accepted_at=counts_as_accepted_at(
            command.now, command.terms.accepted_after_working_days
        ),
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


def _routine(command: RestateReturn, standing: Standing) -> bool:
    """The first restatement of a period, until the return of the next one is due."""
    following = next_period(standing.scheduled.period)
    until = due_at(command.terms, following, last_day(following))
    return standing.restatements == 0 and command.now <= until


def restate(command: RestateReturn, state: Return) -> Sequence[ReturnEvent]:
    """Both versions are kept. Refuses: NotAccepted, ConsentNeeded, ReturnHasErrors,
    ExplanationsMissing.
    """
    standing = owed(state)
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


def fall_overdue(command: FallOverdue, state: Return) -> Sequence[ReturnEvent]:
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


def extend(command: GrantExtension, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: AcceptorIsProvider, AlreadySubmitted, NoLaterDate."""
    standing = owed(state)
    of_another_agency(standing, command.agency)
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


def cancel(state: Return) -> Sequence[ReturnEvent]:
    """What is in stays; what was never owed needs no cancelling."""
    if not isinstance(state, Standing) or state.latest is not None:
        return []
    return [ReturnCancelled(contract=state.scheduled.contract, period=state.scheduled.period)]
