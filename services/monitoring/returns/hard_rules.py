"""What cannot be right in a return: each function finds where one rule is broken.

Law: a figure is never corrected here, only found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from services.monitoring.returns.looks import At, Look, elements, measures, reported_periods
from shared.published.terms import (
    MeasureId,
)
from shared.values.quarters import months_of

MOST = Decimal(10) ** 12
WHOLE_PERCENT = Decimal(100)
ROUNDING = Decimal("0.5")  # a percentage may be rounded to whole numbers


def unknown_measure(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        if reading.measure not in known:
            yield At("readings", n, "measure", reading.measure)
    for n, part in enumerate(look.offer.breakdowns):
        if part.measure not in known or part.breakdown not in known[part.measure].breakdowns:
            yield At("breakdowns", n, "measure", part.measure)


def wrong_period(look: Look) -> Iterator[At]:
    allowed = {*months_of(look.period), look.period}
    for n, reading in enumerate(look.offer.readings):
        if reading.period not in allowed:
            yield At("readings", n, "period", reading.measure)


def unknown_element(look: Look) -> Iterator[At]:
    known = elements(look.terms)
    for n, line in enumerate(look.offer.budget):
        if line.element not in known:
            yield At("budget", n, "element")


def _repeats(part: str, column: str, keys: Sequence[tuple[str, ...]]) -> Iterator[At]:
    seen: Counter[tuple[str, ...]] = Counter()
    for n, key in enumerate(keys):
        if seen[key]:
            yield At(part, n, column)
        seen[key] += 1


def duplicates(look: Look) -> Iterator[At]:
    offer = look.offer
    yield from _repeats("readings", "measure", [(r.measure, r.period) for r in offer.readings])
    groups = [(b.measure, b.breakdown, b.group) for b in offer.breakdowns]
    yield from _repeats("breakdowns", "group", groups)
    yield from _repeats("budget", "element", [(line.element,) for line in offer.budget])


def missing(look: Look) -> Iterator[At]:
    if look.offer.nil:
        return
    there = {(reading.measure, reading.period) for reading in look.offer.readings}
    wanted = reported_periods(look.terms, look.period)
    for measure in look.terms.measures:
        for period in wanted:
            if (measure.measure, period) not in there:
                yield At("readings", -1, period, measure.measure)
    for n, reading in enumerate(look.offer.readings):
        if reading.status == "given" and reading.value is None:
            yield At("readings", n, "value", reading.measure)


def status_and_value(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        if reading.status != "given" and reading.value is not None:
            yield At("readings", n, "status", reading.measure)
        if reading.status in ("suppressed", "nil"):
            yield At("readings", n, "status", reading.measure)


def parts_missing(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        if measure and measure.unit == "percent" and reading.status == "given":
            for column in ("numerator", "denominator"):
                if getattr(reading, column) is None:
                    yield At("readings", n, column, reading.measure)


def out_of_range(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        most = WHOLE_PERCENT if measure and measure.unit == "percent" else MOST
        for column, top in (("value", most), ("numerator", MOST), ("denominator", MOST)):
            figure: Decimal | None = getattr(reading, column)
            if figure is not None and not (figure.is_finite() and 0 <= figure <= top):
                yield At("readings", n, column, reading.measure)
    for n, part in enumerate(look.offer.breakdowns):
        if not 0 <= part.count <= MOST:
            yield At("breakdowns", n, "count", part.measure)
    for n, line in enumerate(look.offer.budget):
        for column in ("budget_pence", "spent_pence", "forecast_pence"):
            if not 0 <= getattr(line, column) <= MOST * 100:
                yield At("budget", n, column)
    for column in ("complaints", "compliments"):
        if not 0 <= getattr(look.offer, column) <= MOST:
            yield At(column)


def not_whole_pence(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        value = reading.value
        if value is None or not value.is_finite():
            continue
        if measure and measure.unit == "pence" and value % 1:
            yield At("readings", n, "value", reading.measure)


def numerator_above(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        top, bottom = reading.numerator, reading.denominator
        if top is None or bottom is None or not (top.is_finite() and bottom.is_finite()):
            continue
        if top > bottom:
            yield At("readings", n, "numerator", reading.measure)


def does_not_follow(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        if measure is None or measure.unit != "percent" or reading.status != "given":
            continue
        value, top, bottom = reading.value, reading.numerator, reading.denominator
        if value is None or top is None or bottom is None:
            continue
        if not (value.is_finite() and top.is_finite() and bottom.is_finite()):
            continue
        if bottom <= 0 or abs(value - WHOLE_PERCENT * top / bottom) > ROUNDING:
            yield At("readings", n, "value", reading.measure)


def _totals(look: Look) -> Mapping[MeasureId, Decimal | None]:
    """What each measure's breakdowns must add up to: the denominator of a percentage, or the value
    itself, of the whole period.
    """
    known = measures(look.terms)
    found: dict[MeasureId, Decimal | None] = {}
    for reading in look.offer.readings:
        measure = known.get(reading.measure)
        if measure is None or reading.period != look.period or reading.measure in found:
            continue
        given = reading.status == "given"
        total = reading.denominator if measure.unit == "percent" else reading.value
        found[reading.measure] = total if given else None
    return found


def breakdown_missing(look: Look) -> Iterator[At]:
    there = {(part.measure, part.breakdown) for part in look.offer.breakdowns}
    totals = _totals(look)
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            if totals.get(measure.measure) and (measure.measure, breakdown) not in there:
                yield At("breakdowns", -1, breakdown, measure.measure)


def does_not_add_up(look: Look) -> Iterator[At]:
    totals = _totals(look)
    sums: dict[tuple[MeasureId, str], int] = {}
    for part in look.offer.breakdowns:
        key = part.measure, part.breakdown
        sums[key] = sums.get(key, 0) + part.count
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            counted = sums.get((measure.measure, breakdown))
            if counted is not None and counted != (totals.get(measure.measure) or 0):
                yield At("breakdowns", -1, breakdown, measure.measure)


def budget_missing(look: Look) -> Iterator[At]:
    if look.offer.nil:
        return
    there = {line.element for line in look.offer.budget}
    for element in elements(look.terms):
        if element not in there:
            yield At("budget", -1, element)


def nil_with_figures(look: Look) -> Iterator[At]:
    offer = look.offer
    if offer.nil and (offer.readings or offer.breakdowns or offer.complaints or offer.compliments):
        yield At("nil")
