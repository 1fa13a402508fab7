"""Flags and measures as they are listed and shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.events import (
    Judgement,
    MeasureTaken,
    Rating,
    ReadingJudged,
    StandardRenewed,
)
from services.monitoring.flags.state import MilestoneStatus
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
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
    Milestone,
    MilestoneMet,
    MilestoneMissed,
    Miss,
    PlanAgreed,
    UnderperformanceFlagged,
)
from shared.published.terms import (
    AgencyId,
    ContractId,
    MeasureId,
    MeasureTerms,
    PartnershipId,
    Period,
    PersonId,
    Reading,
    TextRef,
)

Status = Literal[
    "raised", "explanation-requested", "explained", "upheld", "meeting-held", "planned",
    "escalated", "dismissed", "closed",
]  # fmt: skip


class MilestoneLine(msgspec.Struct, frozen=True, kw_only=True):
    milestone: Milestone
    status: MilestoneStatus = "due"
    met_on: date | None = None
    evidence: TextRef | None = None


class ClockLine(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a case. `stopped`: its step was taken, in time or after it was missed."""

    clock: CaseClock
    clause: str
    started_on: date
    due_on: date
    paused_on: date | None = None
    working_days_paused: int = 0
    missed: bool = False
    stopped: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a case: what, by whom, when, under which clause, and the text that says why.

    `due_on` is when what it asks for is due; nobody takes the step of a clock that is missed.
    """

    step: str
    by: PersonId
    at: datetime
    text: TextRef | None = None
    clause: str = ""
    due_on: date | None = None


class FlagRow(Row, frozen=True, kw_only=True):
    """A case, from the misses that opened it to its end.

    `renewed_until`: the standard whose lapse opened it is held again until then.
    """

    flag: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureId
    rule: Literal["threshold", "standard-lapsed"]
    misses: tuple[Miss, ...]
    raised_at: datetime
    sanctions_live_on: date | None
    status: Status = "raised"
    open: bool = True
    explanation_due_on: date | None = None
    plan: tuple[MilestoneLine, ...] = ()
    escalated_to: str = ""
    review: str = ""
    clocks: tuple[ClockLine, ...] = ()
    basis_changes: tuple[BasisChanged, ...] = ()
    steps: tuple[Step, ...] = ()
    renewed_until: date | None = None
    version: int = 0


WAITS_FOR: Mapping[Status, str] = {
    "raised": "commissioner",
    "explanation-requested": "provider",
    "explained": "commissioner",
    "upheld": "commissioner",
    "meeting-held": "commissioner",
    "planned": "provider",
}


def waits_for(row: FlagRow) -> str:
    """Whose turn it is: `provider`, `commissioner`, or nobody's once the case is over."""
    if row.status == "escalated":
        return "provider" if row.escalated_to == "exception-report" else "commissioner"
    missed = row.clocks and row.clocks[-1].missed and not row.clocks[-1].stopped
    if row.status == "explanation-requested" and missed:
        return "commissioner"
    return WAITS_FOR.get(row.status, "")


def flag_of(recorded: Recorded) -> str | None:
    """The case an event is about; a measure's terms and readings are about none."""
    return getattr(recorded.event, "flag", None)


def fold(row: FlagRow | None, recorded: Recorded) -> FlagRow | None:
    """The row after one more event of its case."""
    event = recorded.event
    if isinstance(event, UnderperformanceFlagged):
        row = _raised(event)
    elif row is not None:
        row = _changed(row, event, recorded.recorded_at)
    return row and replace(row, version=recorded.envelope.version)


def _raised(event: UnderperformanceFlagged) -> FlagRow:
    return FlagRow(
        flag=event.flag,
        contract=event.contract,
        partnership=event.partnership,
        provider=event.provider,
        commissioner=event.commissioner,
        measure=event.measure,
        rule=event.rule,
        misses=event.misses,
        raised_at=event.raised_at,
        sanctions_live_on=event.sanctions_live_on,
    )


def _changed(row: FlagRow, event: object, at: datetime) -> FlagRow:
    match event:
        case BasisChanged():
            return replace(row, basis_changes=(*row.basis_changes, event))
        case MilestoneMet():
            row = _marked(row, event.milestone, "met", event.met_on, event.evidence)
            return _stepped(row, "milestone-met", event.met_by, at, event.evidence)
        case StandardRenewed():
            row = replace(row, renewed_until=event.valid_until)
            return _stepped(row, "standard-renewed", "", at)
        case MilestoneMissed():
            row = _marked(row, event.milestone, "missed", None, None)
            return _stepped(row, "milestone-missed", "", at)
        case CaseClockStarted() | CaseClockPaused() | CaseClockResumed() | CaseClockMissed():
            return _clocked(row, event, at)
        case _:
            return _moved(row, event, at)


