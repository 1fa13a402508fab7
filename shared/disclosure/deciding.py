"""Which levels of each measure leave with a version of a return: its total, months, breakdowns.

Law: a decision rests on what came before it alone and is never taken back; in later versions of
a return the same levels leave, or none; of returns whose periods overlap only the first leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

import msgspec

from shared.disclosure.rules import Rule, counts, rule_of, strictest, tied
from shared.published.terms import (
    Breakdown,
    BrokenDown,
    MeasureId,
    MeasureTerms,
    Period,
    Reading,
)
from shared.values.quarters import first_day, last_day

WHOLE = "whole"
MONTHS = "months"
NOTHING = frozenset({WHOLE})
"""Where the total does not leave, nothing does."""


def breakdown_level(measure: MeasureId, breakdown: Breakdown) -> str:
    return f"{measure} by {breakdown}"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one version of one return."""

    period: Period
    version: int
    readings: tuple[Reading, ...]
    breakdowns: tuple[BrokenDown, ...] = ()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Which levels of a measure were kept back, and by which rule."""

    levels: frozenset[str]
    rule: Rule

    def keeps(self, level: str) -> bool:
        return WHOLE in self.levels or level in self.levels


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one version of a return, measure by measure."""

    period: Period
    version: int
    measures: dict[MeasureId, Kept] = {}


Returns = Mapping[Period, Decided]
"""By period, what became of the last version of each return that left."""
Decisions = Mapping[tuple[Period, int], Decided]


def decisions(measures: Sequence[MeasureTerms], said: Iterable[Said]) -> Decisions:
    """Of each version by its period and number; they are given in the order in which they left."""
    groups = tied(measures)
    returns: dict[Period, Decided] = {}
    found: dict[tuple[Period, int], Decided] = {}
    for one in said:
        decided = _decide(groups, one, returns)
        returns[one.period] = found[one.period, one.version] = decided
    return found


def decide(measures: Sequence[MeasureTerms], said: Said, returns: Returns) -> Decided:
    """What becomes of a version after these. One that came before is as it was decided then.

    A later version of a return of which no earlier is known shows nothing.
    """
    return _decide(tied(measures), said, returns)


def _decide(groups: Iterable[tuple[MeasureTerms, ...]], said: Said, returns: Returns) -> Decided:
    before = returns.get(said.period)
    if before is not None and said.version <= before.version:
        return before
    earlier = before.measures if before else {}
    found = dict(earlier)
    figures = _by_measure(said)
    overlapped = _overlapped(said.period, returns)
    for group in groups:
        told = [(one, figures[one.measure]) for one in group if one.measure in figures]
        if not told:
            continue
        rule = strictest(rule_of(one) for one in group)
        needed = frozenset(level for terms, mine in told for level in _small(terms, mine, rule))
        left = [earlier[one.measure] for one in group if one.measure in earlier]
        names = [terms.measure for terms, _ in told]
        if left:
            levels = _again(left, needed, rule)
        elif (before is None and said.version > 1) or not overlapped.isdisjoint(names):
            levels = NOTHING
        else:
            levels = needed
        found |= {one.measure: Kept(levels=levels, rule=rule) for one in group}
    return Decided(period=said.period, version=said.version, measures=found)


def _again(left: Iterable[Kept], needed: frozenset[str], rule: Rule) -> frozenset[str]:
    """As with the version before, unless more must be kept back now: then nothing leaves any more.

    A total that leaves beside the months of before would tell what the months are now.
    """
    every = list(left)
    levels = frozenset[str]().union(*(kept.levels for kept in every))
    same = all(kept.rule == rule for kept in every)
    return levels if same and needed <= levels else NOTHING


def _overlapped(period: Period, returns: Returns) -> frozenset[MeasureId]:
    """The measures of which returns of other periods said something of the same days already."""
    first, last = _days(period)
    return frozenset(
        measure
        for other in returns.values()
        if other.period != period
        and _days(other.period)[0] <= last
        and first <= _days(other.period)[1]
        for measure in other.measures
    )


@lru_cache(maxsize=1024)
def _days(period: Period) -> tuple[date, date]:
    return first_day(period), last_day(period)


class _Figures:
    """What a version says of one measure, level by level."""

    def __init__(self) -> None:
        self.whole: list[Reading] = []
        self.months: list[Reading] = []
        self.not_given = False
        self.parts: list[BrokenDown] = []


def _by_measure(said: Said) -> dict[MeasureId, _Figures]:
    """Of every measure that something was given of."""
    found: defaultdict[MeasureId, _Figures] = defaultdict(_Figures)
    for reading in said.readings:
        mine = found[reading.measure]
        if reading.status != "given":
            mine.not_given = mine.not_given or reading.period != said.period
        elif reading.period == said.period:
            mine.whole.append(reading)
        else:
            mine.months.append(reading)
    for part in said.breakdowns:
        found[part.measure].parts.append(part)
    return {name: one for name, one in found.items() if one.whole or one.months or one.parts}


def _small(terms: MeasureTerms, mine: _Figures, rule: Rule) -> Iterator[str]:
    """The levels that hold a small count."""
    if any(rule.hides(count) for one in mine.whole for count in counts(one, terms.unit)):
        yield WHOLE
    months = [count for one in mine.months for count in counts(one, terms.unit)]
    if mine.not_given:
        months += _rest(terms, mine)
    if any(rule.hides(count) for count in months):
        yield MONTHS if rule.by_level else WHOLE
    if rule.by_level:
        for part in mine.parts:
            if rule.hides(part.count):
                yield breakdown_level(part.measure, part.breakdown)


def _rest(terms: MeasureTerms, mine: _Figures) -> list[Decimal]:
    """What the total leaves for months that nobody gave."""
    if not mine.whole or not mine.months:
        return []
    whole = list(counts(mine.whole[0], terms.unit))
    months = [list(counts(one, terms.unit)) for one in mine.months]
    if any(len(one) != len(whole) for one in months):
        return []
    return [total - sum(parts) for total, *parts in zip(whole, *months, strict=True)]
