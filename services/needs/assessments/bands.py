"""Single years of age added up into a partnership's own bands. Pure.

Law: a band is given only where every year in it is known: a year that is suppressed or missing
leaves the band suppressed or missing, and an unlisted year counts as nobody only where the years
listed add up to the whole. What was recorded for a band itself stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from services.needs.assessments.figures import Figure, FigureStatus
from shared.published.terms import Unit

OLDEST = 120
UNKNOWN = "unknown"
RANGE = re.compile(r"^(\d{1,3})(?:\s*[-\u2013]\s*(\d{1,3})|(\+))?$")


class Ages(NamedTuple):
    """From one year of age to another, both included; nobody's age where `low` is above."""

    low: int
    high: int

    def within(self, other: Ages) -> bool:
        return other.low <= self.low and self.high <= other.high

    def meets(self, other: Ages) -> bool:
        return self.low <= other.high and other.low <= self.high


NOBODY_KNOWS = Ages(OLDEST + 1, OLDEST + 1)


def ages_of(label: str) -> Ages | None:
    """`7`, `0-7`, `8–12`, `13+` as ages; `unknown` as an age that lies in no band."""  # noqa: RUF002
    if label == UNKNOWN:
        return NOBODY_KNOWS
    found = RANGE.match(label.strip())
    if found is None:
        return None
    low = int(found[1])
    high = OLDEST if found[3] else int(found[2] or low)
    return Ages(low, high) if low <= high <= OLDEST else None


def banded(figures: Sequence[Figure], bands: Sequence[str], unit: Unit) -> tuple[Figure, ...]:
    """The figures, with those of the bands that single years add up to."""
    places: dict[tuple[str, str], list[Figure]] = {}
    wholes: dict[tuple[str, str], Figure] = {}
    given: set[tuple[str, str, str]] = set()
    for one in figures:
        if one.breakdown == "age":
            places.setdefault((one.area, one.period), []).append(one)
        elif one.breakdown == "age-band":
            given.add((one.area, one.period, one.group))
        elif one.breakdown == "all":
            wholes[one.area, one.period] = one
    if not places:
        return tuple(figures)
    ranges = [(band, ages) for band in bands if (ages := ages_of(band))]
    made = [
        _band(years, band, ages, unit, wholes.get(place))
        for place, years in places.items()
        for band, ages in ranges
        if (*place, band) not in given
    ]
    return (*figures, *made)


def _band(
    years: Sequence[Figure], band: str, ages: Ages, unit: Unit, whole: Figure | None
) -> Figure:
    aged = [(one, found) for one in years if (found := ages_of(one.group))]
    inside = [one for one, of in aged if of.within(ages)]
    straddled = any(of.meets(ages) and not of.within(ages) for _, of in aged)
    whole_known = _covered([of for _, of in aged if of.within(ages)], ages) or _adds_up(
        years, unit, whole
    )
    first = years[0]
    empty = Figure(first.area, first.period, None, "missing", "age-band", band)
    if straddled or not inside or not whole_known:
        return empty
    for status in ("suppressed", "missing"):
        if any(one.status == status for one in inside):
            return _with_status(empty, status)
    counted = [one for one in inside if one.value is not None]
    if not counted:
        return _with_status(
            empty, "nil" if any(o.status == "nil" for o in inside) else "not-applicable"
        )
    return _summed(empty, counted, unit)


def _with_status(figure: Figure, status: FigureStatus) -> Figure:
    return Figure(figure.area, figure.period, None, status, figure.breakdown, figure.group)


def _covered(ranges: Iterable[Ages], ages: Ages) -> bool:
    """Whether every year of the band is listed."""
    reached = ages.low
    for one in sorted(ranges):
        if one.low > reached:
            return False
        reached = max(reached, one.high + 1)
    return reached > ages.high


def _adds_up(years: Sequence[Figure], unit: Unit, whole: Figure | None) -> bool:
    """Whether the years listed hold everybody there is, so that no other year holds anyone."""
    if whole is None:
        return False
    parts = [_people(one, unit) for one in years]
    of_all = _people(whole, unit)
    return of_all is not None and None not in parts and sum(p for p in parts if p) == of_all


def _people(figure: Figure, unit: Unit) -> Decimal | int | None:
    if figure.status == "nil":
        return 0
    return figure.value if unit == "number" else figure.base


def _summed(empty: Figure, parts: Sequence[Figure], unit: Unit) -> Figure:
    """Counts and money add up; a rate or mean is that of all the children together."""
    values = [one.value for one in parts if one.value is not None]
    bases = [one.base for one in parts if one.base is not None]
    base = sum(bases) if len(bases) == len(parts) else None
    if unit in ("number", "pence"):
        value = sum(values, Decimal(0))
    elif not base:
        return empty
    else:
        weighed = sum((v * b for v, b in zip(values, bases, strict=True)), Decimal(0))
        value = (weighed / base).quantize(Decimal("0.1"))
    return Figure(empty.area, empty.period, value, "given", "age-band", empty.group, base)


def without_years(figures: Iterable[Figure]) -> Iterator[Figure]:
    """All but the single years, for what is shown in bands."""
    return (one for one in figures if one.breakdown != "age")
