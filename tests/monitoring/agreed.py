"""What the tests of monitoring agree on: one contract, its measures, and a return that is right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from services.monitoring.returns.offers import Offer
from shared.published.terms import (
    Block,
    BrokenDown,
    BudgetLine,
    Clause,
    ContractTerms,
    MeasureTerms,
    Outcome,
    Reading,
    TextRef,
)
from shared.values.quarters import months_of

Q1, Q2, Q3 = "2026-27-Q1", "2026-27-Q2", "2026-27-Q3"
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
DECLARED = "I counted these figures myself, and they are right."
SIGNED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEN = MeasureTerms(
    measure="seen", title="Children seen", outcome="o1", quadrant="how-much", unit="number",
    direction="higher", target=Decimal(30), tolerance=Decimal(2), breakdowns=("sex",),
)  # fmt: skip
BETTER = MeasureTerms(
    measure="better", title="Better off", outcome="o1", quadrant="better-off-percent",
    unit="percent", direction="higher", target=Decimal(60), tolerance=Decimal(5),
    minimum_volume=10,
)  # fmt: skip
TERMS = ContractTerms(
    kind="contract", partnership="p1", commissioner="council", provider="acorn", fund="f1",
    specification="s1", award="a1", title="Counselling", starts_on=date(2026, 4, 1),
    ends_on=date(2028, 3, 31), commitments={"2026/27": 100_00, "2027/28": 100_00},
    payment=Block(annual_pence=100_00), outcomes=(Outcome(outcome="o1", title="Safe"),),
    measures=(SEEN, BETTER), monitoring_officer="mo",
    review=Clause(clause="12.1", working_days=5), termination=Clause(clause="20.1"),
    sanctions_live_on=date(2026, 10, 1), maker_may_sign=True,
)  # fmt: skip


def percent(top: int, bottom: int) -> Decimal:
    return (Decimal(100) * top / bottom).quantize(Decimal("0.01"))


def readings(
    period: str = Q1, seen: tuple[int, ...] = (10, 11, 12, 33), better: int = 20
) -> tuple[Reading, ...]:
    """Three months and the quarter of both measures."""
    at = (*months_of(period), period)
    counts = tuple(
        Reading(measure="seen", period=month, value=Decimal(value))
        for month, value in zip(at, seen, strict=True)
    )
    shares = tuple(
        Reading(
            measure="better", period=month, value=percent(better, 32), numerator=Decimal(better),
            denominator=Decimal(32),
        )
        for month in at
    )  # fmt: skip
    return counts + shares


def split(total: int) -> tuple[BrokenDown, ...]:
    return (
        BrokenDown(measure="seen", breakdown="sex", group="female", count=total - 9),
        BrokenDown(measure="seen", breakdown="sex", group="male", count=9),
    )


BUDGET = (
    BudgetLine(element="Block", budget_pence=100_00, spent_pence=25_00, forecast_pence=99_00),
)
OFFER = Offer(readings=readings(), breakdowns=split(33), budget=BUDGET)


def offer(period: str = Q1, seen: int = 33, better: int = 20, **changes: Any) -> Offer:
    """A right return whose quarter saw so many children, of whom so many of 32 are better off."""
    values = (seen - 20, 11, 12, seen)
    made = Offer(readings=readings(period, values, better), breakdowns=split(seen), budget=BUDGET)
    return replace(made, **changes)


def body(period: str = Q1, seen: int = 33, better: int = 20, **changes: Any) -> dict[str, Any]:
    """The same as a JSON body."""
    made = offer(period, seen, better)
    return {
        "readings": [
            {
                "measure": reading.measure,
                "period": reading.period,
                "value": str(reading.value),
                "numerator": None if reading.numerator is None else str(reading.numerator),
                "denominator": None if reading.denominator is None else str(reading.denominator),
            }
            for reading in made.readings
        ],
        "breakdowns": [
            {"measure": part.measure, "breakdown": part.breakdown, "group": part.group,
             "count": part.count}
            for part in made.breakdowns
        ],
        "budget": [
            {"element": "Block", "budget_pence": 100_00, "spent_pence": 25_00,
             "forecast_pence": 99_00}
        ],
        "complaints": 1,
        "compliments": 2,
        "story": "It went well.",
        "declaration": DECLARED,
    } | changes  # fmt: skip
