"""A measure under watch: what was judged, the case that is open and those that are over.

Law: one open case at a time; a period's judgement is that of its highest version.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.flags.events import FlagEvent, Judgement, MeasureTaken, ReadingJudged
from shared.published.monitoring import (
    BasisChanged,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
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


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An open case, and how far it has come."""

    flagged: UnderperformanceFlagged
    requested_by: PersonId = ""
    explained: bool = False
    upheld: bool = False
    milestones: dict[str, MilestoneStatus] = {}

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
        case BasisChanged():
            return watch
        case (
            ExplanationRequested() | ExplanationGiven() | FlagUpheld() | FlagDismissed()
            | PlanAgreed() | MilestoneMet() | MilestoneMissed() | FlagEscalated() | FlagClosed()
        ):  # fmt: skip
            return _case(watch, watch.case, event) if watch.case else watch


CaseEvent = (
    ExplanationRequested | ExplanationGiven | FlagUpheld | FlagDismissed | PlanAgreed
    | MilestoneMet | MilestoneMissed | FlagEscalated | FlagClosed
)  # fmt: skip


def _case(watch: Watch, case: Case, event: CaseEvent) -> Watch:
    match event:
        case ExplanationRequested():
            return replace(watch, case=replace(case, requested_by=event.requested_by))
        case ExplanationGiven():
            return replace(watch, case=replace(case, explained=True))
        case FlagUpheld():
            return replace(watch, case=replace(case, upheld=True))
        case PlanAgreed():
            due: dict[str, MilestoneStatus] = {one.milestone: "due" for one in event.milestones}
            return replace(watch, case=replace(case, milestones=due))
        case MilestoneMet():
            return replace(watch, case=_marked(case, event.milestone, "met"))
        case MilestoneMissed():
            return replace(watch, case=_marked(case, event.milestone, "missed"))
        case FlagEscalated():
            return watch
        case FlagDismissed() | FlagClosed():
            return replace(watch, case=None, past=(*watch.past, case.flagged))


def _marked(case: Case, milestone: str, status: MilestoneStatus) -> Case:
    return replace(case, milestones={**case.milestones, milestone: status})
