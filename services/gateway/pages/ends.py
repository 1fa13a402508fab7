"""The page on which a service's end is confirmed that follows from a decision of the board.

Law: nothing ends without an equality and impact assessment, nor without a person.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/contracts", include_in_schema=False)

CRUMBS = [{"text": "Home", "href": "/"}, {"text": "Contracts", "href": "/contracts"}]


@router.get("/{contract}/end")
async def show_end(request: Request, contract: Id, visitor: Visit) -> HTMLResponse:
    """What the board decided, what the clause allows, and what is still to be done. 404."""
    return await _shown(request, visitor, contract, {}, None)


@router.post("/{contract}/end/assessment")
async def assess_on_page(request: Request, contract: Id, visitor: Visit) -> Response:
    """Record the equality and impact assessment. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"assessment": typed.get("assessment", "")}
    at = f"/v1/contracts/{contract}/impact-assessments"
    return await _answered(request, visitor, contract, typed, at, body)


@router.post("/{contract}/end/confirmation")
async def confirm_on_page(request: Request, contract: Id, visitor: Visit) -> Response:
    """Confirm the end. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"effective_on": typed.get("effective_on", "")}
    at = f"/v1/contracts/{contract}/proposed-end/confirmation"
    return await _answered(request, visitor, contract, typed, at, body)


async def _answered(
    request: Request, visitor: Visitor, contract: str, typed: Typed, at: str, body: dict[str, str]
) -> Response:
    told = await refused(visitor, at, typed, body)
    if told is None:
        await visitor.api.find(f"/v1/contracts/{contract}")
        return RedirectResponse(f"/contracts/{contract}/end", 303)
    return await _shown(request, visitor, contract, typed, told)


async def _shown(
    request: Request, visitor: Visitor, contract: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found: dict[str, Any] = await visitor.api.get(f"/v1/contracts/{contract}")
    ending = found.get("proposed_end")
    assessment = ending and ending["impact_assessment"]
    at = f"/v1/contracts/{contract}/texts/{assessment}"
    leads = found["commissioner"] == visitor.actor.agency and visitor.may("contracts:write")
    return page(
        request, "following/end.html", told.status if told else 200, visitor,
        title=f"The end of {found['title'] or contract}",
        crumbs=[*CRUMBS, {"text": found["title"], "href": f"/contracts/{contract}"}],
        contract=contract, found=found, ending=ending, typed=typed, told=told, key=new_key(),
        assessed=await visitor.api.text(at) if assessment else "",
        writes=leads and ending is not None and not ending["confirmed"],
    )  # fmt: skip
