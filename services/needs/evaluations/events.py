"""The facts of one partnership's year: what commissioners say of each stage, what follows."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef

Rating = Literal[1, 2, 3, 4]
"""1 not used, 2 used in part, 3 used well, 4 used so well that others can learn from it."""


class StageAssessed(Event, frozen=True, kw_only=True, tag="needs.stage-assessed.v1"):
    """What one commissioner says of their own use of a stage; said anew, the last word counts."""

    partnership: PartnershipId
    year: int
    stage: int
    rating: Rating
    text: TextRef
    agency: AgencyId
    assessed_by: PersonId


class ProcessEvaluated(Event, frozen=True, kw_only=True, tag="needs.process-evaluated.v1"):
    findings: TextRef
    evaluated_on: date
    evaluated_by: PersonId


class ImprovementRecommended(
    Event, frozen=True, kw_only=True, tag="needs.process-improvement-recommended.v1"
):
    recommendation: str
    text: TextRef
    owner: AgencyId
    due_on: date
    recommended_by: PersonId


class ImprovementMade(Event, frozen=True, kw_only=True, tag="needs.process-improvement-made.v1"):
    recommendation: str
    done_on: date
    marked_by: PersonId


EvaluationEvent = StageAssessed | ProcessEvaluated | ImprovementRecommended | ImprovementMade
