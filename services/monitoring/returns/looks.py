"""What the rules of a return look at: the figures, the terms, and what was reported before.

Law: a rule sees all of this and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from services.monitoring.returns.offers import Offer
from shared.published.terms import (
    Block,
    ContractTerms,
    CostAndVolume,
    Element,
    FeePlusOutcomes,
    GainShare,
    MeasureId,
    MeasureTerms,
    Milestones,
    Period,
    Reading,
)
from shared.values.quarters import first_day, last_day, months_of


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported before: last period's readings, each measure's earlier values in order,
    and which soft rules were explained last time (rule, measure).
    """

    last: tuple[Reading, ...] = ()
    values: dict[MeasureId, tuple[Decimal, ...]] = {}
    explained: tuple[tuple[str, MeasureId], ...] = ()


class Look(NamedTuple):
    """Everything a rule may look at."""

    offer: Offer
    terms: ContractTerms
    period: Period
    past: Past


class At(NamedTuple):
    """Where a rule found something: a row of a part of the return, counted from 0, and a column."""

    part: str
    row: int = -1
    column: str = ""
    measure: MeasureId = ""


def measures(terms: ContractTerms) -> Mapping[MeasureId, MeasureTerms]:
    return {measure.measure: measure for measure in terms.measures}


def reported_periods(terms: ContractTerms, period: Period) -> tuple[Period, ...]:
    """What each measure is reported for: a quarter's months in the contract's life, and itself."""
    if period.endswith("Y"):
        return (period,)
    months = [
        month
        for month in months_of(period)
        if last_day(month) >= terms.starts_on and first_day(month) <= terms.ends_on
    ]
    return tuple(dict.fromkeys([*months, period]))


def elements(terms: ContractTerms) -> tuple[Element, ...]:
    """The elements whose budget a return answers for."""
    match terms.mechanism:
        case Block():
            return ("Block",)
        case CostAndVolume() | GainShare():
            return ("Activity",)
        case Milestones():
            return ("Outcome",)
        case FeePlusOutcomes():
            return ("Fee", "Outcome")
