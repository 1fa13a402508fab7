"""A measure's figures with what each rests on: return, version, rule and clause. Pure.

Law: nothing is worked out that the contract's view does not show to this reader; what it suppresses
stays suppressed, in its own words. Values keep the exact text in which they were given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from services.gateway.charts.measured import judgement
from services.gateway.contract_views.series import Series
from shared.charts import forecasts
from shared.charts.forecasts import Coming
from shared.charts.processes import ASSURANCES, VARIATIONS
from shared.charts.xmr import Assurance, Variation
from shared.published.terms import MeasureTerms
from shared.values.quarters import next_period

Json = Mapping[str, Any]

FEWEST_HEADLINES, MOST_HEADLINES = 3, 5
QUADRANTS = ("how-much", "how-well", "better-off-number", "better-off-percent")
MARKED = "Headline measures are those the contract marks."
FILLED = (
    "The contract marks fewer than three headline measures. To them come those that missed their "
    "target in their newest period, then the first of each question in the contract's order."
)
CHOSEN = (
    "The contract marks no headline measures. These are first those that missed their target in "
    "their newest period, then the first of each question in the contract's order, five at most."
)


class Cite(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure rests on: the version of a return, and the terms it is judged by.

    `dated_on` is when that version was accepted or restated, or else handed in.
    """

    period: str
    version: int
    standing: str
    dated_on: str | None
    rule: str
    clause: str
    agreed: str
    agreed_on: str


class CardFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One whole period of a measure; `status` says why there is no value, where there is none."""

    period: str
    value: str | None
    numerator: str | None
    denominator: str | None
    status: str
    target: str | None
    tolerance: str
    cites: Cite


class ComingFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A period that has not come, if nothing changes; the interval is that of 80 in 100."""

    period: str
    value: str
    low: str
    high: str


