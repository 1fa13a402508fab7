"""A measure under watch: what was judged, the case that is open and those that are over.

Law: one open case at a time; a period's judgement is that of its highest version.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.flags.events import (
    FlagEvent,
    Judgement,
    MeasureTaken,
    ReadingJudged,
    StandardRenewed,
)
from shared.published.cases import CaseClock
from shared.published.monitoring import (
    BasisChanged,
    CaseClockMissed,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
    CaseMeetingHeld,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagSteppedDown,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
    NoteMade,
    PlanAgreed,
    UnderperformanceFlagged,
)
from shared.published.terms import Period, PersonId

MilestoneStatus = Literal["due", "met", "missed"]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    return_version: int
    judgement: Judgement
    value: Decimal | None = None
    target: Decimal | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """What the case waits for; a paused clock does not run, one that was missed is over."""

    clock: CaseClock
    clause: str
    due_on: date
    paused_on: date | None = None
    missed: bool = False

    def runs_on(self, day: date) -> bool:
        return self.paused_on is None and not self.missed and day <= self.due_on


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An open case, and how far it has come; `escalated` is how high, and by whom each time.

    `renewed_until`: the lapsed standard that it was opened for is held again until then.
    """

    flagged: UnderperformanceFlagged
    requested_by: PersonId = ""
    explained: bool = False
    upheld: bool = False
    clock: Clock | None = None
    met: bool = False
    escalated: tuple[tuple[str, PersonId], ...] = ()
    milestones: dict[str, MilestoneStatus] = {}
    renewed_until: date | None = None

    @property
    def periods(self) -> frozenset[Period]:
        return frozenset(miss.period for miss in self.flagged.misses)


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of one measure of one contract."""

    taken: MeasureTaken | None = None
    judged: dict[Period, Judged] = {}
    case: Case | None = None
    past: tuple[UnderperformanceFlagged, ...] = ()

    @property
    def raised(self) -> tuple[UnderperformanceFlagged, ...]:
        """Every case there ever was, the open one last."""
        return (*self.past, self.case.flagged) if self.case else self.past

    @property
    def rested_on(self) -> frozenset[Period]:
        """Periods that a case was opened on; they open no second one."""
        return frozenset(miss.period for flagged in self.raised for miss in flagged.misses)


def evolve(watch: Watch, event: FlagEvent) -> Watch:
    """The watch after one more fact."""
    match event:
        case MeasureTaken():
            return replace(watch, taken=event)
        case ReadingJudged():
            judged = Judged(
                return_version=event.return_version,
                judgement=event.judgement,
                value=event.value,
                target=event.target,
            )
            return replace(watch, judged={**watch.judged, event.period: judged})
        case UnderperformanceFlagged():
            return replace(watch, case=Case(flagged=event))
        case BasisChanged() | NoteMade():
            return watch
        case (
            ExplanationRequested() | ExplanationGiven() | FlagUpheld() | FlagDismissed()
            | PlanAgreed() | MilestoneMet() | MilestoneMissed() | FlagEscalated() | FlagClosed()
            | FlagSteppedDown() | CaseMeetingHeld() | CaseClockStarted() | CaseClockPaused()
            | CaseClockResumed() | CaseClockMissed() | StandardRenewed()
        ):  # fmt: skip
            return _case(watch, watch.case, event) if watch.case else watch


CaseEvent = (
    ExplanationRequested | ExplanationGiven | FlagUpheld | FlagDismissed | PlanAgreed
    | MilestoneMet | MilestoneMissed | FlagEscalated | FlagClosed | FlagSteppedDown
    | CaseMeetingHeld | CaseClockStarted | CaseClockPaused | CaseClockResumed | CaseClockMissed
    | StandardRenewed
)  # fmt: skip


def _case(watch: Watch, case: Case, event: CaseEvent) -> Watch:
    match event:
        case ExplanationRequested():
            clock = Clock(clock="explanation", clause=event.clause, due_on=event.due_on)
            asked = replace(case, requested_by=event.requested_by, clock=clock)
            return replace(watch, case=asked)
        case ExplanationGiven():
            return replace(watch, case=replace(case, explained=True, clock=None))
        case FlagUpheld():
            return replace(watch, case=replace(case, upheld=True, clock=None))
        case CaseMeetingHeld():
            return replace(watch, case=replace(case, met=True, clock=_of_escalation(case)))
        case PlanAgreed():
            due: dict[str, MilestoneStatus] = {one.milestone: "due" for one in event.milestones}
            clock = _of_escalation(case)
            return replace(watch, case=replace(case, milestones=due, clock=clock))
        case MilestoneMet():
            return replace(watch, case=_marked(case, event.milestone, "met"))
        case MilestoneMissed():
            return replace(watch, case=_marked(case, event.milestone, "missed"))
        case FlagEscalated():
            higher = (*case.escalated, (event.to, event.escalated_by))
            return replace(watch, case=replace(case, escalated=higher, clock=None))
        case FlagSteppedDown():
            return replace(watch, case=replace(case, escalated=case.escalated[:-1], clock=None))
        case CaseClockStarted() | CaseClockPaused() | CaseClockResumed() | CaseClockMissed():
            return replace(watch, case=replace(case, clock=_clock(case.clock, event)))
        case StandardRenewed():
            return replace(watch, case=replace(case, renewed_until=event.valid_until))
        case FlagDismissed() | FlagClosed():
            return replace(watch, case=None, past=(*watch.past, case.flagged))


def _marked(case: Case, milestone: str, status: MilestoneStatus) -> Case:
    return replace(case, milestones={**case.milestones, milestone: status})


def _of_escalation(case: Case) -> Clock | None:
    """A meeting or a plan while the case is escalated leaves that clock alone."""
    return case.clock if case.escalated else None


ClockEvent = CaseClockStarted | CaseClockPaused | CaseClockResumed | CaseClockMissed


def _clock(clock: Clock | None, event: ClockEvent) -> Clock | None:
    match event:
        case CaseClockStarted():
            return Clock(clock=event.clock, clause=event.clause, due_on=event.due_on)
        case CaseClockPaused():
            return clock and replace(clock, paused_on=event.paused_on)
        case CaseClockResumed():
            return clock and replace(clock, paused_on=None, due_on=event.due_on)
        case CaseClockMissed():
            return clock and replace(clock, missed=True)
