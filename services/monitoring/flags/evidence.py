"""Whether the measure's process has changed, shown beside a flag. Pure.

Law: it decides nothing; a flag stands and falls by the contract's own rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.monitoring.flags.views import FlagRow, SeriesRow
from services.monitoring.rebases.views import RebasesRow
from shared.charts.xmr import Point, Unchartable, special_cause
from shared.published.terms import Period, Reading
from shared.values.quarters import first_day, frequency_of, last_day


def special_cause_beside(
    row: FlagRow, series: SeriesRow | None, rebased: RebasesRow | None = None
) -> dict[str, Any] | None:
    """The latest month's class and the icons, from the months up to the last miss, with every
    approved rebase; None where there is no miss, no series, or no chart can be drawn.
    """
    if series is None or not row.misses:
        return None
    until = max(last_day(miss.period) for miss in row.misses)
    months: dict[Period, Reading] = {}
    for point in series.points:  # in the order they came to stand, so the newest version stays
        period = point.reading.period
        if frequency_of(period) == "monthly" and last_day(period) <= until:
            months[period] = point.reading
    terms = series.measure
    points = [
        Point(period, months[period].value, terms.asked_in(period).target)
        for period in sorted(months, key=first_day)
    ]
    try:
        found = special_cause(points, terms.direction, rebases=_starts(row, points, rebased))
    except Unchartable:
        return None
    if not points:
        return None
    return {
        "month": found.label,
        "months": len(points),
        "rule": found.rule,
        "meaning": found.meaning,
        "variation": found.variation,
        "assurance": found.assurance,
        "warnings": list(found.warnings),
        "special": found.is_special,
    }


def _starts(row: FlagRow, points: Sequence[Point], rebased: RebasesRow | None) -> list[int | str]:
    """The months at which a group starts; a rebase from after the last of them starts none."""
    since = [
        first_day(one.from_period)
        for one in (rebased.rebases if rebased else ())
        if one.status == "approved" and one.measure == row.measure
    ]
    months = [first_day(point.label) for point in points]
    starts = {next((n for n, month in enumerate(months) if month >= day), None) for day in since}
    return sorted(start for start in starts if start is not None)
