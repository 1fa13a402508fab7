"""The request bodies of specifications."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.needs.strategies.events import Tier
from shared.http.bodies import Amount, Body, Day, Id, Pence, PeriodName, Prose, Title
from shared.published.terms import (
    Breakdown,
    Direction,
    DisclosurePolicy,
    MeasureTerms,
    Quadrant,
    TargetFrom,
    Unit,
    Wanted,
)

Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"),
]


class DraftSpecificationBody(Body):
    """`outcomes` are further ones beside the recommendation's own."""

    strategy: Id
    recommendation: Id
    title: Title
    description: Prose
    outcomes: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    tier: Tier
    annual_value_pence: Pence
    starts_on: Day
    ends_on: Day


class TargetFromBody(Body):
    """A target and tolerance from a period on."""

    from_period: PeriodName
    target: Amount
    tolerance: Annotated[Amount, Field(ge=0)] = Decimal(0)

    def term(self) -> TargetFrom:
        return TargetFrom(
            from_period=self.from_period, target=self.target, tolerance=self.tolerance
        )


class DisclosureBody(Body):
    """Counts from 1 up to the first are kept back, the others rounded to the second."""

    suppress_up_to: Literal[4, 5, 7]
    round_to: Literal[1, 5] = 5

    def term(self) -> DisclosurePolicy:
        return DisclosurePolicy(suppress_up_to=self.suppress_up_to, round_to=self.round_to)


class WantedBody(Body):
    """A figure nobody can give yet: who makes it possible, and by when."""

    title: Title
    outcome: Id
    quadrant: Quadrant
    owner: Id
    wanted_by: Day

    def term(self) -> Wanted:
        return Wanted(
            title=self.title,
            outcome=self.outcome,
            quadrant=self.quadrant,
            owner=self.owner,
            wanted_by=self.wanted_by,
        )


class MeasureBody(Body):
    """`tolerance` is how far past the target still meets it; `targets` take the place of both from
    their periods on, the earliest first. A percentage says what is `counted`, `out_of` what.

    A value outside `expected_from` to `expected_to` is asked about; a `stock` is what there is at
    the end of a period, so its months do not add up to the quarter.
    """

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
    targets: Annotated[tuple[TargetFromBody, ...], Field(max_length=40)] = ()
    counted: Words = ""
    out_of: Words = ""
    headline: bool = False
    disclosure: DisclosureBody | None = None
    expected_from: Amount | None = None
    expected_to: Amount | None = None
    stock: bool = False

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
            targets=tuple(one.term() for one in self.targets),
            counted=self.counted,
            out_of=self.out_of,
            headline=self.headline,
            disclosure=self.disclosure.term() if self.disclosure else None,
            expected_from=self.expected_from,
            expected_to=self.expected_to,
            stock=self.stock,
        )


class SuccessorBody(Body):
    by: Id


class ReasonBody(Body):
    reason: Prose
