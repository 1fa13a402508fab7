"""The rules that figures must keep before they are taken: data, with one test each.

Law: two stages; what only needs an explanation is asked about only where nothing is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from services.monitoring.returns.offers import Offer
from shared.published.terms import (
    Block,
    ContractTerms,
    CostAndVolume,
    Element,
    FeePlusOutcomes,
    MeasureId,
    MeasureTerms,
    Period,
    Reading,
)
from shared.values.quarters import first_day, last_day, months_of

Stage = Literal["hard", "soft"]

MOST = Decimal(10) ** 12
WHOLE_PERCENT = Decimal(100)
ROUNDING = Decimal("0.5")  # a percentage may be rounded to whole numbers
UNKNOWN = "unknown"
MOST_UNKNOWN_BASIS_POINTS = 2000
FEWEST_EARLIER = 5
MOVING_RANGES = Decimal("3.267")


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """What was reported before: last period's readings, each measure's earlier values in order,
    and which soft rules were explained last time (rule, measure).
    """

    last: tuple[Reading, ...] = ()
    values: dict[MeasureId, tuple[Decimal, ...]] = {}
    explained: tuple[tuple[str, MeasureId], ...] = ()


class Look(NamedTuple):
    """Everything a rule may look at."""

    offer: Offer
    terms: ContractTerms
    period: Period
    past: Past


class At(NamedTuple):
    """Where a rule found something: a row of a part of the return, counted from 0, and a column."""

    part: str
    row: int = -1
    column: str = ""
    measure: MeasureId = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `row` counts from 0 within its part; -1 is the part as a whole."""

    code: str
    stage: Stage
    message: str
    part: str
    row: int = -1
    column: str = ""
    measure: MeasureId = ""
    previously_explained: bool = False

    @property
    def pointer(self) -> str:
        steps = [self.part, *([str(self.row)] if self.row >= 0 else []), self.column]
        return "/body/" + "/".join(step for step in steps if step)


@dataclass(frozen=True)
class Rule:
    """A rule as published; it holds for periods that begin on or after `from_date`."""

    code: str
    stage: Stage
    message: str
    fields: tuple[str, ...]
    find: Callable[[Look], Iterable[At]]
    from_date: date = date(2020, 4, 1)


def problems(look: Look) -> tuple[Problem, ...]:
    """What is wrong; or, where nothing is, what needs an explanation and has none."""
    hard = tuple(_found("hard", look))
    if hard:
        return hard
    given = {(one.rule, one.measure) for one in look.offer.explanations}
    return tuple(one for one in _found("soft", look) if (one.code, one.measure) not in given)


def _found(stage: Stage, look: Look) -> Iterator[Problem]:
    begins = first_day(look.period)
    for rule in RULES:
        if rule.stage == stage and rule.from_date <= begins:
            for at in rule.find(look):
                yield Problem(
                    code=rule.code,
                    stage=stage,
                    message=rule.message,
                    part=at.part,
                    row=at.row,
                    column=at.column,
                    measure=at.measure,
                    previously_explained=(rule.code, at.measure) in look.past.explained,
                )


def measures(terms: ContractTerms) -> Mapping[MeasureId, MeasureTerms]:
    return {measure.measure: measure for measure in terms.measures}


def reported_periods(terms: ContractTerms, period: Period) -> tuple[Period, ...]:
    """What each measure is reported for: a quarter's months in the contract's life, and itself."""
    if period.endswith("Y"):
        return (period,)
    months = [
        month
        for month in months_of(period)
        if last_day(month) >= terms.starts_on and first_day(month) <= terms.ends_on
    ]
    return tuple(dict.fromkeys([*months, period]))


def elements(terms: ContractTerms) -> tuple[Element, ...]:
    """The elements whose budget a return answers for."""
    match terms.payment:
        case Block():
            return ("Block",)
        case CostAndVolume():
            return ("Activity",)
        case FeePlusOutcomes():
            return ("Fee", "Outcome")


