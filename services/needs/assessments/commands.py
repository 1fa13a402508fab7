"""What may be asked of an assessment."""

from __future__ import annotations

from datetime import datetime

from services.needs.assessments.events import Asked, FindingKind, Level, SignalSource
from services.needs.assessments.figures import Figure
from services.needs.findings.events import EvidenceKept
from shared.eventsourcing.commands import Command
from shared.published.terms import (
    AgencyId,
    Direction,
    FinancialYear,
    Outcome,
    OutcomeId,
    PartnershipId,
    PersonId,
    TextRef,
    Unit,
)


class OpenAssessment(Command, frozen=True, kw_only=True):
    """`waiting` is the evidence that has come since the last assessment was opened."""

    assessment: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    outcomes: tuple[Outcome, ...]
    age_bands: tuple[str, ...]
    waiting: tuple[EvidenceKept, ...]
    opened_by: PersonId
    now: datetime


class RecordIndicator(Command, frozen=True, kw_only=True):
    indicator: str
    title: str
    outcome: OutcomeId
    unit: Unit
    direction: Direction
    area: str
    source: str
    per: int | None = None
    now: datetime


class AdoptedIndicator(Command, frozen=True, kw_only=True):
    """An indicator that comes with a reference outcome, under an id of its own here."""

    indicator: str
    title: str
    unit: Unit
    direction: Direction
    source: str
    per: int | None = None


class AdoptOutcome(Command, frozen=True, kw_only=True):
    """`area` is the one its indicators are kept for."""

    outcome: Outcome
    reference: str
    indicators: tuple[AdoptedIndicator, ...]
    area: str
    adopted_by: PersonId
    now: datetime


class RecordSeries(Command, frozen=True, kw_only=True):
    indicator: str
    figures: tuple[Figure, ...]
    layout: str = ""
    now: datetime


class RecordViews(Command, frozen=True, kw_only=True):
    evidence: str
    title: str
    asked: Asked
    people: int
    said: TextRef
    now: datetime


class GroupViews(Command, frozen=True, kw_only=True):
    """How many of a group gave their views, under the id they can be cited by."""

    evidence: str
    asked: Asked
    people: int


class TakeUpViews(Command, frozen=True, kw_only=True):
    """What came of one consultation, group by group."""

    title: str
    groups: tuple[GroupViews, ...]
    said: TextRef
    now: datetime


class RecordFinding(Command, frozen=True, kw_only=True):
    evidence: str
    kind: FindingKind
    title: str
    text: TextRef
    now: datetime


class RaiseSignal(Command, frozen=True, kw_only=True):
    evidence: str
    theme: str
    level: Level
    source: SignalSource
    count: int
    raised_by: AgencyId
    now: datetime


class IdentifyNeed(Command, frozen=True, kw_only=True):
    need: str
    title: str
    outcome: OutcomeId
    groups: tuple[str, ...]
    evidence: tuple[str, ...]
    now: datetime


class PublishAssessment(Command, frozen=True, kw_only=True):
    """`summary` is the easy-to-read one."""

    summary: TextRef
    now: datetime


AssessmentCommand = (
    OpenAssessment
    | AdoptOutcome
    | RecordIndicator
    | RecordSeries
    | RecordViews
    | TakeUpViews
    | RecordFinding
    | RaiseSignal
    | IdentifyNeed
    | PublishAssessment
)
