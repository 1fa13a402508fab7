"""What may be asked about a year of the process."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.evaluations.events import Rating
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class AssessStage(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    year: int
    stage: int
    rating: Rating
    text: TextRef
    agency: AgencyId
    assessed_by: PersonId
    now: datetime


class EvaluateProcess(Command, frozen=True, kw_only=True):
    findings: TextRef
    evaluated_by: PersonId
    now: datetime


class RecommendImprovement(Command, frozen=True, kw_only=True):
    """`partner` is whether `owner` is a partner agency."""

    recommendation: str
    text: TextRef
    owner: AgencyId
    partner: bool
    due_on: date
    recommended_by: PersonId
    now: datetime


class MarkImprovement(Command, frozen=True, kw_only=True):
    recommendation: str
    marked_by: PersonId
    now: datetime


EvaluationCommand = AssessStage | EvaluateProcess | RecommendImprovement | MarkImprovement