def _moved(row: FlagRow, event: object, at: datetime) -> FlagRow:
    """The row after a step; whatever clock ran is stopped by it."""
    match event:
        case ExplanationRequested():
            row = replace(row, status="explanation-requested", explanation_due_on=event.due_on)
            line = ClockLine(
                clock="explanation",
                clause=event.clause,
                started_on=london_date(at),
                due_on=event.due_on,
            )
            row = _stepped(replace(row, clocks=(line,)), row.status, event.requested_by, at)
            return _last_step(row, event.clause, event.due_on)
        case ExplanationGiven():
            row = replace(_stopped(row), status="explained")
            return _stepped(row, row.status, event.given_by, at, event.text)
        case FlagUpheld():
            row = replace(_stopped(row), status="upheld")
            return _stepped(row, row.status, event.upheld_by, at, event.reason)
        case CaseMeetingHeld():
            known = row.status in ("planned", "escalated")
            row = row if known else replace(_stopped(row), status="meeting-held")
            return _stepped(row, "meeting-held", event.recorded_by, at, event.minutes)
        case PlanAgreed():
            plan = tuple(MilestoneLine(milestone=one) for one in event.milestones)
            row = replace(row, plan=plan)
            row = row if row.escalated_to else replace(_stopped(row), status="planned")
            return _stepped(row, "planned", event.agreed_by, at)
        case FlagEscalated():
            row = replace(
                _stopped(row),
                status="escalated",
                escalated_to=event.to,
                review=event.review or row.review,
            )
            return _stepped(row, event.to, event.escalated_by, at, event.reason)
        case FlagSteppedDown():
            to = "" if event.to == "plan" else event.to
            below: Status = "planned" if row.plan else "upheld"
            row = replace(_stopped(row), status="escalated" if to else below, escalated_to=to)
            return _stepped(row, "stepped-down", event.stepped_down_by, at, event.reason)
        case FlagDismissed():
            row = replace(_stopped(row), status="dismissed", open=False)
            return _stepped(row, row.status, event.dismissed_by, at, event.reason)
        case FlagClosed():
            row = replace(_stopped(row), status="closed", open=False)
            return _stepped(row, row.status, event.closed_by, at, event.reason)
        case _:
            return row


def _stepped(
    row: FlagRow, step: str, by: PersonId, at: datetime, text: TextRef | None = None
) -> FlagRow:
    return replace(row, steps=(*row.steps, Step(step=step, by=by, at=at, text=text)))


def _last_step(row: FlagRow, clause: str, due_on: date) -> FlagRow:
    """The step just taken starts this clock."""
    *before, last = row.steps
    return replace(row, steps=(*before, replace(last, clause=clause, due_on=due_on)))


def _stopped(row: FlagRow) -> FlagRow:
    return replace(row, clocks=tuple(replace(one, stopped=True) for one in row.clocks))


ClockChange = CaseClockStarted | CaseClockPaused | CaseClockResumed | CaseClockMissed


def _clocked(row: FlagRow, event: ClockChange, at: datetime) -> FlagRow:
    if isinstance(event, CaseClockStarted):
        line = ClockLine(
            clock=event.clock,
            clause=event.clause,
            started_on=london_date(at),
            due_on=event.due_on,
        )
        row = replace(row, clocks=(*row.clocks, line))
        return _last_step(row, event.clause, event.due_on)
    *before, line = row.clocks
    match event:
        case CaseClockPaused():
            line = replace(line, paused_on=event.paused_on)
            row = _stepped(row, "clock-paused", event.paused_by, at, event.reason)
        case CaseClockResumed():
            stood_still = line.working_days_paused + event.working_days_paused
            line = replace(
                line, paused_on=None, due_on=event.due_on, working_days_paused=stood_still
            )
            row = _stepped(row, "clock-resumed", event.resumed_by, at)
            row = _last_step(row, line.clause, line.due_on)
        case CaseClockMissed():
            line = replace(line, missed=True)
            row = _stepped(row, f"{event.clock}-missed", "", at)
    explanation = line.due_on if line.clock == "explanation" else row.explanation_due_on
    return replace(row, clocks=(*before, line), explanation_due_on=explanation)


def _marked(
    row: FlagRow,
    milestone: str,
    status: MilestoneStatus,
    met_on: date | None,
    evidence: TextRef | None,
) -> FlagRow:
    plan = tuple(
        replace(line, status=status, met_on=met_on, evidence=evidence)
        if line.milestone.milestone == milestone
        else line
        for line in row.plan
    )
    return replace(row, plan=plan)


FLAG_ROWS: View[FlagRow] = View(
    name="flags",
    source="monitoring",
    row=FlagRow,
    events=FLAGS.events,
    key=flag_of,
    fold=fold,
    indexes=("contract", "partnership", "provider", "commissioner"),
)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of one version of a return; judgement and rating are of the whole period."""

    reading: Reading
    return_period: Period
    return_version: int
    judgement: Judgement | None = None
    target: Decimal | None = None
    rating: Rating | None = None
    known_at: datetime


class SeriesRow(Row, frozen=True, kw_only=True):
    """A measure's readings as they came to stand; a restatement adds, it never removes."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureTerms
    points: tuple[Point, ...] = ()


def fold_series(row: SeriesRow | None, recorded: Recorded) -> SeriesRow | None:
    match recorded.event:
        case MeasureTaken() as taken:
            return SeriesRow(
                contract=taken.contract,
                partnership=taken.partnership,
                provider=taken.provider,
                commissioner=taken.commissioner,
                measure=taken.measure,
                points=row.points if row else (),
            )
        case ReadingJudged() as judged if row:
            return replace(row, points=(*row.points, *_points(judged, recorded.recorded_at)))
        case _:
            return row


def _points(judged: ReadingJudged, at: datetime) -> list[Point]:
    return [
        Point(
            reading=reading,
            return_period=judged.period,
            return_version=judged.return_version,
            judgement=judged.judgement if reading.period == judged.period else None,
            target=judged.target,
            rating=judged.rating if reading.period == judged.period else None,
            known_at=at,
        )
        for reading in judged.readings
    ]


SERIES: View[SeriesRow] = View(
    name="series",
    source="monitoring",
    row=SeriesRow,
    events=(MeasureTaken, ReadingJudged),
    key=subject_of,
    fold=fold_series,
    indexes=("contract", "partnership", "provider", "commissioner"),
)
