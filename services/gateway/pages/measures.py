"""A contract's measures as drawings and tables. Pure.

Law: the line shows whole return periods, which is what the target is for; the table beside it
shows every value given, months too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from services.gateway.pages.wording import measured, short_period, words
from shared.charts import trends
from shared.charts.drawing import Sheet
from shared.charts.trends import Trend, TrendPoint

SAID_OF_THEMSELVES = ("met", "missed", "no-target", "too-few")

Json = Mapping[str, Any]


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as a page shows it. `latest` is the newest whole period's point, if any."""

    id: str
    title: str
    quadrant: str
    outcome: str
    target: str
    latest: str
    latest_period: str
    status: str
    wide: Sheet
    narrow: Sheet
    rows: tuple[Json, ...]


def shown(series: Json, place: int) -> Measure:
    """One measure; `place` tells its drawing apart from the others of the page."""
    terms = series["terms"]
    points: Sequence[Json] = series["points"]
    whole = [point for point in points if point["period"] == point["return_period"]]
    given = [point for point in whole if point["value"] is not None]
    newest = given[-1] if given else None
    trend = drawn(terms, whole, f"measure-{place}")
    return Measure(
        id=terms["measure"],
        title=terms["title"],
        quadrant=terms["quadrant"],
        outcome=terms["outcome"],
        target=aim(terms),
        latest=measured(newest["value"], terms["unit"]) if newest else "",
        latest_period=newest["period"] if newest else "",
        status=newest["status"] if newest else "",
        wide=trends.wide(trend),
        narrow=trends.narrow(trend),
        rows=tuple(row(terms, point) for point in points),
    )


def drawn(terms: Json, points: Iterable[Json], name: str) -> Trend:
    target = terms.get("target")
    return Trend(
        name=name,
        title=terms["title"],
        unit=terms["unit"],
        points=tuple(_point(terms, point) for point in points),
        target=None if target is None else float(target),
    )


def _point(terms: Json, point: Json) -> TrendPoint:
    label, under = short_period(point["period"])
    value = point["value"]
    return TrendPoint(
        label=label,
        under=under,
        value=None if value is None else float(value),
        missed=point["status"] == "missed",
        spoken=measured(value, terms["unit"]),
    )


def aim(terms: Json) -> str:
    """The target in words: `at least 80%, 5% tolerated`."""
    target = terms.get("target")
    if target is None:
        return "no target"
    edge = {"higher": "at least ", "lower": "at most "}.get(terms["direction"], "")
    tolerance = Decimal(terms.get("tolerance", 0))
    allowed = f", {measured(tolerance, terms['unit'])} tolerated" if tolerance else ""
    return f"{edge}{measured(target, terms['unit'])}{allowed}"


def row(terms: Json, point: Json) -> Json:
    """A line of the table: the value, or why there is none."""
    said = measured(point["value"], terms["unit"])
    if point["status"] not in SAID_OF_THEMSELVES:
        said = words(point["status"])
    parts = (point["numerator"], point["denominator"])
    return {
        "period": point["period"],
        "value": said,
        "of": f"{measured(parts[0], 'number')} of {measured(parts[1], 'number')}"
        if None not in parts
        else "",
        "status": point["status"],
        "standing": point["standing"],
        "version": point["version"],
    }