def _unknown_measure(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        if reading.measure not in known:
            yield At("readings", n, "measure", reading.measure)
    for n, part in enumerate(look.offer.breakdowns):
        if part.measure not in known or part.breakdown not in known[part.measure].breakdowns:
            yield At("breakdowns", n, "measure", part.measure)


def _wrong_period(look: Look) -> Iterator[At]:
    allowed = {*months_of(look.period), look.period}
    for n, reading in enumerate(look.offer.readings):
        if reading.period not in allowed:
            yield At("readings", n, "period", reading.measure)


def _unknown_element(look: Look) -> Iterator[At]:
    for n, line in enumerate(look.offer.budget):
        if line.element not in elements(look.terms):
            yield At("budget", n, "element")


def _repeats(part: str, column: str, keys: Sequence[tuple[str, ...]]) -> Iterator[At]:
    seen: Counter[tuple[str, ...]] = Counter()
    for n, key in enumerate(keys):
        if seen[key]:
            yield At(part, n, column)
        seen[key] += 1


def _duplicates(look: Look) -> Iterator[At]:
    offer = look.offer
    yield from _repeats("readings", "measure", [(r.measure, r.period) for r in offer.readings])
    groups = [(b.measure, b.breakdown, b.group) for b in offer.breakdowns]
    yield from _repeats("breakdowns", "group", groups)
    yield from _repeats("budget", "element", [(line.element,) for line in offer.budget])


def _missing(look: Look) -> Iterator[At]:
    if look.offer.nil:
        return
    there = {(reading.measure, reading.period) for reading in look.offer.readings}
    for measure in look.terms.measures:
        for period in reported_periods(look.terms, look.period):
            if (measure.measure, period) not in there:
                yield At("readings", -1, period, measure.measure)
    for n, reading in enumerate(look.offer.readings):
        if reading.status == "given" and reading.value is None:
            yield At("readings", n, "value", reading.measure)


def _status_and_value(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        if reading.status != "given" and reading.value is not None:
            yield At("readings", n, "status", reading.measure)
        if reading.status in ("suppressed", "nil"):
            yield At("readings", n, "status", reading.measure)


def _parts_missing(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        if measure and measure.unit == "percent" and reading.status == "given":
            for column in ("numerator", "denominator"):
                if getattr(reading, column) is None:
                    yield At("readings", n, column, reading.measure)


def _out_of_range(look: Look) -> Iterator[At]:
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


def _not_whole_pence(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in enumerate(look.offer.readings):
        measure = known.get(reading.measure)
        value = reading.value
        if value is None or not value.is_finite():
            continue
        if measure and measure.unit == "pence" and value % 1:
            yield At("readings", n, "value", reading.measure)


def _numerator_above(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        top, bottom = reading.numerator, reading.denominator
        if top is None or bottom is None or not (top.is_finite() and bottom.is_finite()):
            continue
        if top > bottom:
            yield At("readings", n, "numerator", reading.measure)


def _does_not_follow(look: Look) -> Iterator[At]:
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


def _whole(look: Look, measure: MeasureId) -> Reading | None:
    """The reading of the whole period of one measure."""
    of_measure = (r for r in look.offer.readings if r.measure == measure)
    return next((r for r in of_measure if r.period == look.period), None)


def _total(look: Look, measure: MeasureTerms) -> Decimal | None:
    """What a breakdown must add up to: the denominator of a percentage, or the value itself."""
    reading = _whole(look, measure.measure)
    if reading is None or reading.status != "given":
        return None
    return reading.denominator if measure.unit == "percent" else reading.value


def _breakdown_missing(look: Look) -> Iterator[At]:
    there = {(part.measure, part.breakdown) for part in look.offer.breakdowns}
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            if _total(look, measure) and (measure.measure, breakdown) not in there:
                yield At("breakdowns", -1, breakdown, measure.measure)


def _does_not_add_up(look: Look) -> Iterator[At]:
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            counts = [
                part.count
                for part in look.offer.breakdowns
                if (part.measure, part.breakdown) == (measure.measure, breakdown)
            ]
            if counts and sum(counts) != (_total(look, measure) or 0):
                yield At("breakdowns", -1, breakdown, measure.measure)


def _budget_missing(look: Look) -> Iterator[At]:
    if look.offer.nil:
        return
    there = {line.element for line in look.offer.budget}
    for element in elements(look.terms):
        if element not in there:
            yield At("budget", -1, element)


def _nil_with_figures(look: Look) -> Iterator[At]:
    offer = look.offer
    if offer.nil and (offer.readings or offer.breakdowns or offer.complaints or offer.compliments):
        yield At("nil")


def _moved_far(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        earlier = look.past.values.get(reading.measure, ())
        if reading.period != look.period or reading.value is None or len(earlier) < FEWEST_EARLIER:
            continue
        moves = [abs(b - a) for a, b in pairwise(earlier)]
        mean = sum(moves, Decimal(0)) / len(moves)
        if mean and abs(reading.value - earlier[-1]) > MOVING_RANGES * mean:
            yield At("readings", n, "value", reading.measure)


def _missing_without_reason(look: Look) -> Iterator[At]:
    for measure in look.terms.measures:
        for n, reading in enumerate(look.offer.readings):
            if reading.measure == measure.measure and reading.status == "missing":
                yield At("readings", n, "status", reading.measure)
                break


def _identical(look: Look) -> Iterator[At]:
    """Month by month and as a whole the same as last time, and not all nothing."""
    for measure in look.terms.measures:
        now = _figures(look.offer.readings, measure.measure)
        if any(now) and now == _figures(look.past.last, measure.measure):
            yield At("readings", -1, "value", measure.measure)


def _figures(readings: Iterable[Reading], measure: MeasureId) -> list[Decimal | None]:
    of_measure = (reading for reading in readings if reading.measure == measure)
    return [reading.value for reading in sorted(of_measure, key=lambda reading: reading.period)]


def _mostly_unknown(look: Look) -> Iterator[At]:
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            parts = [
                part
                for part in look.offer.breakdowns
                if (part.measure, part.breakdown) == (measure.measure, breakdown)
            ]
            unknown = sum(part.count for part in parts if part.group == UNKNOWN)
            if unknown * 10_000 > MOST_UNKNOWN_BASIS_POINTS * sum(part.count for part in parts):
                yield At("breakdowns", -1, breakdown, measure.measure)
                break


RULES: tuple[Rule, ...] = (
    Rule("measure-unknown", "hard", "The contract has no such measure or breakdown.",
         ("measure", "breakdown"), _unknown_measure),
    Rule("period-wrong", "hard", "This is not the return's period or one of its months.",
         ("period",), _wrong_period),
    Rule("element-unknown", "hard", "The contract is not paid by this element.",
         ("element",), _unknown_element),
    Rule("duplicate-key", "hard", "This figure is here twice.",
         ("measure", "period", "group", "element"), _duplicates),
    Rule("value-missing", "hard", "Every measure needs a value, or a status that says why not.",
         ("value", "status"), _missing),
    Rule("status-wrong", "hard", "A value goes with the status given, and only with it.",
         ("value", "status"), _status_and_value),
    Rule("parts-missing", "hard", "A percentage needs its numerator and denominator.",
         ("numerator", "denominator"), _parts_missing),
    Rule("value-out-of-range", "hard", "The figure is outside what is possible.",
         ("value", "numerator", "denominator", "count", "pence"), _out_of_range),
    Rule("not-whole-pence", "hard", "Money is whole pence.", ("value",), _not_whole_pence),
    Rule("numerator-above-denominator", "hard", "The part is larger than the whole.",
         ("numerator", "denominator"), _numerator_above),
    Rule("percentage-does-not-follow", "hard", "The percentage is not that of its two numbers.",
         ("value", "numerator", "denominator"), _does_not_follow),
    Rule("breakdown-missing", "hard", "The contract asks for this breakdown.",
         ("breakdown",), _breakdown_missing),
    Rule("breakdown-does-not-add-up", "hard", "The groups do not add up to the whole.",
         ("count",), _does_not_add_up),
    Rule("budget-missing", "hard", "A return says what was spent against budget.",
         ("element",), _budget_missing),
    Rule("nil-with-figures", "hard", "A nil return has no figures.", ("nil",), _nil_with_figures),
    Rule("outside-expected-range", "soft", "The figure moved further than it usually does.",
         ("value",), _moved_far),
    Rule("missing-without-reason", "soft", "Say why the figure is missing.",
         ("status",), _missing_without_reason),
    Rule("identical-to-last", "soft", "These are the figures of the last return.",
         ("value",), _identical),
    Rule("mostly-unknown", "soft", "More than a fifth of this breakdown is unknown.",
         ("count",), _mostly_unknown),
)  # fmt: skip
