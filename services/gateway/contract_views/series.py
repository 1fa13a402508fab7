"""Each measure of a contract as a series of values, and whether each met its target.

Law: of several versions of one return only the one that stands counts; value and status are apart,
so a value that is missing, nil or suppressed is none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from shared.published import monitoring
from shared.published.terms import MeasureId, MeasureTerms, Period, Reading

FEWEST_SHOWN = 8

Standing = Literal["submitted", "accepted", "restated"]
PointStatus = Literal[
    "met", "missed", "no-target", "too-few", "missing", "not-applicable", "nil", "suppressed"
]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a measure for one month or whole period, from one version of a return."""

    period: Period
    return_period: Period
    version: int
    standing: Standing
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: PointStatus


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as the contract has it, with its values in the order of their periods; its chart
    starts again at each of `rebases`.
    """

    terms: MeasureTerms
    points: tuple[Point, ...]
    rebases: tuple[Period, ...] = ()


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one return says, in the version that stands."""

    period: Period
    version: int
    standing: Standing
    readings: tuple[Reading, ...]


def figures(events: Iterable[object]) -> dict[Period, Figures]:
    """By period, what the return says that stands after these events; a rejected one says nothing.

    An accepted version is not replaced by a later one until that is accepted or restated itself.
    """
    found: dict[Period, Figures] = {}
    for event in events:
        match event:
            case monitoring.ReturnSubmitted():
                before = found.get(event.period)
                if before is None or before.standing == "submitted":
                    found[event.period] = _figures(event, "submitted")
            case monitoring.ReturnAccepted() if event.measures:
                pass  # what is shown is a whole return; it still waits for the rest
            case monitoring.ReturnAccepted():
                found[event.period] = _figures(event, "accepted")
            case monitoring.ReturnRestated():
                found[event.period] = _figures(event, "restated")
            case monitoring.ReturnRejected():
                before = found.get(event.period)
                if before and before.standing == "submitted" and before.version == event.version:
                    del found[event.period]
            case _:
                pass
    return found


def _figures(
    event: monitoring.ReturnSubmitted | monitoring.ReturnAccepted | monitoring.ReturnRestated,
    standing: Standing,
) -> Figures:
    return Figures(
        period=event.period, version=event.version, standing=standing, readings=event.readings
    )


def rebases(events: Iterable[object]) -> dict[MeasureId, tuple[Period, ...]]:
    """By measure, the periods at which its chart starts again."""
    found: dict[MeasureId, tuple[Period, ...]] = {}
    for event in events:
        if isinstance(event, monitoring.SeriesRebased):
            found[event.measure] = (*found.get(event.measure, ()), event.from_period)
    return found


def series(
    measures: Iterable[MeasureTerms],
    said: Mapping[Period, Figures],
    *,
    suppress: bool,
    rebased: Mapping[MeasureId, tuple[Period, ...]] = MappingProxyType({}),
) -> tuple[Series, ...]:
    """Every measure of the terms with its points; with `suppress`, small counts are left out."""
    return tuple(
        Series(
            terms=terms,
            points=tuple(_points(terms, said, suppress=suppress)),
            rebases=rebased.get(terms.measure, ()),
        )
        for terms in measures
    )


def _points(terms: MeasureTerms, said: Mapping[Period, Figures], *, suppress: bool) -> list[Point]:
    points: list[Point] = []
    for period in sorted(said):
        stands = said[period]
        mine = [reading for reading in stands.readings if reading.measure == terms.measure]
        hidden = suppress and any(is_small(terms, reading) for reading in mine)
        for reading in mine:
            point = _point(terms, stands, reading)
            points.append(_hidden(point) if hidden else point)
    return points


def _point(terms: MeasureTerms, stands: Figures, reading: Reading) -> Point:
    return Point(
        period=reading.period,
        return_period=stands.period,
        version=stands.version,
        standing=stands.standing,
        value=reading.value,
        numerator=reading.numerator,
        denominator=reading.denominator,
        status=judged(terms, reading),
    )


def _hidden(point: Point) -> Point:
    return replace(point, value=None, numerator=None, denominator=None, status="suppressed")


def is_small(terms: MeasureTerms, reading: Reading) -> bool:
    """Whether a reading tells a count under eight: as its value, as a part of its ratio, or as what
    is left of the ratio's whole.

    One small value hides the measure's others of that return, or a total would give it away.
    """
    counts = [reading.numerator, reading.denominator]
    if reading.numerator is not None and reading.denominator is not None:
        counts.append(reading.denominator - reading.numerator)
    if terms.unit == "number":
        counts.append(reading.value)
    return any(count is not None and count < FEWEST_SHOWN for count in counts)


def without_small(
    measures: Mapping[MeasureId, MeasureTerms], readings: Sequence[Reading]
) -> tuple[Reading, ...]:
    """The readings of one return with every measure suppressed that tells a small count, and every
    measure that is not among the contract's.
    """
    shown = {reading.measure for reading in readings} & measures.keys()
    shown -= {
        one.measure
        for one in readings
        if one.measure in shown and is_small(measures[one.measure], one)
    }
    return tuple(
        one if one.measure in shown or one.status != "given" else _suppressed(one)
        for one in readings
    )


def _suppressed(reading: Reading) -> Reading:
    return replace(reading, value=None, numerator=None, denominator=None, status="suppressed")


def judged(terms: MeasureTerms, reading: Reading) -> PointStatus:
    """What a reading is against its target; only one that was given and is large enough counts."""
    if reading.status != "given":
        return reading.status
    if reading.value is None:
        return "missing"
    if reading.denominator is not None and reading.denominator < terms.minimum_volume:
        return "too-few"
    if terms.target is None or terms.direction == "neutral":
        return "no-target"
    if terms.direction == "higher":
        met = reading.value >= terms.target - terms.tolerance
    else:
        met = reading.value <= terms.target + terms.tolerance
    return "met" if met else "missed"
