"""Where a year's agreed indicators stand, from what had been recorded by a time. Pure.

Law: a figure counts as it was last recorded by then; what restated it before stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from services.needs.agreed_indicators.events import AgreedIndicator, ReportedFigure
from services.needs.agreed_indicators.views import FigureVersion, VersionsRow
from shared.published.terms import FinancialYear
from shared.values.quarters import parse_year

Course = Literal["better", "worse", "same", "unknown"]


class IndicatorStanding(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator with its newest figure, the one before it, and each version of the newest."""

    agreed: AgreedIndicator
    newest: FigureVersion | None
    before: FigureVersion | None
    versions: tuple[FigureVersion, ...]
    standing: Literal["reached", "missed", "not-yet", "no-target", "no-figure"]
    course: Course

    def reported(self) -> ReportedFigure:
        newest = self.newest
        return ReportedFigure(
            indicator=self.agreed.indicator,
            period=newest.period if newest else "",
            value=newest.value if newest else None,
            standing=self.standing,
        )


def same(agreed: AgreedIndicator, row: VersionsRow) -> bool:
    """Whether an indicator of some assessment is the one that was agreed."""
    one = row.recorded
    return (one.title.casefold(), one.outcome, one.area, one.unit) == (
        agreed.title.casefold(), agreed.outcome, agreed.area, agreed.unit
    )  # fmt: skip


def stands(
    agreed: AgreedIndicator, rows: Iterable[VersionsRow], year: FinancialYear, known_at: datetime
) -> IndicatorStanding:
    """Of all periods that begin no later than in the year, the newest and the one before."""
    last = parse_year(year)
    known = sorted(
        (
            one
            for row in rows
            if same(agreed, row)
            for one in row.versions
            if one.recorded_at <= known_at and int(one.period[:4]) <= last
        ),
        key=lambda one: one.recorded_at,
    )
    by_period = {one.period: one for one in known}
    periods = sorted(by_period)
    newest = by_period[periods[-1]] if periods else None
    before = by_period[periods[-2]] if len(periods) > 1 else None
    return IndicatorStanding(
        agreed=agreed,
        newest=newest,
        before=before,
        versions=tuple(one for one in known if newest and one.period == newest.period),
        standing=_standing(agreed, newest),
        course=_course(agreed, newest, before),
    )


def _standing(
    agreed: AgreedIndicator, newest: FigureVersion | None
) -> Literal["reached", "missed", "not-yet", "no-target", "no-figure"]:
    if newest is None or newest.value is None:
        return "no-figure"
    if agreed.target is None or agreed.direction == "neutral":
        return "no-target"
    if _at_least_as_good(newest.value, agreed.target, agreed.direction):
        return "reached"
    return "missed" if newest.period >= agreed.by_period else "not-yet"


def _at_least_as_good(value: Decimal, other: Decimal, direction: str) -> bool:
    return value >= other if direction == "higher" else value <= other


def _course(
    agreed: AgreedIndicator, newest: FigureVersion | None, before: FigureVersion | None
) -> Course:
    if newest is None or before is None or agreed.direction == "neutral":
        return "unknown"
    if newest.value is None or before.value is None:
        return "unknown"
    if newest.value == before.value:
        return "same"
    return "better" if _at_least_as_good(newest.value, before.value, agreed.direction) else "worse"
