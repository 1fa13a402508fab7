"""Series as people look at them: newest value, five points, where they lead, whom they lie beside.

Pure. Law: the comparison is of one period, the newest of which ours has a value; a forecast always
comes with its interval, and none is made of too few values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from services.needs.areas.beside import Beside, Place
from services.needs.assessments.bands import ages_of
from services.needs.assessments.figures import TREND_POINTS, Figure
from shared.charts.annual import AnnualTrend, annual_trend
from shared.charts.forecasts import forecast
from shared.published.terms import Direction, Unit

CENT = Decimal("0.01")
By = tuple[str, str, str]
Indexed = Mapping[By, Sequence[Figure]]
"""The figures of an area, breakdown and group, oldest first."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One period of a series."""

    period: str
    value: Decimal | None
    status: str
    base: int | None = None


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """The next period if nothing changes, and the interval that holds 80 of 100 such values."""

    value: Decimal
    low: Decimal
    high: Decimal


class Beyond(msgspec.Struct, frozen=True, kw_only=True):
    """What another area or its group is at, in the same period."""

    code: str
    name: str
    value: Decimal | None
    status: str


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Ours beside others in `period`; `rank` is 1 for the best of `of`, ours included.

    The neighbours one by one come with an indicator's whole history alone.
    """

    period: str
    england: Beyond | None = None
    region: Beyond | None = None
    neighbours: tuple[Beyond, ...] = ()
    neighbours_mean: Decimal | None = None
    rank: int | None = None
    of: int = 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One series of an indicator: the whole, or one group of a breakdown."""

    indicator: str
    breakdown: str
    group: str
    points: tuple[Point, ...]
    course: AnnualTrend
    better: Literal["better", "worse", "same", "unknown"]
    coming: Forecast | None
    compared: Compared


def indexed(figures: Iterable[Figure]) -> Indexed:
    """Of figures as `merged` gives them, which is by area and then by period."""
    found: defaultdict[By, list[Figure]] = defaultdict(list)
    for one in figures:
        found[one.area, one.breakdown, one.group].append(one)
    return found


def groups_of(by: Indexed, area: str, breakdown: str) -> list[tuple[str, str]]:
    """The whole and, of a breakdown (`every`: of each), the area's groups; years of age never."""
    keys = [(kind, group) for place, kind, group in by if place == area and kind != "age"]
    wanted = [one for one in keys if one[0] == "all" or breakdown in ("every", one[0])]
    return sorted(wanted, key=_place_in_list)


def _place_in_list(key: tuple[str, str]) -> tuple[bool, str, int, str]:
    """The whole first; bands by age, other groups by name."""
    kind, group = key
    ages = ages_of(group) if kind == "age-band" else None
    return kind != "all", kind, ages.low if ages else 0, group


def line(
    indicator: str,
    by: Indexed,
    key: By,
    unit: Unit,
    direction: Direction,
    beside: Beside,
    *,
    whole_history: bool = False,
) -> Line:
    """One series of the area."""
    run = by.get(key, ())
    five = run[-TREND_POINTS:]
    values = [None if one.value is None else float(one.value) for one in run]
    most = 100.0 if unit == "percent" else float("inf")
    coming = forecast(values, high=most, ahead=1)
    course = annual_trend([one.value for one in five], direction)
    _, breakdown, group = key
    compared = _compared(by, run, breakdown, group, direction, beside, each=whole_history)
    return Line(
        indicator=indicator,
        breakdown=breakdown,
        group=group,
        points=tuple(_point(one) for one in (run if whole_history else five)),
        course=course,
        better=_better(run, compared, direction),
        coming=Forecast(
            value=_cents(coming[0].value), low=_cents(coming[0].low), high=_cents(coming[0].high)
        )
        if coming
        else None,
        compared=compared,
    )


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(CENT)


def _point(figure: Figure) -> Point:
    return Point(period=figure.period, value=figure.value, status=figure.status, base=figure.base)


def _newest(run: Sequence[Figure]) -> Figure | None:
    return next((one for one in reversed(run) if one.value is not None), None)


def _compared(
    by: Indexed,
    run: Sequence[Figure],
    breakdown: str,
    group: str,
    direction: Direction,
    beside: Beside,
    *,
    each: bool,
) -> Compared:
    ours = _newest(run)
    if ours is None or ours.value is None:
        return Compared(period="")

    def at(place: Place | None) -> Beyond | None:
        if place is None:
            return None
        for key in (place.code, place.name):
            for one in reversed(by.get((key, breakdown, group), ())):
                if one.period == ours.period:
                    return Beyond(
                        code=place.code, name=place.name, value=one.value, status=one.status
                    )
        return None

    neighbours = tuple(found for place in beside.neighbours if (found := at(place)))
    values = [one.value for one in neighbours if one.value is not None]
    mean = (sum(values, Decimal(0)) / len(values)).quantize(CENT) if values else None
    rank = None
    if values and direction != "neutral":
        better = [v > ours.value if direction == "higher" else v < ours.value for v in values]
        rank = 1 + sum(better)
    return Compared(
        period=ours.period,
        england=at(beside.england),
        region=at(beside.region),
        neighbours=neighbours if each else (),
        neighbours_mean=mean,
        rank=rank,
        of=len(values) + 1 if values else 0,
    )


def _better(
    run: Sequence[Figure], compared: Compared, direction: Direction
) -> Literal["better", "worse", "same", "unknown"]:
    """Against England, by the value alone."""
    ours = _newest(run)
    theirs = compared.england.value if compared.england else None
    if ours is None or ours.value is None or theirs is None or direction == "neutral":
        return "unknown"
    if ours.value == theirs:
        return "same"
    return "better" if (ours.value > theirs) == (direction == "higher") else "worse"
