"""What a formal review gathers: the year's returns, figures, money, cases and complaints. Pure.

Law: it judges nothing again; each figure is shown as it was judged when it came to stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from services.monitoring.flags.views import FlagRow, Point, SeriesRow
from services.monitoring.returns.views import ReturnRow
from shared.eventsourcing.clock import london_date
from shared.published.terms import ContractTerms, FinancialYear
from shared.values.quarters import financial_year, year_of


def returns_of(year: FinancialYear, returns: Iterable[ReturnRow]) -> list[dict[str, Any]]:
    return [
        {"period": one.period, "status": one.status, "in_time": one.in_time}
        for one in returns
        if year_of(one.period) == year
    ]


def flags_of(year: FinancialYear, flags: Iterable[FlagRow]) -> list[dict[str, Any]]:
    """Cases raised in the year, or resting on a period of it."""
    return [
        {"flag": one.flag, "measure": one.measure, "status": one.status, "rule": one.rule}
        for one in flags
        if financial_year(london_date(one.raised_at)) == year
        or any(year_of(miss.period) == year for miss in one.misses)
    ]


def card_of(year: FinancialYear, series: Iterable[SeriesRow]) -> list[dict[str, Any]]:
    """Each measure with its latest figures of the year that were judged, and their targets."""
    return [
        {
            "measure": one.measure.measure,
            "title": one.measure.title,
            "quadrant": one.measure.quadrant,
            "unit": one.measure.unit,
            "figures": [
                {
                    "period": point.reading.period,
                    "value": msgspec.to_builtins(point.reading.value),
                    "status": point.reading.status,
                    "target": msgspec.to_builtins(point.target),
                    "judgement": point.judgement,
                    "return_version": point.return_version,
                }
                for point in _judged(year, one).values()
            ],
        }
        for one in series
    ]


def _judged(year: FinancialYear, series: SeriesRow) -> dict[str, Point]:
    return {
        point.reading.period: point
        for point in series.points
        if point.judgement is not None and year_of(point.reading.period) == year
    }


def money_of(
    year: FinancialYear, terms: ContractTerms, returns: Iterable[ReturnRow]
) -> dict[str, Any]:
    """What was agreed for the year, and what the provider's last return of it says of its spend."""
    told = [
        one.standing.latest.budget
        for one in returns
        if one.standing.latest is not None and year_of(one.period) == year
    ]
    return {
        "agreed_pence": terms.commitments.get(year, 0),
        "budget": msgspec.to_builtins(told[-1]) if told else [],
    }


def counted(year: FinancialYear, returns: Iterable[ReturnRow]) -> dict[str, int]:
    """Complaints and compliments in the latest versions of the year's returns."""
    latest = [
        one.standing.latest
        for one in returns
        if one.standing.latest is not None and year_of(one.period) == year
    ]
    return {
        "complaints": sum(one.complaints for one in latest),
        "compliments": sum(one.compliments for one in latest),
    }