class Icons(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure's process is like, by its XmR chart: its variation, and whether it can be
    relied on to meet its target; None where either cannot be said yet. `trial`: by few points.
    """

    variation: Variation | None
    variation_said: str
    assurance: Assurance | None
    assurance_said: str
    trial: bool


class CardMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as a card shows it: its newest figure, its history and where it leads.

    `icons` is None where no chart may be drawn. `series` is what a contract's own card charts, as
    the contract's view tells it.
    """

    measure: str
    title: str
    outcome: str
    quadrant: str
    unit: str
    direction: str
    baseline: str | None
    headline: bool
    latest: CardFigure | None
    history: tuple[CardFigure, ...]
    coming: tuple[ComingFigure, ...]
    icons: Icons | None = None
    series: dict[str, Any] | None = None

    @property
    def status(self) -> str:
        return self.latest.status if self.latest else ""


def card_measures(view: Json, *, months: bool = False) -> tuple[CardMeasure, ...]:
    """Every measure of a contract's view, in the contract's order; with `months`, those too."""
    return tuple(_measure(one, view, months=months) for one in view["measures"])


def _measure(series: Json, view: Json, *, months: bool) -> CardMeasure:
    terms = msgspec.convert(series["terms"], MeasureTerms, strict=False)
    agreed = _agreed(terms.measure, view["history"])
    dated = {(one["period"], one["version"]): one for one in view["versions"]}
    points = series["points"]
    whole = [one for one in points if months or one["period"] == one["return_period"]]
    history = tuple(
        CardFigure(
            period=one["period"],
            value=one["value"],
            numerator=one["numerator"],
            denominator=one["denominator"],
            status=one["status"],
            target=_said(terms.asked_in(one["period"]).target),
            tolerance=str(terms.asked_in(one["period"]).tolerance),
            cites=_cite(terms, one, dated, agreed, view["terms"]),
        )
        for one in whole
    )
    return CardMeasure(
        measure=terms.measure,
        title=terms.title,
        outcome=terms.outcome,
        quadrant=terms.quadrant,
        unit=terms.unit,
        direction=terms.direction,
        baseline=_said(terms.baseline),
        headline=terms.headline,
        latest=history[-1] if history else None,
        history=history,
        coming=() if months else _coming(terms.unit, history),
    )


def icons_of(series: Json) -> Icons | None:
    """The two icons of a measure of a contract's view."""
    found = judgement(msgspec.convert(series, Series, strict=False))
    if found.chart is None:
        return None
    return Icons(
        variation=found.variation,
        variation_said=VARIATIONS[found.variation].partition(":")[0],
        assurance=found.assurance,
        assurance_said=ASSURANCES[found.assurance].partition(":")[0],
        trial=any(one.code == "trial-limits" for one in found.chart.warnings),
    )


def _said(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _agreed(measure: str, history: Sequence[Json]) -> Json:
    """What last changed a measure's terms: the signing, or a later variation."""
    found: Json = history[0]
    before: Any = None
    for one in history:
        terms = next((m for m in one["terms"]["measures"] if m["measure"] == measure), None)
        if terms is not None and terms != before:
            found, before = one, terms
    return found


def _cite(
    terms: MeasureTerms,
    point: Json,
    dated: Mapping[tuple[str, int], Json],
    agreed: Json,
    contract: Json,
) -> Cite:
    version = dated.get((point["return_period"], point["version"]), {})
    days = ("restated_on", "accepted_on", "submitted_on")
    return Cite(
        period=point["return_period"],
        version=point["version"],
        standing=point["standing"],
        dated_on=next((version[day] for day in days if version.get(day)), None),
        rule=rule_of(terms, point["period"]),
        clause=contract["review"]["clause"],
        agreed=agreed["by"],
        agreed_on=agreed["on"],
    )


def rule_of(terms: MeasureTerms, period: str) -> str:
    """What a figure of a period is judged by, in words and exact values."""
    asked = terms.asked_in(period)
    if asked.target is None or terms.direction == "neutral":
        return "no target"
    edge = "at least" if terms.direction == "higher" else "at most"
    said = f"{edge} {_short(asked.target)}"
    if asked.tolerance:
        said += f", {_short(asked.tolerance)} tolerated"
    if terms.minimum_volume:
        said += f", from a denominator of {terms.minimum_volume}"
    misses = terms.breach_periods
    return said + f"; flagged after {misses} {'miss' if misses == 1 else 'misses in a row'}"


def _short(value: Decimal) -> str:
    said = f"{value:f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _coming(unit: str, history: Sequence[CardFigure]) -> tuple[ComingFigure, ...]:
    if not history:
        return ()
    values = [
        None if one.value is None or one.status == "too-few" else float(one.value)
        for one in history
    ]
    high = 100.0 if unit == "percent" else float("inf")
    found: list[ComingFigure] = []
    period = history[-1].period
    for one in forecasts.forecast(values, high=high):
        period = next_period(period)
        found.append(_figure(period, one))
    return tuple(found)


def _figure(period: str, one: Coming) -> ComingFigure:
    """To one decimal, since a forecast knows no more."""
    said = {name: f"{value:.1f}" for name, value in zip(
        ("value", "low", "high"), (one.value, one.low, one.high), strict=True
    )}  # fmt: skip
    return ComingFigure(period=period, **said)


def headlines(measures: Sequence[CardMeasure]) -> tuple[tuple[CardMeasure, ...], str]:
    """Three to five for one page, in the order of the questions, and how they were chosen."""
    marked = [one for one in measures if one.headline]
    chosen = marked[:MOST_HEADLINES]
    if len(marked) < FEWEST_HEADLINES:
        most = FEWEST_HEADLINES if marked else MOST_HEADLINES
        for one in _ranked(measures):
            if len(chosen) < most and one not in chosen:
                chosen.append(one)
    rule = MARKED if len(marked) >= FEWEST_HEADLINES else FILLED if marked else CHOSEN
    place = {one.measure: n for n, one in enumerate(measures)}
    ordered = sorted(chosen, key=lambda one: (QUADRANTS.index(one.quadrant), place[one.measure]))
    return tuple(ordered), rule


def _ranked(measures: Sequence[CardMeasure]) -> Iterable[CardMeasure]:
    yield from (one for one in measures if one.status == "missed")
    for quadrant in reversed(QUADRANTS):
        yield from [one for one in measures if one.quadrant == quadrant][:1]
    yield from measures
