"""Measures and indicators of a card as drawings, and their values in words. Pure."""

from __future__ import annotations

from services.gateway.pages.measures import Judged, judged
from services.gateway.pages.wording import day, measured, period, short_period, words
from services.gateway.report_cards.content import Indicator, Point
from services.gateway.report_cards.figures import CardFigure, CardMeasure, Cite
from shared.charts import processes, sparks, trends
from shared.charts.drawing import Sheet
from shared.charts.forecasts import Coming
from shared.charts.trends import Trend, TrendPoint

JUDGED = ("met", "missed", "no-target", "too-few")
COURSES = {
    "improving": "five years in a row have improved",
    "worsening": "five years in a row have worsened",
    "rising": "five years in a row have risen",
    "falling": "five years in a row have fallen",
    "none": "five years show no trend",
    "too-few": "fewer than five years: too few to say whether there is a trend",
}
SIGNS = {"met": "●", "missed": "◆", "missing": "✕", "suppressed": "■"}


def sign(status: str) -> str:
    """The shape that stands before a status' words, as the charts draw it."""
    return SIGNS.get(status, "○")


def said(figure: CardFigure | None, unit: str) -> str:
    """The value, or why there is none."""
    if figure is None:
        return "No values yet"
    if figure.value is None and figure.status not in JUDGED:
        return words(figure.status)
    return measured(figure.value, unit)


def aim(measure: CardMeasure, figure: CardFigure | None) -> str:
    """What was asked in the figure's period: `at least 80%, 2% tolerated`."""
    if figure is None or figure.target is None:
        return "no target"
    edge = {"higher": "at least ", "lower": "at most "}.get(measure.direction, "")
    tolerated = measured(figure.tolerance, measure.unit)
    allowed = f", {tolerated} tolerated" if float(figure.tolerance) else ""
    return f"{edge}{measured(figure.target, measure.unit)}{allowed}"


def coming_said(measure: CardMeasure) -> str:
    """`88% (80% to 95%) in Quarter 3 …`, if nothing changes; nothing where too little is known."""
    if not measure.coming:
        return ""
    return f"{next_said(measure)} in {period(measure.coming[0].period)}"


def next_said(measure: CardMeasure) -> str:
    """The next period's forecast and its interval."""
    one = measure.coming[0]
    low, high = measured(one.low, measure.unit), measured(one.high, measure.unit)
    return f"{measured(one.value, measure.unit)} ({low} to {high})"


def cited(cite: Cite) -> str:
    """A footnote: which version of which return, and the terms it is judged by."""
    done = {"accepted": "accepted", "restated": "restated"}.get(cite.standing, "handed in")
    on = f" {done} {day(cite.dated_on)}" if cite.dated_on else f" {done}"
    return (
        f"Return for {period(cite.period)}, version {cite.version},{on}. Judged by: {cite.rule}; "
        f"terms {cite.agreed} {day(cite.agreed_on)}, reviewed under clause {cite.clause}."
    )


def trend_of(measure: CardMeasure, name: str) -> Trend:
    """The whole periods of a measure, with each period's own target."""
    latest = measure.latest
    return Trend(
        name=name,
        title=measure.title,
        unit=measure.unit,  # pyright: ignore[reportArgumentType]  (a unit of the terms)
        points=tuple(
            TrendPoint(
                label=short_period(one.period)[0],
                under=short_period(one.period)[1],
                value=None if one.value is None or one.status == "too-few" else float(one.value),
                few=one.status == "too-few",
                missed=one.status == "missed",
                spoken=measured(one.value, measure.unit),
                target=None if one.target is None else float(one.target),
            )
            for one in measure.history
        ),
        target=None if latest is None or latest.target is None else float(latest.target),
        coming=tuple(
            Coming(value=float(one.value), low=float(one.low), high=float(one.high))
            for one in measure.coming
        ),
    )


def card_chart(measure: CardMeasure, name: str) -> Sheet:
    return trends.card(trend_of(measure, name))


def spark_of(measure: CardMeasure, name: str) -> Sheet:
    return sparks.spark(trend_of(measure, name))


def process_of(measure: CardMeasure, name: str) -> Judged | None:
    """The measure's XmR chart, where the card carries its series and it may be drawn."""
    return None if measure.series is None else judged(measure.series, name)


def variation_of(measure: CardMeasure, place: str) -> Sheet:
    found = measure.icons
    return processes.variation_icon(f"variation-{place}", found and found.variation)


def assurance_of(measure: CardMeasure, place: str) -> Sheet:
    found = measure.icons
    return processes.assurance_icon(f"assurance-{place}", found and found.assurance)


def course(one: Indicator) -> str:
    """Where a population's series goes: by five years in a row, or from one period to another."""
    return COURSES[one.course] if one.yearly else f"{one.course} over the last five periods"


def indicator_trend(one: Indicator, name: str) -> Trend:
    """A population's series; nobody misses a target in it."""
    return Trend(
        name=name,
        title=f"{one.title}, {one.area}",
        unit=one.unit,  # pyright: ignore[reportArgumentType]  (a unit of the terms)
        points=tuple(
            TrendPoint(
                label=point.period,
                value=None if point.value is None else float(point.value),
                spoken=measured(point.value, one.unit),
            )
            for point in one.history
        ),
        target=None if one.target is None else float(one.target),
        coming=tuple(
            Coming(value=float(value), low=float(low), high=float(high))
            for value, low, high in one.coming
        ),
        judged=False,
    )


def newest(one: Indicator) -> Point | None:
    """The newest period of which a value is given."""
    return next((point for point in reversed(one.history) if point.value is not None), None)


def indicator_sheets(one: Indicator, name: str) -> tuple[Sheet, Sheet, Sheet]:
    """Wide, narrow, and small among words."""
    trend = indicator_trend(one, name)
    return trends.wide(trend), trends.narrow(trend), sparks.spark(trend)
