"""What a return must be before it takes a command.

Law: a guard only looks; it decides nothing.
"""

from __future__ import annotations

from datetime import datetime, time

from services.monitoring.returns.refusals import (
    AcceptorIsProvider,
    NotSubmitted,
    PeriodNotOver,
    ReturnIsAccepted,
    ReturnIsCancelled,
)
from services.monitoring.returns.state import (
    Cancelled,
    Return,
    Standing,
    Unscheduled,
    Version,
)
from shared.eventsourcing.clock import LONDON, london_date
from shared.eventsourcing.commands import Missing
from shared.published.monitoring import ReturnScheduled
from shared.published.terms import AgencyId
from shared.values.working_days import end_of_day_london, nth_working_day_after


def owed(state: Return) -> Standing:
    """Refuses: Missing, ReturnIsCancelled."""
    match state:
        case Unscheduled():
            raise Missing
        case Cancelled():
            raise ReturnIsCancelled
        case Standing():
            return state


def opens_at(scheduled: ReturnScheduled) -> datetime:
    """Midnight in London when the period is over."""
    return datetime.combine(scheduled.opens_on, time(), LONDON)


def over(standing: Standing, now: datetime) -> None:
    """Refuses: PeriodNotOver."""
    if now < opens_at(standing.scheduled):
        raise PeriodNotOver


def waiting(state: Return) -> tuple[Standing, Version]:
    """The figures that wait to be judged. Refuses: NotSubmitted, ReturnIsAccepted."""
    standing = owed(state)
    if standing.accepted:
        raise ReturnIsAccepted
    latest = standing.latest
    if latest is None or not standing.submitted:
        raise NotSubmitted
    return standing, latest


def of_another_agency(standing: Standing, agency: AgencyId) -> None:
    """Refuses: AcceptorIsProvider."""
    if agency == standing.scheduled.provider:
        raise AcceptorIsProvider


def counts_as_accepted_at(now: datetime, working_days: int) -> datetime | None:
    """When figures that nobody judges count as accepted; never, where the contract has no days."""
    if working_days < 1:
        return None
    return end_of_day_london(nth_working_day_after(london_date(now), working_days))
