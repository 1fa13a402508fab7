"""The clocks of a case: started under a clause, paused and resumed, missed by themselves. Pure.

Law: a clock counts working days and never runs backwards; a pause leaves the days left as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.monitoring.flags.commands import MissClock, PauseClock, ResumeClock
from services.monitoring.flags.events import FlagEvent
from services.monitoring.flags.refusals import ClockNotPaused, NoClockRunning
from services.monitoring.flags.state import Case
from shared.eventsourcing.clock import london_date
from shared.published.cases import CaseClock
from shared.published.monitoring import (
    CaseClockMissed,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
)
from shared.published.terms import Clause
from shared.values.working_days import (
    add_working_days,
    nth_working_day_after,
    working_days_between,
)


def started(case: Case, clock: CaseClock, clause: Clause | None, on: date) -> list[FlagEvent]:
    """The next step's clock; none where the contract has no clause for it, or no days."""
    if clause is None or clause.working_days < 1:
        return []
    return [
        CaseClockStarted(
            flag=case.flagged.flag,
            contract=case.flagged.contract,
            clock=clock,
            clause=clause.clause,
            due_on=nth_working_day_after(on, clause.working_days),
        )
    ]


def pause(command: PauseClock, case: Case) -> Sequence[FlagEvent]:
    """Refuses: NoClockRunning."""
    today = london_date(command.now)
    if case.clock is None or not case.clock.runs_on(today):
        raise NoClockRunning
    return [
        CaseClockPaused(
            flag=case.flagged.flag,
            contract=case.flagged.contract,
            clock=case.clock.clock,
            reason=command.reason,
            paused_by=command.paused_by,
            paused_on=today,
        )
    ]


def resume(command: ResumeClock, case: Case) -> Sequence[FlagEvent]:
    """The due day moves by the working days after the pause, today among them.

    Refuses: ClockNotPaused.
    """
    clock = case.clock
    if clock is None or clock.paused_on is None:
        raise ClockNotPaused
    today = london_date(command.now)
    stood_still = working_days_between(clock.paused_on, today)
    return [
        CaseClockResumed(
            flag=case.flagged.flag,
            contract=case.flagged.contract,
            clock=clock.clock,
            due_on=add_working_days(clock.due_on, stood_still),
            working_days_paused=stood_still,
            resumed_by=command.resumed_by,
            resumed_on=today,
        )
    ]


def miss(command: MissClock, case: Case | None) -> Sequence[FlagEvent]:
    """A deadline's command: a clock that was stopped, paused or moved meanwhile is not missed."""
    if case is None or case.flagged.flag != command.flag or case.clock is None:
        return []
    clock = case.clock
    if clock.paused_on or clock.missed or london_date(command.now) <= clock.due_on:
        return []
    return [
        CaseClockMissed(
            flag=case.flagged.flag,
            contract=case.flagged.contract,
            clock=clock.clock,
            due_on=clock.due_on,
        )
    ]
