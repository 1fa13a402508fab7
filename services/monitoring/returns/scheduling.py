"""When a return is owed, due, reminded of, overdue and no longer owed. Pure: no clock, no chance.

Law: a date once published never moves earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from services.monitoring.returns.commands import (
    FallOverdue,
    GrantExtension,
    OpenReturn,
    RemindProvider,
    ScheduleReturn,
)
from services.monitoring.returns.events import ReturnEvent, ReturnOpened
from services.monitoring.returns.guards import of_another_agency, over, owed
from services.monitoring.returns.refusals import AlreadySubmitted, NoLaterDate
from services.monitoring.returns.state import Cancelled, Return, Standing, Unscheduled
from shared.eventsourcing.clock import LONDON, london_date
from shared.published.monitoring import (
    ExtensionGranted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnReminded,
    ReturnRescheduled,
    ReturnScheduled,
)
from shared.published.terms import ContractTerms, Period
from shared.values.quarters import last_day
from shared.values.working_days import (
    add_working_days,
    end_of_day_london,
    nth_working_day_after,
)

REMINDERS = (-10, -5, -1, 1)
"""Working days after the due date on which the provider is reminded; negative ones before it."""
REMINDED_AT = time(9)


def due_at(terms: ContractTerms, period: Period, counted_from: date | None = None) -> datetime:
    """The contract's nth working day after the period, or after a later day counted from."""
    after = max(last_day(period), counted_from or last_day(period))
    return end_of_day_london(nth_working_day_after(after, terms.return_due_working_days))


def schedule(command: ScheduleReturn, state: Return) -> Sequence[ReturnEvent]:
    """Asked again on varied terms, the date moves later or stays, and stays once it is past."""
    match state:
        case Cancelled():
            return []
        case Standing():
            return _rescheduled(command, state)
        case Unscheduled():
            return [_scheduled(command)]


def _scheduled(command: ScheduleReturn) -> ReturnScheduled:
    terms, ends_on = command.terms, last_day(command.period)
    today = london_date(command.now)
    counted_from = today if today > ends_on else None
    return ReturnScheduled(
        contract=command.contract,
        partnership=terms.partnership,
        provider=terms.provider,
        commissioner=terms.commissioner,
        period=command.period,
        opens_on=ends_on + timedelta(days=1),
        due_at=due_at(terms, command.period, counted_from),
        counted_from=counted_from,
    )


def _rescheduled(command: ScheduleReturn, standing: Standing) -> Sequence[ReturnEvent]:
    later = due_at(command.terms, command.period, standing.scheduled.counted_from)
    if standing.submitted or command.now > standing.due_at or later <= standing.due_at:
        return []
    return [ReturnRescheduled(contract=command.contract, period=command.period, due_at=later)]


def open_return(command: OpenReturn, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: what no longer applies changes nothing."""
    if not isinstance(state, Standing) or state.opened:
        return []
    over(state, command.now)
    return [ReturnOpened(opened_at=command.now)]


def reminders(due: datetime) -> Mapping[int, datetime]:
    """When the provider is reminded of a return due then: in the morning of each working day."""
    day = london_date(due)
    return {n: datetime.combine(add_working_days(day, n), REMINDED_AT, LONDON) for n in REMINDERS}


def remind(command: RemindProvider, state: Return) -> Sequence[ReturnEvent]:
    """A deadline's command: nobody is reminded of a return that is in, twice of the same day, or
    of a day after which the next reminder has come.
    """
    if not isinstance(state, Standing) or state.submitted:
        return []
    passed = [n for n, at in reminders(state.due_at).items() if at <= command.now]
    if not passed or passed[-1] != command.working_days:
        return []
    if command.working_days in state.reminded:
        return []
    return [
        ReturnReminded(
            contract=state.scheduled.contract,
            period=state.scheduled.period,
            due_at=state.due_at,
            working_days=command.working_days,
        )
    ]


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
