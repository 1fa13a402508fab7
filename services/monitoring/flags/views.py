"""Flags and measures as they are listed and shown, and the deadlines that plans set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.flags.commands import FlagCommand, MissMilestone
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.events import Judgement, MeasureTaken, ReadingJudged
from services.monitoring.flags.state import MilestoneStatus
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import (
    BasisChanged,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
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
from shared.values.working_days import end_of_day_london

Status = Literal[
    "raised", "explanation-requested", "explained", "upheld", "planned", "escalated", "dismissed",
    "closed",
]  # fmt: skip
SECOND = timedelta(seconds=1)


class MilestoneLine(msgspec.Struct, frozen=True, kw_only=True):
    milestone: Milestone
    status: MilestoneStatus = "due"
    met_on: date | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a case: what, by whom, when, and the text that says why."""

    step: str
    by: PersonId
    at: datetime
    text: TextRef | None = None


class FlagRow(Row, frozen=True, kw_only=True):
    """A case, from the misses that opened it to its end."""

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
    basis_changes: tuple[BasisChanged, ...] = ()
    steps: tuple[Step, ...] = ()
    version: int = 0


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
        case ExplanationRequested():
            row = replace(row, status="explanation-requested", explanation_due_on=event.due_on)
            return _stepped(row, Step(step=row.status, by=event.requested_by, at=at))
        case ExplanationGiven():
            row = replace(row, status="explained")
            return _stepped(row, Step(step=row.status, by=event.given_by, at=at, text=event.text))
        case FlagUpheld():
            row = replace(row, status="upheld")
            step = Step(step=row.status, by=event.upheld_by, at=at, text=event.reason)
            return _stepped(row, step)
        case PlanAgreed():
            plan = tuple(MilestoneLine(milestone=one) for one in event.milestones)
            row = replace(row, status="planned", plan=plan)
            return _stepped(row, Step(step=row.status, by=event.agreed_by, at=at))
        case MilestoneMet():
            return _marked(row, event.milestone, "met", event.met_on)
        case MilestoneMissed():
            return _marked(row, event.milestone, "missed", None)
        case FlagEscalated():
            row = replace(row, status="escalated", escalated_to=event.to)
            step = Step(step=row.status, by=event.escalated_by, at=at, text=event.reason)
            return _stepped(row, step)
        case BasisChanged():
            return replace(row, basis_changes=(*row.basis_changes, event))
        case FlagDismissed():
            row = replace(row, status="dismissed", open=False)
            step = Step(step=row.status, by=event.dismissed_by, at=at, text=event.reason)
            return _stepped(row, step)
        case FlagClosed():
            row = replace(row, status="closed", open=False)
            step = Step(step=row.status, by=event.closed_by, at=at, text=event.reason)
            return _stepped(row, step)
        case _:
            return row


def _stepped(row: FlagRow, step: Step) -> FlagRow:
    return replace(row, steps=(*row.steps, step))


def _marked(row: FlagRow, milestone: str, status: MilestoneStatus, met_on: date | None) -> FlagRow:
    plan = tuple(
        replace(line, status=status, met_on=met_on)
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
    """One reading of one version of a return; the judgement is that of the whole period."""

    reading: Reading
    return_period: Period
    return_version: int
    judgement: Judgement | None = None
    target: Decimal | None = None
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


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A milestone is missed by itself, one second past its last; the decider looks again."""
    match recorded.event:
        case PlanAgreed() as plan:
            return {
                f"{plan.flag} {one.milestone}": end_of_day_london(one.due_on) + SECOND
                for one in plan.milestones
            }
        case MilestoneMet() as met:
            return {f"{met.flag} {met.milestone}": None}
        case _:
            return {}


def timely(name: str, now: datetime) -> FlagCommand:
    """The command that a milestone's deadline issues."""
    flag, _, milestone = name.partition(" ")
    return MissMilestone(flag=flag, milestone=milestone, now=now)


FLAG_DEADLINES = Timed(decider=FLAGS, due=due, command=timely)
