"""A year of the process: what was said of each of the nine stages, and what is done about it."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from msgspec.structs import replace

from services.needs.evaluations.decider import EVALUATION
from services.needs.evaluations.events import (
    ImprovementMade,
    ImprovementRecommended,
    ProcessEvaluated,
    StageAssessed,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class Improvement(msgspec.Struct, frozen=True, kw_only=True):
    recommended: ImprovementRecommended
    done_on: date | None = None


class YearRow(Row, frozen=True, kw_only=True):
    """`assessments` holds the last word of each commissioner on each stage."""

    partnership: PartnershipId
    year: int
    assessments: tuple[StageAssessed, ...] = ()
    evaluation: ProcessEvaluated | None = None
    improvements: tuple[Improvement, ...] = ()

    def of_stage(self, number: int) -> list[StageAssessed]:
        return [one for one in self.assessments if one.stage == number]

    def average(self, number: int) -> Decimal | None:
        """The mean rating of a stage to one decimal; None where nobody assessed it."""
        ratings = [one.rating for one in self.of_stage(number)]
        if not ratings:
            return None
        return (Decimal(sum(ratings)) / len(ratings)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def fold(row: YearRow | None, recorded: Recorded) -> YearRow | None:
    """The row after one more event of its year."""
    match recorded.event:
        case StageAssessed() as said:
            held = row or YearRow(partnership=said.partnership, year=said.year)
            whose = (said.stage, said.agency, said.assessed_by)
            others = tuple(
                one for one in held.assessments if (one.stage, one.agency, one.assessed_by) != whose
            )
            return replace(held, assessments=(*others, said))
        case ProcessEvaluated() as event if row:
            return replace(row, evaluation=event)
        case ImprovementRecommended() as event if row:
            return replace(row, improvements=(*row.improvements, Improvement(recommended=event)))
        case ImprovementMade() as event if row:
            return replace(
                row,
                improvements=tuple(
                    replace(one, done_on=event.done_on)
                    if one.recommended.recommendation == event.recommendation
                    else one
                    for one in row.improvements
                ),
            )
        case _:
            return row


EVALUATIONS: View[YearRow] = View(
    name="evaluations",
    source="needs",
    row=YearRow,
    events=EVALUATION.events,
    key=subject_of,
    fold=fold,
)
