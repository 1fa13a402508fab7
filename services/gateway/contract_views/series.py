"""Each measure of a contract as a series of values, and whether each met its target.

Law: of several versions of one return only the one that stands counts; value and status are apart,
so a value that is missing, nil or suppressed is none of the others; a value is held against its
target as it is, and shown as it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import msgspec

from shared.disclosure.deciding import Decisions, Said, decisions
from shared.disclosure.showing import Symbol, readings_shown, symbol
from shared.published import monitoring
from shared.published.terms import MeasureId, MeasureTerms, Period, Reading

Counted = monitoring.ReturnSubmitted | monitoring.ReturnRestated | monitoring.ReturnAccepted
"""The events that tell a return's figures."""

Standing = Literal["submitted", "accepted", "restated"]
PointStatus = Literal[
    "met", "missed", "no-target", "too-few", "missing", "not-applicable", "nil", "suppressed"
]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a measure for one month or whole period, from one version of a return.

    `symbol` stands in the place of a value that is not there, or beside one that is `low` or `u`.
    """

    period: Period
    return_period: Period
    version: int
    standing: Standing
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    status: PointStatus
    symbol: Symbol = ""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as the contract has it, with its values in the order of their periods; its chart
    starts again at each of `rebases`. `rounded_to` is what its counts are rounded to where they
    leave rounded; 1 where they are exact.
    """

    terms: MeasureTerms
    points: tuple[Point, ...]
    rebases: tuple[Period, ...] = ()
    rounded_to: int = 1


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one return says, in the version that stands."""

    period: Period
    version: int
    standing: Standing
    readings: tuple[Reading, ...]


def figures(events: Iterable[object]) -> dict[Period, Figures]:
    """By period, what the return says that stands after these events; a rejected one says nothing.

    An accepted version is not replaced by a later one until that is accepted or restated itself.
    """
    found: dict[Period, Figures] = {}
    for event in events:
        match event:
            case monitoring.ReturnSubmitted():
                before = found.get(event.period)
                if before is None or before.standing == "submitted":
                    found[event.period] = _figures(event, "submitted")
            case monitoring.ReturnAccepted() if event.measures:
                pass  # what is shown is a whole return; it still waits for the rest
            case monitoring.ReturnAccepted():
                found[event.period] = _figures(event, "accepted")
            case monitoring.ReturnRestated():
                found[event.period] = _figures(event, "restated")
            case monitoring.ReturnRejected():
                before = found.get(event.period)
                if before and before.standing == "submitted" and before.version == event.version:
                    del found[event.period]
            case _:
                pass
    return found


def _figures(
    event: monitoring.ReturnSubmitted | monitoring.ReturnAccepted | monitoring.ReturnRestated,
    standing: Standing,
) -> Figures:
    return Figures(
        period=event.period, version=event.version, standing=standing, readings=event.readings
    )


def rebases(events: Iterable[object]) -> dict[MeasureId, tuple[Period, ...]]:
    """By measure, the periods at which its chart starts again."""
    found: dict[MeasureId, tuple[Period, ...]] = {}
    for event in events:
        if isinstance(event, monitoring.SeriesRebased):
            found[event.measure] = (*found.get(event.measure, ()), event.from_period)
    return found


def disclosed(measures: Iterable[MeasureTerms], events: Iterable[object]) -> Decisions:
    """What of every version of every return leaves, after all that ever came, in its order."""
    told = (said(event) for event in events if isinstance(event, Counted))
    return decisions(tuple(measures), told)


def said(event: Counted) -> Said:
    """The figures that an event tells; an acceptance tells its version's once more."""
    accepts = isinstance(event, monitoring.ReturnAccepted)
    return Said(
        period=event.period,
        version=event.version,
        readings=event.readings,
        breakdowns=() if accepts else event.breakdowns,
    )


def series(
    measures: Iterable[MeasureTerms],
    standing: Mapping[Period, Figures],
    decided: Decisions | None,
    rebased: Mapping[MeasureId, tuple[Period, ...]] = MappingProxyType({}),
) -> tuple[Series, ...]:
    """Every measure of the terms with its points: the true ones, or those that leave by what was
    decided.
    """
    return tuple(
        Series(
            terms=terms,
            points=tuple(_points(terms, standing, decided)),
            rebases=rebased.get(terms.measure, ()),
            rounded_to=_rounded_to(terms, standing, decided),
        )
        for terms in measures
    )


def _rounded_to(
    terms: MeasureTerms, standing: Mapping[Period, Figures], decided: Decisions | None
) -> int:
    """The coarsest step to which a period's counts leave; days, scores and sums leave exact."""
    if decided is None or terms.unit not in ("number", "percent"):
        return 1
    of = [decided.get((period, stands.version)) for period, stands in standing.items()]
    steps = [one.measures[terms.measure].rule.round_to for one in of
             if one is not None and terms.measure in one.measures]  # fmt: skip
    return max(steps, default=1)


def _points(
    terms: MeasureTerms, standing: Mapping[Period, Figures], decided: Decisions | None
) -> Iterable[Point]:
    for period in sorted(standing):
        stands = standing[period]
        mine = [reading for reading in stands.readings if reading.measure == terms.measure]
        shown: Sequence[Reading] = mine
        if decided is not None:
            of_version = decided.get((period, stands.version))
            shown = readings_shown({terms.measure: terms}, period, mine, of_version)
        for true, reading in zip(mine, shown, strict=True):
            yield _point(terms, stands, true, reading)


def _point(terms: MeasureTerms, stands: Figures, true: Reading, shown: Reading) -> Point:
    status = shown.status if shown.status == "suppressed" else judged(terms, true)
    return Point(
        period=shown.period,
        return_period=stands.period,
        version=stands.version,
        standing=stands.standing,
        value=shown.value,
        numerator=shown.numerator,
        denominator=shown.denominator,
        status=status,
        symbol=symbol(status, shown.value, shown.numerator),
    )


def judged(terms: MeasureTerms, reading: Reading) -> PointStatus:
    """What a reading is against its period's target; only one given and large enough counts."""
    if reading.status != "given":
        return reading.status
    if reading.value is None:
        return "missing"
    if reading.denominator is not None and reading.denominator < terms.minimum_volume:
        return "too-few"
    asked = terms.asked_in(reading.period)
    if asked.target is None or terms.direction == "neutral":
        return "no-target"
    if terms.direction == "higher":
        met = reading.value >= asked.target - asked.tolerance
    else:
        met = reading.value <= asked.target + asked.tolerance
    return "met" if met else "missed"
