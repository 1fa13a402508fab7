"""The page of a partnership's children's plan: what it says, and recording what the board adopted.

Law: a plan is what the board carried; strategies are compared with its outcomes.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.assessment_opening import outcomes_known, outcomes_of
from services.gateway.pages.rendering import page
from services.gateway.pages.strategies import HOME, LIST, ours
from services.gateway.pages.strategies_standing import PLAN, Standing, standing
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year

router = Router(prefix="/strategies/plans", include_in_schema=False)

TITLE = "The children's plan"


@router.get("/{partnership}")
async def show_plan(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """The plan as adopted last; to partners the form too. 404: not-found."""
    return await _page(request, partnership, visitor, {}, None)


@router.post("/{partnership}")
async def adopt_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Record what the board adopted. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    if partnership not in await ours(request, visitor):
        raise Missing
    body = {
        "title": typed.get("title", ""),
        "year": typed.get("year", ""),
        "outcomes": outcomes_of(typed, await outcomes_known(visitor, partnership)),
        "decision": typed.get("decision", ""),
    }
    told = await refused(visitor, f"/v1/plans/{partnership}", typed, body)
    if told is not None:
        return await _page(request, partnership, visitor, typed, told)
    await visitor.api.find(f"/v1/plans/{partnership}")
    return RedirectResponse(f"/strategies/plans/{partnership}", 303)


async def _page(
    request: Request, partnership: str, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    row = (await partnerships(request)).get(partnership)
    if row is None:
        raise Missing
    plan: dict[str, Any] | None = await visitor.api.find(f"/v1/plans/{partnership}")
    member = partnership in await ours(request, visitor)
    board = Standing()
    if member:
        board = await standing(visitor, partnership, "other", PLAN, TITLE)
    today = london_date(request.app.state.house.clock())
    held = {f"outcome-{one['outcome']}": "yes" for one in plan["outcomes"]} if plan else {}
    return page(
        request, "strategies/plan.html", told.status if told else 200, visitor, title=TITLE,
        crumbs=[HOME, LIST], name=row.name, plan=plan, board=board, told=told, key=new_key(),
        typed=typed or {"year": financial_year(today), **held}, partnership=partnership,
        known=await outcomes_known(visitor, partnership) if member else {},
        writes=member and visitor.may("needs:write"),
    )  # fmt: skip
