"""A contract's measure as an XmR chart: which of its values are charted, and against which target.

Law: a series with a suppressed value is not charted at all, and an annual one never: that keeps its
trend. Months are charted where a return gives them, since thirteen quarters take over three years.
A value whose denominator is below the minimum volume is a gap, and the chart says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from services.gateway.contract_views.series import Point, Series
from shared.charts import xmr
from shared.charts.xmr import Assurance, Chart, Number, Variation, Warned
from shared.published.terms import Frequency, MeasureTerms
from shared.values.quarters import first_day, frequency_of

FEWEST_CHARTED = 2
ADDED_UP: frozenset[str] = frozenset({"number", "pence"})
MONTHS_IN: dict[Frequency, int] = {"monthly": 1, "quarterly": 3, "annual": 12}

Apart = Literal["", "too-few", "no-target", "suppressed", "annual"]
"""Why a measure stands in no cell of variation against assurance; nothing where it does."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A measure's two icons, or why it has not both; `chart` is None where none may be drawn.

    `notes` is what the chart has to say beside its own warnings.
    """

    chart: Chart | None
    variation: Variation | None = None
    assurance: Assurance | None = None
    apart: Apart = ""
    notes: tuple[str, ...] = ()


def judgement(series: Series) -> Judgement:
    """The measure judged by the values that are charted."""
    if any(point.status == "suppressed" for point in series.points):
        return Judgement(chart=None, apart="suppressed")
    points = charted(series.points)
    if not points and series.points:
        return Judgement(chart=None, apart="annual")
    if sum(_counts(point) for point in points) < FEWEST_CHARTED:
        return Judgement(chart=None, apart="too-few")
    try:
        found = _chart(series, points)
    except xmr.Unchartable:  # a value longer than any that is measured
        return Judgement(chart=None, apart="too-few")
    apart: Apart = ""
    if found.variation is None:
        apart = "too-few"
    elif found.assurance is None:
        apart = "no-target"
    return Judgement(
        chart=found, variation=found.variation, assurance=found.assurance, apart=apart,
        notes=tuple(_notes(series, points)),
    )  # fmt: skip


def _counts(point: Point) -> bool:
    return point.value is not None and point.status != "too-few"


def _listed(periods: Sequence[str]) -> str:
    """The first six by name, as a chart names its gaps."""
    more = f" and {len(periods) - 6} more" if len(periods) > 6 else ""
    return ", ".join(periods[:6]) + more


def _notes(series: Series, points: Sequence[Point]) -> Iterable[str]:
    few = [point.period for point in points if point.status == "too-few"]
    if few:
        least = series.terms.minimum_volume
        yield f"Too few to say for {_listed(few)}: a denominator below {least}."
    if series.rounded_to > 1:
        yield f"Figures are rounded: counts to the nearest {series.rounded_to}."


def charted(points: Sequence[Point]) -> tuple[Point, ...]:
    """The months where any counts, else the quarters, by date; of annual values none."""
    by: dict[Frequency, list[Point]] = {"monthly": [], "quarterly": [], "annual": []}
    for point in points:
        by[frequency_of(point.period)].append(point)
    months = any(_counts(point) for point in by["monthly"])
    chosen = by["monthly"] if months else by["quarterly"]
    found = {point.period: point for point in chosen}
    return tuple(sorted(found.values(), key=lambda point: first_day(point.period)))


def _chart(series: Series, points: Sequence[Point]) -> Chart:
    adds_up = _adds_up(series.points)
    given = [
        xmr.Point(
            point.period,
            point.value if _counts(point) else None,
            _target(series.terms, point, adds_up),
        )
        for point in points
    ]
    rebases: list[int | str] = []
    for period in series.rebases:
        since = [n for n, one in enumerate(points) if first_day(one.period) >= first_day(period)]
        if not since and period not in {one.label for one in given}:
            given.append(xmr.Point(period, None))  # a group that has no value yet
        rebases.append(since[0] if since else period)
    found = xmr.chart(given, series.terms.direction, rebases=rebases)
    return found._replace(warnings=tuple(_warned(found, points)))


def _warned(found: Chart, points: Sequence[Point]) -> Iterable[Warned]:
    """The chart's warnings; what is too few to say has a note of its own and is not missing."""
    few = {point.period for point in points if point.status == "too-few"}
    missing = [one.label for one in found.points if one.value is None and one.label not in few]
    for warned in found.warnings:
        if warned.code != "gaps":
            yield warned
        elif missing:
            yield warned._replace(said=f"No value for {_listed(missing)}.")


def _target(terms: MeasureTerms, point: Point, adds_up: bool) -> Number | None:
    """The target that holds for a value. One agreed for a whole period's count is not a month's:
    where months add up to the whole, each has an even share of it, else none.
    """
    target = terms.asked_in(point.period).target
    if target is None or point.period == point.return_period or terms.unit not in ADDED_UP:
        return target
    if not adds_up:
        return None
    return Fraction(target) / MONTHS_IN[frequency_of(point.return_period)]


def _adds_up(points: Sequence[Point]) -> bool:
    """Whether in every return that gives its months and the whole, the whole is their sum."""
    wholes = {p.period: p.value for p in points if p.period == p.return_period}
    months: dict[str, list[Decimal]] = {}
    for point in points:
        if point.period != point.return_period and point.value is not None:
            months.setdefault(point.return_period, []).append(point.value)
    whole = [
        (sum(values, Decimal(0)), wholes.get(period))
        for period, values in months.items()
        if len(values) == MONTHS_IN[frequency_of(period)] and wholes.get(period) is not None
    ]
    return bool(whole) and all(said == found for said, found in whole)
