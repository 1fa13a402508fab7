"""The rules of a year of the process. Pure: no clock, no I/O, no chance.

Law: commissioners speak first, the evaluation follows, and what it recommends has an owner and a
day. Source: Sunderland Children's Trust, Commissioner's Handbook 2009, monitoring and reviewing
the process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.evaluations.commands import (
    AssessStage,
    EvaluateProcess,
    EvaluationCommand,
    MarkImprovement,
    RecommendImprovement,
)
from services.needs.evaluations.events import (
    EvaluationEvent,
    ImprovementMade,
    ImprovementRecommended,
    ProcessEvaluated,
    StageAssessed,
)
from services.needs.evaluations.refusals import (
    DueTooEarly,
    EvaluatedBefore,
    NotEvaluated,
    OwnerNotPartner,
    ProcessNotAssessed,
    RecommendationNotOpen,
    YearNotBegun,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.values.cycle import cycle_of


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting` are the recommendations that are not done yet."""

    assessed: bool = False
    evaluated: bool = False
    waiting: frozenset[str] = frozenset()


def decide(command: EvaluationCommand, year: Year) -> Sequence[EvaluationEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case AssessStage():
            return [_assess(command, year)]
        case EvaluateProcess():
            return [_evaluate(command, year)]
        case RecommendImprovement():
            return [_recommend(command, year)]
        case MarkImprovement():
            if command.recommendation not in year.waiting:
                raise RecommendationNotOpen
            return [
                ImprovementMade(
                    recommendation=command.recommendation,
                    done_on=london_date(command.now),
                    marked_by=command.marked_by,
                )
            ]


def _assess(command: AssessStage, year: Year) -> StageAssessed:
    """Refuses: YearNotBegun, EvaluatedBefore."""
    if command.year > cycle_of(london_date(command.now)):
        raise YearNotBegun
    if year.evaluated:
        raise EvaluatedBefore
    return StageAssessed(
        partnership=command.partnership,
        year=command.year,
        stage=command.stage,
        rating=command.rating,
        text=command.text,
        agency=command.agency,
        assessed_by=command.assessed_by,
    )


def _evaluate(command: EvaluateProcess, year: Year) -> ProcessEvaluated:
    """Refuses: ProcessNotAssessed, EvaluatedBefore."""
    if not year.assessed:
        raise ProcessNotAssessed
    if year.evaluated:
        raise EvaluatedBefore
    return ProcessEvaluated(
        findings=command.findings,
        evaluated_on=london_date(command.now),
        evaluated_by=command.evaluated_by,
    )


def _recommend(command: RecommendImprovement, year: Year) -> ImprovementRecommended:
    """Refuses: NotEvaluated, OwnerNotPartner, DueTooEarly."""
    if not year.evaluated:
        raise NotEvaluated
    if not command.partner:
        raise OwnerNotPartner(pointer="/body/owner")
    if command.due_on <= london_date(command.now):
        raise DueTooEarly(pointer="/body/due_on")
    return ImprovementRecommended(
        recommendation=command.recommendation,
        text=command.text,
        owner=command.owner,
        due_on=command.due_on,
        recommended_by=command.recommended_by,
    )


def evolve(year: Year, event: EvaluationEvent) -> Year:
    """The year after one more fact."""
    match event:
        case StageAssessed():
            return replace(year, assessed=True)
        case ProcessEvaluated():
            return replace(year, evaluated=True)
        case ImprovementRecommended():
            return replace(year, waiting=year.waiting | {event.recommendation})
        case ImprovementMade():
            return replace(year, waiting=year.waiting - {event.recommendation})


EVALUATION: Decider[EvaluationCommand, Year, EvaluationEvent] = Decider(
    category="evaluation",
    initial=Year(),
    decide=decide,
    evolve=evolve,
    events=get_args(EvaluationEvent),
)
