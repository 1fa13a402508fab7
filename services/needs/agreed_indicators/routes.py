"""The doors of agreed indicators: partners propose, the board agrees, it gets the year's report."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path, Query, Request
from pydantic import Field

from services.needs.agreed_indicators import commands
from services.needs.agreed_indicators.decider import AGREED_INDICATORS, about
from services.needs.agreed_indicators.events import AgreedIndicator, IndicatorsProposed
from services.needs.agreed_indicators.reading import (
    recorded_in,
    standings_of,
    subject,
    year_of_indicators,
)
from services.needs.agreed_indicators.standing import IndicatorStanding
from services.needs.agreed_indicators.views import AgreedSet, VersionsRow
from services.needs.answers import in_full
from services.needs.meetings.views import DECISIONS, MEETINGS, DecisionRow, MeetingRow
from services.needs.strategies.views import STRATEGIES, StrategyRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Amount, Body, Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import rows
from shared.http.routing import Router
from shared.published.terms import FinancialYear
from shared.values.quarters import parse_year

router = Router(prefix="/v1/agreed-indicators", tags=["agreed indicators"])

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59, 999999)
MOST = 60

YearName = Annotated[str, Path(pattern=r"^20\d\d-\d\d$", description="A financial year, `2026-27`")]
Strategies = Annotated[ViewStore[StrategyRow], rows(STRATEGIES)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]
Meetings = Annotated[ViewStore[MeetingRow], rows(MEETINGS)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


class IndicatorChoice(Body):
    indicator: Id
    target: Amount | None = None
    by_period: Annotated[str, Field(pattern=r"^([0-9]{4}([/-][0-9A-Za-z/-]{1,8})?)?$")] = ""


class ProposalBody(Body):
    strategy: Id
    indicators: Annotated[tuple[IndicatorChoice, ...], Field(min_length=1, max_length=MOST)]


class AgreementBody(Body):
    decision: Id


class ReportBody(Body):
    meeting: Id


def year_named(name: str) -> FinancialYear:
    """`2026-27` as `2026/27`. Raises Missing for `2026-31`."""
    year = name.replace("-", "/")
    try:
        parse_year(year)
    except ValueError as error:
        raise Missing("There is no such financial year.") from error
    return year


@router.get("/{partnership}/{year}")
async def read_agreed_indicators(
    request: Request,
    partnership: Id,
    year: YearName,
    strategies: Strategies,
    _: Reader,
    known_on: Annotated[date | None, Query(description="what was recorded by this day")] = None,
) -> dict[str, Any]:
    """The year's report as it was known at the end of a day, now by default: each indicator with
    its target, its newest figure and every version of that. 404: not-found.
    """
    named, now = year_named(year), request.app.state.house.clock()
    known_at = min(now, datetime.combine(known_on, END_OF_DAY, LONDON)) if known_on else now
    row = await year_of_indicators(request, partnership, named)
    agreed = row.at(london_date(known_at)) if row else None
    found = await standings_of(request, agreed, known_at) if agreed else []
    waiting = row.waiting if row else None
    recorded = await recorded_in(request, partnership)
    return {
        "partnership": partnership,
        "year": named,
        "known_at": known_at.isoformat(),
        "agreed": _agreed(agreed) if agreed else None,
        "indicators": [_shown(one) for one in found],
        "waiting": _waiting(waiting) if waiting else None,
        "reports": in_full([one for one in row.reports if one.known_at <= known_at]) if row else [],
        "strategies": [
            {"strategy": one.strategy, "title": one.title, "indicators": _of(one, recorded)}
            for one in (await strategies.find(where={"partnership": partnership})).values()
            if one.status != "draft"
        ],
    }


def _agreed(agreed: AgreedSet) -> dict[str, Any]:
    return {
        "number": agreed.proposed.number,
        "strategy": agreed.proposed.strategy,
        "decision": agreed.decision,
        "agreed_on": agreed.agreed_on.isoformat(),
    }


def _waiting(proposed: IndicatorsProposed) -> dict[str, Any]:
    return {
        "number": proposed.number,
        "about": about(proposed.year, proposed.number),
        "strategy": proposed.strategy,
        "indicators": in_full(proposed.indicators),
    }


def _shown(one: IndicatorStanding) -> dict[str, Any]:
    return in_full(one.agreed) | {
        "newest": in_full(one.newest),
        "before": in_full(one.before),
        "versions": in_full(one.versions),
        "standing": one.standing,
        "course": one.course,
    }


def _of(strategy: StrategyRow, recorded: list[VersionsRow]) -> list[dict[str, str]]:
    """The indicators of a strategy's outcomes, each once, the newest assessment's."""
    outcomes = {one.outcome for one in strategy.outcomes}
    found = {
        (one.recorded.title.casefold(), one.recorded.outcome, one.recorded.area, one.recorded.unit):
        {"indicator": one.indicator, "title": one.recorded.title, "area": one.recorded.area}
        for one in recorded
        if one.recorded.outcome in outcomes
    }  # fmt: skip
    return list(found.values())


@router.post("/{partnership}/{year}/proposals", status_code=201)
async def propose_indicators(
    request: Request,
    partnership: Id,
    year: YearName,
    body: ProposalBody,
    strategies: Strategies,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Propose what the board is to agree for a year, from an approved strategy.

    409: year-over, strategy-not-approved. 422: indicator-unknown, indicator-twice, target-unclear.
    """
    strategy = await strategies.get(body.strategy)
    if strategy is None or strategy.partnership != partnership:
        raise Missing
    known = {one.indicator: one for one in await recorded_in(request, partnership)}
    outcomes = {one.outcome: one.title for one in strategy.outcomes}
    chosen = [
        _chosen(one, known[one.indicator], outcomes)
        if one.indicator in known and known[one.indicator].recorded.outcome in outcomes
        else None
        for one in body.indicators
    ]
    named = year_named(year)
    command = commands.ProposeIndicators(
        partnership=partnership,
        year=named,
        strategy=body.strategy,
        approved=strategy.status != "draft",
        indicators=tuple(one for one in chosen if one),
        unknown=tuple(n for n, one in enumerate(chosen) if one is None),
        proposed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AGREED_INDICATORS, subject(partnership, named), command)


