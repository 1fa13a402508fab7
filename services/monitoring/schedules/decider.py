"""The rules of a schedule: the last terms hold, and a contract ends once. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec

from services.monitoring.schedules.commands import EndSchedule, ScheduleCommand, TakeTerms
from services.monitoring.schedules.events import ScheduleEnded, ScheduleEvent, TermsTaken
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.decider import Decider
from shared.published.terms import ContractId, ContractTerms, Period
from shared.values.quarters import first_day, periods


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


class Ended(State, frozen=True, kw_only=True):
    """The contract is over."""


Schedule = Unheard | Running | Ended


def owed(terms: ContractTerms) -> tuple[Period, ...]:
    """Every period that a contract's returns are for."""
    return periods(terms.starts_on, terms.ends_on, terms.returns)


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


def evolve(schedule: Schedule, event: ScheduleEvent) -> Schedule:
    """The schedule after one more fact."""
    match event:
        case TermsTaken() if isinstance(schedule, Ended):
            return schedule
        case TermsTaken():
            return Running(contract=event.contract, terms=event.terms)
        case ScheduleEnded():
            return Ended()


SCHEDULES: Decider[ScheduleCommand, Schedule, ScheduleEvent] = Decider(
    category="schedule",
    initial=Unheard(),
    decide=decide,
    evolve=evolve,
    events=get_args(ScheduleEvent),
)
