"""The request bodies of specifications."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from services.needs.strategies.events import Tier
from shared.http.bodies import Body, Id, Pence, Prose, Title
from shared.published.terms import Breakdown, Direction, MeasureTerms, Quadrant, Unit

Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=6)]


class DraftSpecificationBody(Body):
    """`outcomes` are further ones beside the recommendation's own."""

    strategy: Id
    recommendation: Id
    title: Title
    description: Prose
    outcomes: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    tier: Tier
    annual_value_pence: Pence
    starts_on: date
    ends_on: date


class MeasureBody(Body):
    """`tolerance` is how far past the target still meets it."""

    measure: Id
    title: Title
    outcome: Id
    quadrant: Quadrant
    unit: Unit
    direction: Direction
    target: Amount | None = None
    tolerance: Annotated[Amount, Field(ge=0)] = Decimal(0)
    baseline: Amount | None = None
    breakdowns: Annotated[tuple[Breakdown, ...], Field(max_length=7)] = ()
    breach_periods: Annotated[int, Field(strict=True, ge=1, le=12)] = 2
    minimum_volume: Annotated[int, Field(strict=True, ge=0, le=10**6)] = 0

    def terms(self) -> MeasureTerms:
        return MeasureTerms(
            measure=self.measure,
            title=self.title,
            outcome=self.outcome,
            quadrant=self.quadrant,
            unit=self.unit,
            direction=self.direction,
            target=self.target,
            tolerance=self.tolerance,
            baseline=self.baseline,
            breakdowns=tuple(dict.fromkeys(self.breakdowns)),
            breach_periods=self.breach_periods,
            minimum_volume=self.minimum_volume,
        )


class SuccessorBody(Body):
    by: Id


class ReasonBody(Body):
    reason: Prose
