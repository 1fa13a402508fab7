"""What may be read of returns: lists, rates, actions, series, one return, its texts and agenda.

Law: everyone is shown only what they may see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.monitoring.flags.views import FLAG_ROWS, SERIES, FlagRow, SeriesRow
from services.monitoring.heard import (
    contract_row,
    parties_of_contract,
    sees_all,
    visible,
)
from services.monitoring.reactions import return_subject
from services.monitoring.returns.agenda import agenda
from services.monitoring.returns.bodies import (
    PeriodId,
)
from services.monitoring.returns.disclosure import suppressed
from services.monitoring.returns.shown import line, prepared_texts, texts_of, whole
from services.monitoring.returns.template import SPREADSHEET, make_template
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow, actions_of, rates
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Cursor, Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.values.quarters import previous_period

router = Router(prefix="/v1/returns", tags=["returns"])


Returns = Annotated[ViewStore[ReturnRow], rows(RETURN_ROWS)]
Flags = Annotated[ViewStore[FlagRow], rows(FLAG_ROWS)]
Series = Annotated[ViewStore[SeriesRow], rows(SERIES)]
EVERYTHING = Cursor(after="", limit=5000)

Reader = Annotated[
    Actor, allowed("returns:read", "provider", "lead", "member", of=parties_of_contract)
]
Reviewer = Annotated[Actor, allowed("returns:review", "reviewer", of=parties_of_contract)]
Anyone = Annotated[Actor, allowed("returns:read")]


async def row_of(returns: Returns, contract: str, period: str) -> ReturnRow:
    """The return as it stands. Raises Missing."""
    row = await returns.get(return_subject(contract, period))
    if row is None:
        raise Missing
    return row


@router.get("")
async def list_returns(
    request: Request,
    returns: Returns,
    paging: Paging,
    actor: Anyone,
    contract: Id | None = None,
    status: Id | None = None,
) -> Listed[dict[str, Any]]:
    """Returns on the contracts one has to do with; by contract, by status."""
    where = {"contract": contract} if contract else {}
    if status:
        where["status"] = status
    found = await visible(request, returns, actor, paging, **where)
    return paging.page({key: line(row) for key, row in found.items()})


@router.get("/actions")
async def list_actions(
    request: Request,
    returns: Returns,
    paging: Paging,
    actor: Anyone,
    contract: Id | None = None,
    overdue: bool = False,
) -> list[dict[str, Any]]:
    """Actions of review meetings, for the provider and the contract manager; `overdue` alone."""
    where = {"contract": contract} if contract else {}
    found = await visible(request, returns, actor, paging, **where)
    now = request.app.state.house.clock()
    return [
        msgspec.to_builtins(action)
        for row in found.values()
        if sees_all(actor, row.provider, row.commissioner)
        for action in actions_of(row, now)
        if action.overdue or not overdue
    ]


@router.get("/rates")
async def read_rates(
    request: Request,
    returns: Returns,
    actor: Anyone,
    contract: Id | None = None,
    provider: Id | None = None,
) -> dict[str, Any]:
    """Completeness and timeliness, apart; nil, late, missing and excused, apart."""
    where = {"contract": contract} if contract else {}
    if provider:
        where["provider"] = provider
    found = await visible(request, returns, actor, EVERYTHING, **where)
    return msgspec.to_builtins(rates(found.values(), request.app.state.house.clock()))


@router.get("/{contract}/template.xlsx", response_class=Response)
async def read_template(
    request: Request,
    contract: Id,
    returns: Returns,
    _: Reader,
    period: PeriodId | None = None,
) -> Response:
    """A spreadsheet for one period of the contract (the next that is not in, unless named). 404."""
    terms = (await contract_row(request, contract)).terms
    if period is None:
        found = await returns.find(where={"contract": contract})
        open_rows = (row for row in found.values() if not row.standing.submitted)
        period = next((row.period for row in open_rows if row.status != "cancelled"), None)
    if period is None or await returns.get(return_subject(contract, period)) is None:
        raise Missing
    name = f"return-{period}.xlsx"
    return Response(
        make_template(contract, terms, period, await _groups(returns, contract, period)),
        media_type=SPREADSHEET,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _groups(returns: Returns, contract: str, period: str) -> list[str]:
    """The groups that the return before this one had."""
    before = await returns.get(return_subject(contract, previous_period(period)))
    latest = before.standing.latest if before else None
    return [part.group for part in latest.breakdowns] if latest else []


@router.get("/{contract}/series")
async def read_series(
    request: Request, contract: Id, series: Series, actor: Reader
) -> list[dict[str, Any]]:
    """Each measure's readings that came to stand, by period and version."""
    row = await contract_row(request, contract)
    units = {measure.measure: measure.unit for measure in row.terms.measures}
    content: list[dict[str, Any]] = []
    for one in (await series.find(where={"contract": contract})).values():
        shown: dict[str, Any] = msgspec.to_builtins(one)
        if not sees_all(actor, row.provider, row.commissioner):
            hidden = suppressed([point.reading for point in one.points], dict(units))
            for point, reading in zip(shown["points"], hidden, strict=True):
                point["reading"] = msgspec.to_builtins(reading)
        content.append(shown)
    return content


@router.get("/{contract}/{period}")
async def read_return(
    request: Request,
    response: Response,
    contract: Id,
    period: PeriodId,
    returns: Returns,
    actor: Reader,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """One return, as it is or as it was known at a time. 404."""
    row = await row_of(returns, contract, period)
    if known_at is not None:
        known = await returns.known_at(return_subject(contract, period), known_at)
        if known is None:
            raise Missing
        row = known.row
    response.headers["ETag"] = f'"{row.version}"'
    return whole(row, (await contract_row(request, contract)).terms, actor)


@router.get("/{contract}/{period}/texts/{text}", response_class=Response)
async def read_return_text(
    contract: Id, period: PeriodId, text: UUID, returns: Returns, texts: Texts, actor: Reader
) -> Response:
    """A text that the return cites: story, reason, query, answer, minutes, action. 404."""
    row = await row_of(returns, contract, period)
    kept = await texts.get(text) if text in texts_of(row) else None
    if kept is None or kept.content is None:
        raise Missing
    if not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    if text in prepared_texts(row) and actor.agency != row.provider:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.get("/{contract}/{period}/agenda")
async def read_agenda(
    request: Request, contract: Id, period: PeriodId, returns: Returns, flags: Flags, _: Reviewer
) -> list[dict[str, Any]]:
    """What the review meeting over this return has to talk about, made from the return. 404."""
    row = await row_of(returns, contract, period)
    of_contract = {"contract": contract}
    others = await returns.find(where=of_contract)
    cases = await flags.find(where={**of_contract, "open": True})
    now = request.app.state.house.clock()
    actions = [action for other in others.values() for action in actions_of(other, now)]
    terms = (await contract_row(request, contract)).terms
    return [msgspec.to_builtins(item) for item in agenda(row, terms, cases.values(), actions)]
