"""The doors by which an assessment's series are looked at: all of them, or one with its groups.

Law: those outside the partnership see what `guarded` leaves of the figures, and nothing is worked
out for them from more than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from fastapi import Query, Request, Response

from services.needs.areas.beside import Beside, Gazetteer
from services.needs.areas.routes import AREA_SET, AreaSets
from services.needs.areas.views import AreaSetRow
from services.needs.assessments.bands import banded, without_years
from services.needs.assessments.events import IndicatorRecorded
from services.needs.assessments.figures import Figure, guarded
from services.needs.assessments.gaps import GAP_METHOD, Gap, gaps
from services.needs.assessments.overviews import Line, groups_of, indexed, line
from services.needs.assessments.routes import Assessments, Reader, Series
from services.needs.assessments.sums import SUM_METHOD, Summed, summed
from services.needs.assessments.views import AssessmentRow, SeriesRow
from services.needs.assessments.vocabulary import THEMES
from shared.charts.forecasts import METHOD
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import members_of
from shared.http.routing import Router
from shared.published.terms import Outcome

router = Router(prefix="/v1/assessments", tags=["assessments"])

Shown = Literal[
    "all", "every", "age-band", "sex", "ethnicity", "disability", "religion", "locality", "send"
]


class IndicatorSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator and the series of it that were asked for."""

    indicator: str
    title: str
    outcome: str
    unit: str
    per: int | None
    direction: str
    source: str
    area: str
    area_name: str
    lines: tuple[Line, ...]
    breakdowns: tuple[str, ...]
    gaps: tuple[Gap, ...]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment's series; `series` counts those shown."""

    assessment: str
    partnership: str
    year: str
    title: str
    status: str
    outcomes: tuple[Outcome, ...]
    age_bands: tuple[str, ...]
    breakdown: str
    series: int
    indicators: tuple[IndicatorSeen, ...]
    forecast_method: str = METHOD
    gap_method: str = GAP_METHOD


class _Looking:
    """One reader's look at one assessment."""

    def __init__(self, row: AssessmentRow, areas: AreaSetRow, *, member: bool) -> None:
        self.row = row
        self._member = member
        self._places = Gazetteer(areas.areas, areas.neighbours)
        self._beside: dict[str, Beside] = {}

    def seen(
        self, one: IndicatorRecorded, series: SeriesRow, shown: Shown, *, whole: bool = False
    ) -> IndicatorSeen:
        figures = self.figures(series)
        by = indexed(without_years(figures))
        beside = self._beside.get(series.area)
        if beside is None:
            beside = self._beside[series.area] = self._places.beside(series.area)
        area = beside.area.code if (beside.area.code, "all", "") in by else series.area
        lines = [
            line(
                one.indicator, by, (area, kind, group), one.unit, one.direction, beside,
                whole_history=whole,
            )
            for kind, group in groups_of(by, area, shown)
        ]  # fmt: skip
        kinds = {kind for place, kind, _ in by if place == area and kind != "all"}
        return IndicatorSeen(
            indicator=one.indicator, title=one.title, outcome=one.outcome, unit=one.unit,
            per=one.per, direction=one.direction, source=one.source, area=area,
            area_name=beside.area.name, lines=tuple(lines), breakdowns=tuple(sorted(kinds)),
            gaps=gaps(one.indicator, figures, area, one.unit, one.direction) if kinds else (),
        )  # fmt: skip

    def figures(self, series: SeriesRow) -> Sequence[Figure]:
        """With the bands that single years add up to, and as this reader may see them."""
        figures = banded(series.figures, self.row.age_bands, series.unit)
        return figures if self._member else guarded(figures, series.unit)


async def _looking(
    request: Request, assessment: str, assessments: Assessments, sets: AreaSets, agency: str
) -> _Looking:
    """Raises Missing."""
    row = await assessments.get(assessment)
    if row is None:
        raise Missing
    member = agency in await members_of(request, row.partnership)
    return _Looking(row, await sets.get(AREA_SET) or AreaSetRow(), member=member)


def _encoded(content: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")


@router.get("/{assessment}/overview", response_class=Response)
async def read_overview(
    request: Request,
    assessment: Id,
    assessments: Assessments,
    series: Series,
    sets: AreaSets,
    actor: Reader,
    breakdown: Annotated[Shown, Query()] = "all",
) -> Response:
    """Every series of an assessment: five points and their trend, the forecast with its interval,
    England, region and statistical neighbours in the same period, and the groups that fare worse.

    `breakdown` adds the groups of one breakdown, or of `every` one.
    """
    looking = await _looking(request, assessment, assessments, sets, actor.agency)
    row = looking.row
    found: Mapping[str, SeriesRow] = await series.holding("assessment", [assessment])
    seen = tuple(
        looking.seen(one, found[one.indicator], breakdown)
        for one in row.indicators
        if one.indicator in found
    )
    return _encoded(
        Overview(
            assessment=row.assessment, partnership=row.partnership, year=row.year,
            title=row.title, status=row.status, outcomes=row.outcomes, age_bands=row.age_bands,
            breakdown=breakdown, series=sum(len(one.lines) for one in seen), indicators=seen,
        )
    )  # fmt: skip


@router.get("/{assessment}/indicators/{indicator}/breakdowns", response_class=Response)
async def read_breakdowns(
    request: Request,
    assessment: Id,
    indicator: Id,
    assessments: Assessments,
    series: Series,
    sets: AreaSets,
    actor: Reader,
) -> Response:
    """One indicator with the whole history of every group of every breakdown, as in an overview."""
    looking = await _looking(request, assessment, assessments, sets, actor.agency)
    found = await series.get(indicator)
    known = next((one for one in looking.row.indicators if one.indicator == indicator), None)
    if found is None or known is None:
        raise Missing
    return _encoded(looking.seen(known, found, "every", whole=True))


class SignalsSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment's signals added up by theme; `vocabulary` are the themes there are."""

    themes: tuple[Summed, ...]
    method: str
    vocabulary: dict[str, str]


@router.get("/{assessment}/signals", response_class=Response)
async def read_signals(
    request: Request, assessment: Id, assessments: Assessments, actor: Reader
) -> Response:
    """How reports of individual and operational level added up, theme by theme, report by report.
    To partners alone, also after publication: 404 to all others.
    """
    row = await assessments.get(assessment)
    if row is None or actor.agency not in await members_of(request, row.partnership):
        raise Missing
    seen = SignalsSeen(
        themes=summed(row.signals, row.needs), method=SUM_METHOD, vocabulary=dict(THEMES)
    )
    return _encoded(seen)
