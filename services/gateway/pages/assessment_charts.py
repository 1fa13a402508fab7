"""An assessment's series as drawings and in words. Pure.

Law: what has no value is said with its reason; a comparison is said in words as well as in figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from services.gateway.pages.card_charts import COURSES
from services.gateway.pages.wording import NONE, measured, words
from shared.charts import sparks, trends
from shared.charts.drawing import Sheet
from shared.charts.forecasts import Coming
from shared.charts.trends import Trend, TrendPoint

Json = Mapping[str, Any]

BREAKDOWNS = {
    "all": "All children",
    "every": "Every group",
    "age-band": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "disability": "Disability",
    "religion": "Religion",
    "locality": "Locality",
    "send": "Special educational needs",
}
SHORT_COURSES = {
    "improving": "Improving",
    "worsening": "Worsening",
    "rising": "Rising",
    "falling": "Falling",
    "none": "No trend",
    "too-few": "Too few years to say",
}
POLARITY = {
    "higher": "Higher is better",
    "lower": "Lower is better",
    "neutral": "Neither way is better",
}
AGAINST = {"better": "better than England", "worse": "worse than England", "same": "as England"}


def amount(value: Any, one: Json) -> str:
    """A value in the indicator's unit; a rate with what it is of."""
    if value is None:
        return NONE
    said = measured(value, one["unit"])
    return f"{said} per {one['per']:,}" if one["per"] else said


def said(point: Json | None, one: Json) -> str:
    """A value, or why there is none."""
    if point is None:
        return NONE
    return words(point["status"]) if point["value"] is None else amount(point["value"], one)


def newest(line: Json) -> Json | None:
    """The newest period with a value, else the newest there is."""
    points: list[Json] = line["points"]
    given = [point for point in points if point["value"] is not None]
    return (given or points or [None])[-1]


def group_of(line: Json) -> str:
    return line["group"] or BREAKDOWNS["all"]


def course(line: Json) -> str:
    return COURSES[line["course"]]


def short_course(line: Json) -> str:
    return SHORT_COURSES[line["course"]]


def coming(line: Json, one: Json) -> str:
    """`88% (80% to 95%)`; nothing where too little is known."""
    next_one = line["coming"]
    if next_one is None:
        return NONE
    value, low, high = (
        measured(_tenths(next_one[n]), one["unit"]) for n in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def _tenths(value: str) -> str:
    return f"{float(value):.1f}"


def against(line: Json) -> str:
    return AGAINST.get(line["better"], "")


def standing(line: Json) -> str:
    """`3 of 11`, among ours and the neighbours with a value."""
    compared: Json = line["compared"]
    return f"{compared['rank']} of {compared['of']}" if compared["rank"] else ""


def trend_of(line: Json, one: Json, name: str) -> Trend:
    points: list[Json] = line["points"]
    found = line["coming"]
    return Trend(
        name=name,
        title=f"{one['title']}: {group_of(line)}, {one['area_name']}",
        unit=one["unit"],
        points=tuple(
            TrendPoint(
                label=point["period"],
                value=None if point["value"] is None else float(point["value"]),
                spoken=amount(point["value"], one),
            )
            for point in points
        ),
        forecast=False,
        coming=(
            Coming(value=float(found["value"]), low=float(found["low"]), high=float(found["high"])),
        )
        if found
        else (),
        judged=False,
    )


class ShownRow(NamedTuple):
    """One series as a row of the overview: what stands in each cell."""

    whole: bool
    indicator: str
    title: str
    group: str
    newest: str
    period: str
    spark: Sheet | None
    course: str
    coming: str
    england: str
    against: str
    region: str
    neighbours: str
    standing: str


def shown_rows(one: Json, place: str) -> list[ShownRow]:
    """An indicator's series, cell by cell; one row without figures where it has none."""
    rows: list[ShownRow] = []
    for n, line in enumerate(one["lines"]):
        point, beside = newest(line), line["compared"]
        rows.append(
            ShownRow(
                whole=line["breakdown"] == "all",
                indicator=one["indicator"],
                title=one["title"],
                group=line["group"],
                newest=said(point, one) if point else "No value yet",
                period=point["period"] if point else "",
                spark=sparks.spark(trend_of(line, one, f"s{place}-{n}")) if point else None,
                course=short_course(line),
                coming=coming(line, one),
                england=said(beside["england"], one),
                against=against(line),
                region=said(beside["region"], one),
                neighbours=amount(beside["neighbours_mean"], one),
                standing=standing(line) or NONE,
            )
        )
    return rows


def sheets(line: Json, one: Json, name: str) -> tuple[Sheet, Sheet]:
    """Wide and narrow."""
    trend = trend_of(line, one, name)
    return trends.wide(trend), trends.narrow(trend)
