"""The strategic partnership's page: drafts sent in, what they share, and what is agreed about it.

Law: an issue is found among the drafts; the page adds none.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.strategies import EVERYTHING, HOME, LIST, ours
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/strategies/drafts", include_in_schema=False)

KINDS = {
    "need": "The same need", "group": "The same group", "locality": "The same place",
    "provider": "The same provider",
}  # fmt: skip


@router.get("/{partnership}")
async def show_drafts(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """The drafts, and the issues that cut across them. 404: not-found."""
    return await _page(request, partnership, visitor, None)


@router.post("/{partnership}")
async def send_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Send a draft in. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    places = [one.strip() for one in typed.get("localities", "").split(",") if one.strip()]
    body = {"strategy": typed.get("strategy", ""), "localities": places}
    return await _answered(request, partnership, visitor, "", typed, body)


@router.post("/{partnership}/proposal")
async def propose_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Propose how an issue is taken forward. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"taken_forward": typed.get("taken_forward", ""), "owner": typed.get("owner", "")}
    at = f"/issues/{typed.get('issue') or 'none'}/proposal"
    return await _answered(request, partnership, visitor, at, typed, body)


@router.post("/{partnership}/agreement")
async def agree_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Agree for one's own partnership. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"partnership": typed.get("partnership", "")}
    at = f"/issues/{typed.get('issue') or 'none'}/agreement"
    return await _answered(request, partnership, visitor, at, typed, body)


async def _answered(
    request: Request, partnership: str, visitor: Visitor, at: str, typed: Typed, body: Any
) -> Response:
    told = await refused(visitor, f"/v1/drafts/{partnership}{at}", typed, body)
    if told is None:
        return RedirectResponse(f"/strategies/drafts/{partnership}", 303)
    return await _page(request, partnership, visitor, told)


async def _page(
    request: Request, partnership: str, visitor: Visitor, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/drafts/{partnership}")
    rows = await partnerships(request)
    mine = await ours(request, visitor)
    drafts: list[dict[str, Any]] = []
    for one in mine if visitor.may("needs:write") else []:
        if one != partnership:
            listed = await visitor.api.get("/v1/strategies", partnership=one, limit=EVERYTHING)
            drafts += [each for each in listed["items"] if each["status"] == "draft"]
    concerned = {each for one in found["issues"] for each in one["found"]["partnerships"]}
    agencies = {
        a for each in (partnership, *concerned) if each in rows for a in rows[each].agencies
    }
    return page(
        request, "strategies/drafts.html", told.status if told else 200, visitor,
        title="Drafts and what they share", crumbs=[HOME, LIST], found=found, told=told,
        names={key: row.name for key, row in rows.items()}, mine=mine, drafts=drafts,
        agencies=await agency_names(request, sorted(agencies)), key=new_key(), kinds=KINDS,
        titles={one["strategy"]: one["title"] for one in found["drafts"]},
        writes=visitor.may("needs:write"),
    )  # fmt: skip
