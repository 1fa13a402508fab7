"""The rules of a schedule: the last terms hold, and a contract ends once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.schedules.commands import (
    BeginReviewSeason,
    EndSchedule,
    ScheduleCommand,
    TakeTerms,
)
from services.monitoring.schedules.events import (
    ReviewSeasonBegun,
    ScheduleEnded,
    ScheduleEvent,
    TermsTaken,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.decider import Decider
from shared.published.terms import ContractId, ContractTerms, FinancialYear, Period
from shared.values.quarters import financial_year, first_day, parse_year, periods

DECEMBER = 12


class UnknownContract(Refused):
    """No terms of this contract have been heard."""

    code = "unknown-contract"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a schedule."""


class Unheard(State, frozen=True, kw_only=True):
    """The contract has not been signed."""


class Running(State, frozen=True, kw_only=True):
    contract: ContractId
    terms: ContractTerms
    seasons: frozenset[FinancialYear] = frozenset()


class Ended(State, frozen=True, kw_only=True):
    """The contract is over, or it is known which day is its last."""

    contract: ContractId = ""
    terms: ContractTerms | None = None
    ended_on: date | None = None
    seasons: frozenset[FinancialYear] = frozenset()


Schedule = Unheard | Running | Ended


def owed(terms: ContractTerms) -> tuple[Period, ...]:
    """Every period that a contract's returns are for."""
    return periods(terms.starts_on, terms.ends_on, terms.returns)


def seasons(starts_on: date, ends_on: date) -> dict[FinancialYear, date]:
    """For each year in whose December a contract is live, the first day of that time."""
    found: dict[FinancialYear, date] = {}
    for starts in range(parse_year(financial_year(starts_on)), ends_on.year + 1):
        first = max(date(starts, DECEMBER, 1), starts_on)
        if first <= min(date(starts, DECEMBER, 31), ends_on):
            found[financial_year(first)] = first
    return found


def decide(command: ScheduleCommand, schedule: Schedule) -> Sequence[ScheduleEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case TakeTerms():
            if isinstance(schedule, Ended):
                return []
            if isinstance(schedule, Running) and schedule.terms == command.terms:
                return []
            return [TermsTaken(contract=command.contract, terms=command.terms)]
        case EndSchedule():
            return _end(command, schedule)
        case BeginReviewSeason():
            return _begin_season(command, schedule)


def _end(command: EndSchedule, schedule: Schedule) -> Sequence[ScheduleEvent]:
    """Refuses: UnknownContract."""
    match schedule:
        case Unheard():
            raise UnknownContract
        case Ended():
            return []
        case Running():
            later = (p for p in owed(schedule.terms) if first_day(p) > command.effective_on)
            return [
                ScheduleEnded(
                    contract=schedule.contract,
                    provider=schedule.terms.provider,
                    periods=tuple(later),
                    effective_on=command.effective_on,
                )
            ]


def _begin_season(command: BeginReviewSeason, schedule: Schedule) -> Sequence[ScheduleEvent]:
    """Nothing is asked of a contract that is not live, and nothing twice."""
    if isinstance(schedule, Unheard) or schedule.terms is None:
        return []
    ends_on = schedule.terms.ends_on
    if isinstance(schedule, Ended) and schedule.ended_on is not None:
        ends_on = min(ends_on, schedule.ended_on)
    usual = seasons(schedule.terms.starts_on, ends_on).get(command.year)
    if usual is None or command.year in schedule.seasons or london_date(command.now) < usual:
        return []
    return [
        ReviewSeasonBegun(
            contract=schedule.contract,
            partnership=schedule.terms.partnership,
            year=command.year,
        )
    ]


def evolve(schedule: Schedule, event: ScheduleEvent) -> Schedule:
    """The schedule after one more fact."""
    match event:
        case TermsTaken() if isinstance(schedule, Ended):
            return schedule
        case TermsTaken():
            begun = schedule.seasons if isinstance(schedule, Running) else frozenset[str]()
            return Running(contract=event.contract, terms=event.terms, seasons=begun)
        case ScheduleEnded():
            running = schedule if isinstance(schedule, Running) else None
            return Ended(
                contract=event.contract,
                terms=running.terms if running else None,
                ended_on=event.effective_on,
                seasons=running.seasons if running else frozenset(),
            )
        case ReviewSeasonBegun():
            if isinstance(schedule, Unheard):
                return schedule
            return replace(schedule, seasons=schedule.seasons | {event.year})


SCHEDULES: Decider[ScheduleCommand, Schedule, ScheduleEvent] = Decider(
    category="schedule",
    initial=Unheard(),
    decide=decide,
    evolve=evolve,
    events=get_args(ScheduleEvent),
)