def _chosen(choice: IndicatorChoice, row: VersionsRow, outcomes: dict[str, str]) -> AgreedIndicator:
    recorded = row.recorded
    target: Decimal | None = choice.target
    return AgreedIndicator(
        indicator=recorded.indicator,
        title=recorded.title,
        outcome=recorded.outcome,
        outcome_title=outcomes[recorded.outcome],
        area=recorded.area,
        unit=recorded.unit,
        direction=recorded.direction,
        target=target,
        by_period=choice.by_period,
    )


@router.post("/{partnership}/{year}/agreement", status_code=201)
async def agree_indicators(
    request: Request,
    partnership: Id,
    year: YearName,
    body: AgreementBody,
    decisions: Decisions,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Record that the board agreed the proposal, by a later decision about its `about`.

    409: indicators-not-proposed, indicators-not-decided.
    """
    named, decision = year_named(year), await decisions.get(body.decision)
    row = await year_of_indicators(request, partnership, named)
    waiting = row.waiting if row else None
    carried = bool(
        row
        and waiting
        and decision
        and decision.carries("other", about(named, waiting.number), partnership)
        and decision.position > row.waiting_since
    )
    command = commands.AgreeIndicators(
        decision=body.decision,
        about=decision.about if decision and carried else "",
        decided_on=decision.decided_on if decision and carried else None,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AGREED_INDICATORS, subject(partnership, named), command)


@router.post("/{partnership}/{year}/reports", status_code=201)
async def report_performance(
    request: Request,
    partnership: Id,
    year: YearName,
    body: ReportBody,
    meetings: Meetings,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Put the year's report, as it is known now, before a meeting of the board.

    409: indicators-not-agreed, year-not-over, meeting-not-coming.
    """
    named, now = year_named(year), handle.now()
    meeting = await meetings.get(body.meeting)
    ours = meeting is not None and meeting.partnership == partnership
    row = await year_of_indicators(request, partnership, named)
    agreed = row.at(london_date(now)) if row else None
    found = await standings_of(request, agreed, now) if agreed else []
    command = commands.ReportPerformance(
        meeting=body.meeting,
        coming=bool(meeting and ours and meeting.status != "closed"),
        figures=tuple(one.reported() for one in found),
        reported_by=actor.person,
        now=now,
    )
    return await handle(actor, AGREED_INDICATORS, subject(partnership, named), command)
