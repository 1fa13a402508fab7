"""How another agency judges what was handed in, and meets over it. Pure.

Law: whoever reports does not judge the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
    NotAccepted,
    NotHeldYet,
    NotSubmitted,
    NotTheLatest,
    QueryOpen,
    UnknownAction,
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


def _latest(latest: Version, version: int) -> None:
    if version != latest.version:
        raise NotTheLatest


def reject(command: RejectReturn, state: Return) -> Sequence[ReturnEvent]:
    """Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest."""
    standing, latest = waiting(state)
    of_another_agency(standing, command.agency)
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


def raise_query(command: RaiseQuery, state: Return) -> Sequence[ReturnEvent]:
    """Stops the days after which figures count as accepted. Refuses like `reject`."""
    standing, _ = waiting(state)
    of_another_agency(standing, command.agency)
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
    """Refuses: NotSubmitted, ReturnIsAccepted, AcceptorIsProvider, NotTheLatest, QueryOpen."""
    standing, latest = waiting(state)
    of_another_agency(standing, command.agency)
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
