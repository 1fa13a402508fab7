"""Figures as they leave after a decision: as they are, rounded, or suppressed; and their symbols.

Law: a percentage that leaves rounded is one of the rounded counts beside it, so it tells no more
than they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec.structs import replace

from shared.disclosure.deciding import MONTHS, WHOLE, Decided, Kept, breakdown_level
from shared.disclosure.rules import FEWEST_SHOWN, Rule
from shared.published.terms import BrokenDown, MeasureId, MeasureTerms, Period, Reading, Unit

Symbol = Literal["", "z", "x", "c", "low", "u"]

LEGEND: Mapping[Symbol, str] = {
    "z": "not applicable",
    "x": "not available",
    "c": "confidential: suppressed so that nobody can be recognised",
    "low": "rounds to 0, but is not 0",
    "u": "unreliable: too few to say",
}
"""The Department for Education's symbols for what stands in a figure's place or beside it."""

_SYMBOLS: Mapping[str, Symbol] = {
    "suppressed": "c", "missing": "x", "not-applicable": "z", "too-few": "u",
}  # fmt: skip


def readings_shown(
    measures: Mapping[MeasureId, MeasureTerms],
    period: Period,
    readings: Iterable[Reading],
    decided: Decided | None,
) -> tuple[Reading, ...]:
    """The readings of a return as they leave; of a measure that is not the contract's, none."""
    kept = decided.measures if decided else {}
    return tuple(
        _shown(period, one, measures.get(one.measure), kept.get(one.measure)) for one in readings
    )


def _shown(
    period: Period, reading: Reading, terms: MeasureTerms | None, kept: Kept | None
) -> Reading:
    """Of a level that is kept back not even that a month was missing or did not apply shows: the
    others would then be known to be at least one each.
    """
    if kept is None or terms is None:
        return reading if reading.status != "given" else _suppressed(reading)
    if kept.keeps(WHOLE if reading.period == period else MONTHS):
        return _suppressed(reading)
    return rounded(reading, terms.unit, kept.rule)


def breakdowns_shown(
    breakdowns: Iterable[BrokenDown], decided: Decided | None
) -> tuple[BrokenDown, ...]:
    """The parts of those breakdowns that leave; the others are left out."""
    kept = decided.measures if decided else {}
    return tuple(
        replace(one, count=int(to_nearest(one.count, mine.rule.round_to)))
        for one in breakdowns
        if (mine := kept.get(one.measure)) is not None
        and mine.rule.by_level
        and not mine.keeps(breakdown_level(one.measure, one.breakdown))
    )


def count_shown(count: int | None) -> int | None:
    """A count that belongs to no measure, such as of complaints, where it is not small."""
    return None if count is None or count < FEWEST_SHOWN else count


def _suppressed(reading: Reading) -> Reading:
    return replace(reading, value=None, numerator=None, denominator=None, status="suppressed")


def to_nearest(count: Decimal | int, step: int) -> Decimal:
    """A count to the nearest multiple, halves up."""
    return (Decimal(count) / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def rounded(reading: Reading, unit: Unit, rule: Rule) -> Reading:
    """A reading with its counts rounded; days, scores and sums of money count nobody."""
    if rule.round_to == 1:
        return reading
    top, bottom = (
        None if count is None else to_nearest(count, rule.round_to)
        for count in (reading.numerator, reading.denominator)
    )
    value = reading.value
    if unit == "number" and value is not None:
        value = to_nearest(value, rule.round_to)
    elif unit == "percent" and value is not None:
        exact = 100 * top / bottom if top is not None and bottom else value
        value = exact.quantize(Decimal(1), ROUND_HALF_UP)
    return replace(reading, value=value, numerator=top, denominator=bottom)


def symbol(status: str, value: Decimal | None = None, numerator: Decimal | None = None) -> Symbol:
    """What stands for a figure with this status, or beside it."""
    if value is not None and value == 0 and numerator:
        return "low"
    return _SYMBOLS.get(status, "")
