"""Reads where a year's agreed indicators stand, for its own doors and for the board's meetings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import Request

from services.needs.agreed_indicators.standing import IndicatorStanding, stands
from services.needs.agreed_indicators.views import (
    FIGURE_VERSIONS,
    YEARS_OF_INDICATORS,
    AgreedSet,
    VersionsRow,
    YearOfIndicatorsRow,
)
from services.needs.assessments.views import ASSESSMENTS, AssessmentRow
from shared.eventsourcing.view_store import ViewStore
from shared.published.terms import FinancialYear, PartnershipId
from shared.values.quarters import financial_year, previous_year


def subject(partnership: PartnershipId, year: FinancialYear) -> str:
    """The stream of one year of one partnership."""
    return f"{partnership}:{year.replace('/', '-')}"


def stores_of(request: Request) -> Mapping[str, ViewStore[Any]]:
    return request.app.state.house.stores


async def year_of_indicators(
    request: Request, partnership: PartnershipId, year: FinancialYear
) -> YearOfIndicatorsRow | None:
    store: ViewStore[YearOfIndicatorsRow] = stores_of(request)[YEARS_OF_INDICATORS.name]
    return await store.get(subject(partnership, year))


async def recorded_in(request: Request, partnership: PartnershipId) -> list[VersionsRow]:
    """Every indicator of every assessment of a partnership with all it ever held."""
    stores = stores_of(request)
    held: ViewStore[AssessmentRow] = stores[ASSESSMENTS.name]
    versions: ViewStore[VersionsRow] = stores[FIGURE_VERSIONS.name]
    found: list[VersionsRow] = []
    for assessment in (await held.find(where={"partnership": partnership})).values():
        for one in assessment.indicators:
            row = await versions.get(one.indicator)
            found += [row] if row else []
    return found


async def standings_of(
    request: Request, agreed: AgreedSet, known_at: datetime
) -> list[IndicatorStanding]:
    """Each indicator of an agreed list as it was known at a time."""
    proposed = agreed.proposed
    rows = await recorded_in(request, proposed.partnership)
    return [stands(one, rows, proposed.year, known_at) for one in proposed.indicators]


async def before_meeting(
    request: Request, partnership: PartnershipId, meeting: str, held_on: date
) -> dict[str, Any] | None:
    """How the yearly report of the year before a meeting has come to the board.

    None where the board had agreed no indicators for that year.
    """
    year = previous_year(financial_year(held_on))
    row = await year_of_indicators(request, partnership, year)
    if row is None or row.at(held_on) is None:
        return None
    return {
        "year": year,
        "reported": bool(row.reports),
        "to_this_meeting": [one.report for one in row.reports if one.meeting == meeting],
    }
