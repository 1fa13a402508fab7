"""What a case does by itself when nobody has done it: a clock is missed, a milestone is missed.

Law: the decider looks again, so what was done, paused or moved meanwhile is not missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from services.monitoring.flags.commands import FlagCommand, MissClock, MissMilestone
from services.monitoring.flags.decider import FLAGS
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.published.monitoring import (
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagUpheld,
    MilestoneMet,
    PlanAgreed,
)
from shared.values.working_days import end_of_day_london

SECOND = timedelta(seconds=1)


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A case has one clock at a time; it and every milestone are missed one second past their day.

    The milestone `m` of a case is `<flag> m`, its clock `clock <flag>`.
    """
    match recorded.event:
        case ExplanationRequested() | CaseClockStarted() | CaseClockResumed() as clock:
            return {f"clock {clock.flag}": _past(clock.due_on)}
        case (
            CaseClockPaused() | ExplanationGiven() | FlagUpheld() | FlagDismissed() | FlagClosed()
        ) as over:
            return {f"clock {over.flag}": None}
        case PlanAgreed() as plan:
            return {f"{plan.flag} {one.milestone}": _past(one.due_on) for one in plan.milestones}
        case MilestoneMet() as met:
            return {f"{met.flag} {met.milestone}": None}
        case _:
            return {}


def _past(day: date) -> datetime:
    return end_of_day_london(day) + SECOND


def timely(name: str, now: datetime) -> FlagCommand:
    """The command that a deadline of a case issues."""
    first, _, rest = name.partition(" ")
    if first == "clock":
        return MissClock(flag=rest, now=now)
    return MissMilestone(flag=first, milestone=rest, now=now)


FLAG_DEADLINES = Timed(decider=FLAGS, due=due, command=timely)
