"""Vulnerable groups found by gap: those that fare worse than the whole by more than chance. Pure.

Law: a group is named only beside the whole it is measured against, of the same area and period;
how it was found is said with it, and its numbers are those that may leave the partnership.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from math import sqrt
from typing import Literal

import msgspec

from services.needs.assessments.figures import Figure, guarded, key_of
from shared.published.terms import Direction, Unit

BEYOND_CHANCE = 1.96  # standard errors: less often than one time in twenty by chance
WIDE_GAP = Decimal("0.1")
GAP_METHOD = (
    "A group is named where, in the newest period with figures for both, it fares worse than all "
    "children of the area: for percentages by more than chance would bring about in one of twenty "
    "groups, given how many children it has; for rates, days and scores, and where it is not known "
    "how many children it has, by a tenth or more. Counts of children are not compared. Numbers "
    "with fewer than eight children behind them, and what would give them away, are suppressed."
)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A group beside the whole: `gap` is how much worse, always positive, in the unit.

    Numbers are None where they are suppressed. `found_by` says what
    the gap was tested by.
    """

    indicator: str
    breakdown: str
    group: str
    period: str
    value: Decimal | None
    whole: Decimal | None
    gap: Decimal | None
    base: int | None
    suppressed: bool
    found_by: Literal["chance", "size"]


def gaps(
    indicator: str, figures: Sequence[Figure], area: str, unit: Unit, direction: Direction
) -> tuple[Gap, ...]:
    """The area's groups that fare worse, the widest gap first."""
    if direction == "neutral" or unit in ("number", "pence"):
        return ()
    ours = [one for one in figures if one.area == area and one.breakdown != "age"]
    wholes = {one.period: one for one in ours if one.breakdown == "all" and one.value is not None}
    seen = {key_of(one): one for one in guarded(ours, unit)}
    found = [
        _gap(indicator, one, seen[key_of(wholes[one.period])], seen[key_of(one)], by, worse)
        for one in _newest(ours, wholes)
        if one.value is not None
        for worse, by in [_worse(one, wholes[one.period], unit, direction)]
        if by is not None
    ]
    return tuple(
        sorted(found, key=lambda gap: (-(gap.gap or Decimal(0)), gap.breakdown, gap.group))
    )


def _newest(figures: Iterable[Figure], wholes: Mapping[str, Figure]) -> list[Figure]:
    """Of each group its newest figure with a whole to be measured against."""
    newest: dict[tuple[str, str], Figure] = {}
    for one in sorted(figures, key=lambda figure: figure.period):
        if one.breakdown != "all" and one.value is not None and one.period in wholes:
            newest[one.breakdown, one.group] = one
    return list(newest.values())


def _worse(
    one: Figure, whole: Figure, unit: Unit, direction: Direction
) -> tuple[Decimal, Literal["chance", "size"] | None]:
    """By how much a group is worse, and what says that it is; nothing where it is not."""
    if one.value is None or whole.value is None:
        return Decimal(0), None
    worse = whole.value - one.value if direction == "higher" else one.value - whole.value
    if worse <= 0:
        return worse, None
    if unit == "percent" and one.base:
        share = float(whole.value) / 100
        error = 100 * sqrt(share * (1 - share) / one.base)
        return worse, "chance" if float(worse) > BEYOND_CHANCE * error else None
    return worse, "size" if worse >= WIDE_GAP * abs(whole.value) else None


def _gap(
    indicator: str,
    one: Figure,
    whole: Figure,
    seen: Figure,
    by: Literal["chance", "size"],
    worse: Decimal,
) -> Gap:
    shown = seen.value is not None
    return Gap(
        indicator=indicator, breakdown=one.breakdown, group=one.group, period=one.period,
        value=seen.value, whole=whole.value or Decimal(0), gap=worse if shown else None,
        base=seen.base, suppressed=not shown, found_by=by,
    )  # fmt: skip
