"""The page of planned procurements: what is to be bought anew, and by when it opens at latest."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in, whole
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/planned-procurements", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}


@router.get("")
async def show_planned(request: Request, visitor: Visit) -> HTMLResponse:
    """What the visitor's partnerships are to buy anew, the most urgent first."""
    return await _shown(request, visitor, {}, None)


@router.post("/{contract}/time")
async def allow_time_on_page(request: Request, contract: Id, visitor: Visit) -> Response:
    """Say how long this one takes. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"working_days": whole(typed.get("working_days", "")),
            "reason": typed.get("reason", "")}  # fmt: skip
    return await _answered(request, visitor, contract, "time", typed, body)


@router.post("/{contract}/beginning")
async def begin_on_page(request: Request, contract: Id, visitor: Visit) -> Response:
    """Name the tender or award it goes on as. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("by_kind", "by")}
    return await _answered(request, visitor, contract, "beginning", typed, body)


async def _answered(
    request: Request, visitor: Visitor, contract: str, what: str, typed: Typed, body: Any
) -> Response:
    at = "/v1/planned-procurements"
    told = await refused(visitor, f"{at}/{contract}/{what}", typed, body)
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse("/planned-procurements", 303)
    return await _shown(request, visitor, typed | {"contract": contract, "what": what}, told)


async def _shown(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/planned-procurements", limit=500)
    items = sorted(found["items"], key=lambda one: (bool(one["begun_by"]), one["open_by"]))
    return page(
        request, "following/planned.html", told.status if told else 200, visitor,
        title="Planned procurements", crumbs=[HOME], items=items, typed=typed, told=told,
        key=new_key(), writes=visitor.may("tenders:write"),
    )  # fmt: skip
