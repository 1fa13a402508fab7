"""How another agency judges what was handed in, and meets over it. Pure.

Law: whoever reports does not judge the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.monitoring.returns.commands import (
    AcceptReturn,
    AnswerQuery,
    CompleteAction,
    ConsentToRestatement,
    CountAsAccepted,
    HoldReviewMeeting,
    RaiseQuery,
    RejectReturn,
)
from services.monitoring.returns.events import (
    ActionCompleted,
    RestatementConsented,
    ReturnEvent,
)
from services.monitoring.returns.guards import (
    counts_as_accepted_at,
    of_another_agency,
    owed,
    waiting,
)
from services.monitoring.returns.refusals import (
    MeasureStands,
    NotAccepted,
    NotHeldYet,
    NotSubmitted,
    NotTheLatest,
    QueryOpen,
    UnknownAction,
    UnknownMeasures,
    UnknownQuery,
)
from services.monitoring.returns.state import (
    Return,
    Standing,
    Version,
)
from shared.eventsourcing.clock import london_date
from shared.published.monitoring import (
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnRejected,
    ReviewMeetingHeld,
)
from shared.published.terms import Clause, MeasureId
from shared.values.working_days import nth_working_day_after


def _latest(latest: Version, version: int) -> None:
    if version != latest.version:
        raise NotTheLatest


def reject(command: RejectReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest, MeasureStands."""
    standing, latest = waiting(state)
    of_another_agency(standing, command.agency)
    _latest(latest, command.version)
    if standing.accepted_measures:
        raise MeasureStands
    return [
        ReturnRejected(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            version=latest.version,
            reason=command.reason,
            rejected_by=command.rejected_by,
            due_at=standing.due_at,
        )
    ]


def raise_query(command: RaiseQuery, state: Return) -> Sequence[ReturnEvent]:
    """Stops the days after which figures count as accepted. Refuses like `reject`."""
    standing, _ = waiting(state)
    of_another_agency(standing, command.agency)
    if command.measure in standing.accepted_measures:
        raise MeasureStands
    clause = command.answer_within
    return [
        QueryRaised(
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
            query=command.query,
            measure=command.measure,
            text=command.text,
            raised_by=command.raised_by,
            due_on=_answer_due_on(clause, command.now) if clause else None,
            clause=clause.clause if clause else "",
        )
    ]


def _answer_due_on(clause: Clause, now: datetime) -> date | None:
    """The last day for an answer; None where the clause counts no days."""
    today = london_date(now)
    if clause.working_days:
        return nth_working_day_after(today, clause.working_days)
    return today + timedelta(days=clause.calendar_days) if clause.calendar_days else None


def answer_query(command: AnswerQuery, state: Return) -> Sequence[ReturnEvent]:
    """With the last answer the contract's days begin again. Refuses: NotSubmitted, UnknownQuery."""
    standing, _ = waiting(state)
    if command.query not in standing.open_queries:
        raise UnknownQuery
    last = len(standing.open_queries) == 1
    counts_at = (
        counts_as_accepted_at(command.now, command.accepted_after_working_days) if last else None
    )
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


def accept(command: AcceptReturn, state: Return) -> Sequence[ReturnEvent]:
    """The whole return or some of its measures; those accepted before stay so.

    Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest, UnknownMeasures,
    QueryOpen.
    """
    standing, latest = waiting(state)
    of_another_agency(standing, command.agency)
    _latest(latest, command.version)
    reported = tuple(dict.fromkeys(reading.measure for reading in latest.readings))
    if not set(command.measures) <= set(reported):
        raise UnknownMeasures(pointer="/body/measures")
    asked_about = {standing.queries[key].measure for key in standing.open_queries}
    if asked_about and (not command.measures or asked_about & {"", *command.measures}):
        raise QueryOpen
    stand = {*standing.accepted_measures, *command.measures}
    part = tuple(measure for measure in reported if measure in stand)
    if not command.measures or part == reported:
        return [_accepted(standing, latest, command.now, command.accepted_by)]
    if part == standing.accepted_measures:
        return []
    return [_accepted(standing, latest, command.now, command.accepted_by, part)]


def _accepted(
    standing: Standing,
    latest: Version,
    now: datetime,
    by: str,
    part: tuple[MeasureId, ...] = (),
) -> ReturnAccepted:
    return ReturnAccepted(
        contract=standing.scheduled.contract,
        period=standing.scheduled.period,
        version=latest.version,
        readings=tuple(one for one in latest.readings if not part or one.measure in part),
        measures=part,
        deemed=not by,
        accepted_by=by,
        accepted_at=now,
    )


def count_as_accepted(command: CountAsAccepted, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: what has been judged meanwhile changes nothing."""
    if not isinstance(state, Standing) or state.counts_as_accepted_at is None:
        return []
    latest = state.latest
    if latest is None or command.now <= state.counts_as_accepted_at:
        return []
    return [_accepted(state, latest, command.now, "")]


def consent(command: ConsentToRestatement, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotAccepted, AcceptorIsProvider."""
    standing = owed(state)
    if not standing.accepted:
        raise NotAccepted
    of_another_agency(standing, command.agency)
    if standing.consented:
        return []
    return [RestatementConsented(reason=command.reason, consented_by=command.consented_by)]


def hold_meeting(command: HoldReviewMeeting, state: Return) -> Sequence[ReturnEvent]:
    """The meeting over a return that is in. Refuses: NotSubmitted, NotHeldYet."""
    standing = owed(state)
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


def complete_action(command: CompleteAction, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: UnknownAction, NotHeldYet."""
    standing = owed(state)
    agreed = standing.actions.get(command.action)
    if agreed is None or agreed.completed_on is not None:
        raise UnknownAction
    if command.completed_on > london_date(command.now):
        raise NotHeldYet(pointer="/body/completed_on")
    return [
        ActionCompleted(
            action=command.action,
            completed_on=command.completed_on,
            recorded_by=command.recorded_by,
            contract=standing.scheduled.contract,
            period=standing.scheduled.period,
        )
    ]
