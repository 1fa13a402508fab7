"""Figures of indicators: what others may see of them, how they run, what they are compared with.

Law: a count of fewer than eight children, and what would give it away, is for partners alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from msgspec.structs import replace

from shared.disclosure.rules import FEWEST_SHOWN
from shared.published.terms import Breakdown, Direction, Unit

TREND_POINTS = 5
FORECAST_POINTS = 3

FigureStatus = Literal["given", "missing", "not-applicable", "suppressed", "nil"]
FigureBreakdown = Literal["all", "age"] | Breakdown
"""`age` is a single year of age, such as `7`, or the open ends `0-2` and `20+`."""


class Figure(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One value of an indicator, in the log as a short list.

    Value and status are apart: only a given figure has a value; `nil` says that there was nobody
    to count, which is not 0. `base` is how many children stand behind it, where that is known.
    `group` is empty for `all`.
    """

    area: str
    period: str
    value: Decimal | None
    status: FigureStatus = "given"
    breakdown: FigureBreakdown = "all"
    group: str = ""
    base: int | None = None


FigureKey = tuple[str, str, str, str]


def key_of(figure: Figure) -> FigureKey:
    return (figure.area, figure.period, figure.breakdown, figure.group)


def merged(known: Iterable[Figure], newer: Iterable[Figure]) -> tuple[Figure, ...]:
    """All figures in order; a newer one takes the place of the one it restates."""
    found = {key_of(figure): figure for figure in (*known, *newer)}
    return tuple(found[key] for key in sorted(found))


def is_small(figure: Figure, unit: Unit) -> bool:
    """Whether fewer than eight children stand behind a figure, or, in a breakdown, might."""
    if figure.status != "given":
        return False
    if figure.base is not None and figure.base < FEWEST_SHOWN:
        return True
    if unit == "number":
        return figure.value is not None and figure.value < FEWEST_SHOWN
    return figure.breakdown != "all" and figure.base is None


def guarded(figures: Sequence[Figure], unit: Unit) -> tuple[Figure, ...]:
    """The figures as those outside the partnership see them.

    A breakdown shows whole or not at all, and not where its total does not: a group hidden beside
    the smallest of the others would be known to lie near it.
    """
    small = [figure for figure in figures if is_small(figure, unit)]
    totals = {(one.area, one.period) for one in small if one.breakdown == "all"}
    breakdowns = {(one.area, one.period, one.breakdown) for one in small}
    return tuple(
        _hidden(one)
        if (one.area, one.period) in totals or (one.area, one.period, one.breakdown) in breakdowns
        else one
        for one in figures
    )


def _hidden(figure: Figure) -> Figure:
    return replace(figure, value=None, status="suppressed", base=None)


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """One area's last points, oldest first, where they lead, and whether that is good.

    `forecast` goes one period on along a straight line: the future if nothing changes.
    """

    area: str
    points: tuple[Figure, ...]
    forecast: Decimal | None
    course: Literal["improving", "worsening", "steady", "unknown"]


def history(figures: Iterable[Figure], area: str, breakdown: str, group: str) -> tuple[Figure, ...]:
    """Every period of one area and group, oldest first; periods sort as they are written."""
    asked = (area, breakdown, group)
    found = (one for one in figures if (one.area, one.breakdown, one.group) == asked)
    return tuple(sorted(found, key=lambda figure: figure.period))


def trend(
    figures: Iterable[Figure], area: str, breakdown: str, group: str, direction: Direction
) -> Trend:
    """The last five periods of one area and group; periods sort as they are written."""
    points = history(figures, area, breakdown, group)[-TREND_POINTS:]
    values = [(n, figure.value) for n, figure in enumerate(points) if figure.value is not None]
    return Trend(
        area=area,
        points=points,
        forecast=_forecast(values, len(points)),
        course=_course(values, direction),
    )


def _forecast(values: Sequence[tuple[int, Decimal]], at: int) -> Decimal | None:
    """Least squares over at least three given points, to two decimals."""
    if len(values) < FORECAST_POINTS:
        return None
    count = Decimal(len(values))
    mean_x = sum(Decimal(x) for x, _ in values) / count
    mean_y = sum((y for _, y in values), Decimal(0)) / count
    spread = sum(((x - mean_x) ** 2 for x, _ in values), Decimal(0))
    slope = sum(((x - mean_x) * (y - mean_y) for x, y in values), Decimal(0)) / spread
    return (mean_y + slope * (at - mean_x)).quantize(Decimal("0.01"))


def _course(
    values: Sequence[tuple[int, Decimal]], direction: Direction
) -> Literal["improving", "worsening", "steady", "unknown"]:
    if len(values) < FORECAST_POINTS - 1 or direction == "neutral":
        return "unknown"
    change = values[-1][1] - values[0][1]
    if not change:
        return "steady"
    return "improving" if (change > 0) == (direction == "higher") else "worsening"


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """The area beside its statistical neighbours, in the area's latest period.

    `rank` is 1 for the best of those with a value, and None where neither way is good.
    """

    period: str
    area: Figure | None
    neighbours: tuple[Figure, ...]
    mean: Decimal | None
    rank: int | None


def compared(
    figures: Iterable[Figure],
    area: str,
    neighbours: Sequence[str],
    breakdown: str,
    group: str,
    direction: Direction,
) -> Comparison:
    """Neighbours without a figure for that period are left out; their mean counts given ones."""
    alike = [f for f in figures if (f.breakdown, f.group) == (breakdown, group)]
    ours = max((f for f in alike if f.area == area), key=lambda f: f.period, default=None)
    period = ours.period if ours else ""
    others = {f.area: f for f in alike if f.period == period}
    found = tuple(others[name] for name in neighbours if name in others and name != area)
    values = [figure.value for figure in found if figure.value is not None]
    mean = sum(values, Decimal(0)) / len(values) if values else None
    return Comparison(
        period=period,
        area=ours,
        neighbours=found,
        mean=None if mean is None else mean.quantize(Decimal("0.01")),
        rank=_rank(ours.value if ours else None, values, direction),
    )


def _rank(value: Decimal | None, others: Sequence[Decimal], direction: Direction) -> int | None:
    if value is None or direction == "neutral":
        return None
    return 1 + sum(other > value if direction == "higher" else other < value for other in others)
