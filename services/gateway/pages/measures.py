"""A contract's measures as drawings and tables. Pure.

Law: a measure is an XmR chart of its months or quarters where it has one; else a line of whole
return periods. The table beside it shows every value given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from services.gateway.charts import measured
from services.gateway.contract_views.series import Series
from services.gateway.pages.wording import in_words, period, short_period, words
from services.gateway.pages.wording import measured as in_unit
from shared.charts import processes, trends
from shared.charts.annual import annual_trend
from shared.charts.drawing import Sheet
from shared.charts.trends import Trend, TrendPoint
from shared.values.quarters import frequency_of

YEARLY = {
    "improving": "Five years in a row have improved.",
    "worsening": "Five years in a row have worsened.",
    "rising": "Five years in a row have risen.",
    "falling": "Five years in a row have fallen.",
    "none": "Five years show no trend.",
    "too-few": "Fewer than five years: too few to say whether there is a trend.",
}
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
    judged: Judged | None = None
    yearly: str = ""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A measure's XmR chart for a page: three sizes, two icons, and what they say in words."""

    wide: Sheet
    narrow: Sheet
    card: Sheet
    variation: Sheet
    assurance: Sheet
    variation_said: str
    assurance_said: str


def judged(series: Json, place: int | str) -> Judged | None:
    """The measure's chart and icons; None where it has none: annual, suppressed, too few points."""
    said = msgspec.convert(series, Series, strict=False)
    found = measured.judgement(said)
    if found.chart is None:
        return None
    chart = found.chart
    drawing = processes.Process(
        name=f"measure-{place}",
        title=said.terms.title,
        unit=said.terms.unit,
        chart=chart._replace(
            points=tuple(one._replace(label=period(one.label)) for one in chart.points),
            warnings=tuple(one._replace(said=in_words(one.said)) for one in chart.warnings),
        ),
        labels=tuple(short_period(one.label) for one in chart.points),
        notes=tuple(in_words(one) for one in found.notes),
    )
    return Judged(
        wide=processes.wide(drawing),
        narrow=processes.narrow(drawing),
        card=processes.card(drawing),
        variation=processes.variation_icon(f"variation-{place}", found.variation),
        assurance=processes.assurance_icon(f"assurance-{place}", found.assurance),
        variation_said=processes.VARIATIONS[found.variation],
        assurance_said=processes.ASSURANCES[found.assurance],
    )


def shown(series: Json, place: int) -> Measure:
    """One measure; `place` tells its drawing apart from the others of the page."""
    terms = series["terms"]
    points: Sequence[Json] = series["points"]
    whole = [point for point in points if point["period"] == point["return_period"]]
    given = [point for point in whole if point["value"] is not None]
    newest = given[-1] if given else None
    trend = drawn(terms, whole, f"measure-{place}")
    process = judged(series, place)
    return Measure(
        id=terms["measure"],
        title=terms["title"],
        quadrant=terms["quadrant"],
        outcome=terms["outcome"],
        target=aim(terms),
        latest=in_unit(newest["value"], terms["unit"]) if newest else "",
        latest_period=newest["period"] if newest else "",
        status=newest["status"] if newest else "",
        wide=process.wide if process else trends.wide(trend),
        narrow=process.narrow if process else trends.narrow(trend),
        rows=tuple(row(terms, point) for point in points),
        judged=process,
        yearly=_yearly(series),
    )


def _yearly(series: Json) -> str:
    """What five years say of a measure that is reported by year; nothing of any other."""
    said = msgspec.convert(series, Series, strict=False)
    if any(point.status == "suppressed" for point in said.points):
        return ""
    if not said.points or any(frequency_of(one.period) != "annual" for one in said.points):
        return ""
    return YEARLY[annual_trend([one.value for one in said.points], said.terms.direction)]


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
    few = point["status"] == "too-few"
    value = None if few else point["value"]
    return TrendPoint(
        label=label,
        under=under,
        value=None if value is None else float(value),
        few=few,
        missed=point["status"] == "missed",
        spoken=in_unit(value, terms["unit"]),
    )


def aim(terms: Json) -> str:
    """The target in words: `at least 80%, 5% tolerated`."""
    target = terms.get("target")
    if target is None:
        return "no target"
    edge = {"higher": "at least ", "lower": "at most "}.get(terms["direction"], "")
    tolerance = Decimal(terms.get("tolerance", 0))
    allowed = f", {in_unit(tolerance, terms['unit'])} tolerated" if tolerance else ""
    return f"{edge}{in_unit(target, terms['unit'])}{allowed}"


def row(terms: Json, point: Json) -> Json:
    """A line of the table: the value, or why there is none."""
    said = in_unit(point["value"], terms["unit"])
    if point["status"] not in SAID_OF_THEMSELVES:
        said = words(point["status"])
    if sign := point.get("symbol"):
        said = f"{said} ({sign})"
    parts = (point["numerator"], point["denominator"])
    return {
        "period": point["period"],
        "value": said,
        "of": f"{in_unit(parts[0], 'number')} of {in_unit(parts[1], 'number')}"
        if None not in parts
        else "",
        "status": point["status"],
        "standing": point["standing"],
        "version": point["version"],
    }
