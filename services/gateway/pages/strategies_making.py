"""The forms by which a strategy is made: drafted, recommended, mapped, approved, published.

Law: each form is one command of the API; approval cites the board's own decision, nobody's word.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import (
    MOST_FIELDS,
    Typed,
    answered,
    hundredths,
    new_key,
    typed_in,
    whole,
)
from services.gateway.pages.rendering import page
from services.gateway.pages.strategies import EVERYTHING, HOME, LIST, ours, written
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/strategies", include_in_schema=False)

MOST_CITED = 200


@router.get("/new")
async def show_drafting(request: Request, visitor: Visit, assessment: str = "") -> HTMLResponse:
    """The form that drafts a strategy on a published assessment."""
    return await _drafting(request, visitor, {"assessment": assessment[:80]}, None)


@router.post("/new")
async def draft_on_page(request: Request, visitor: Visit) -> Response:
    """Draft it. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"assessment": typed.get("assessment", ""), "title": typed.get("title", "")}
    told = await answered(visitor, "/v1/strategies", typed, body)
    if isinstance(told, Problem):
        return await _drafting(request, visitor, typed, told)
    await visitor.api.find(f"/v1/strategies/{told['id']}")
    return RedirectResponse(f"/strategies/{told['id']}", 303)


async def _drafting(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    published: list[dict[str, Any]] = []
    for one in await ours(request, visitor):
        held = await visitor.api.get("/v1/assessments", partnership=one, limit=EVERYTHING)
        published += [each for each in held["items"] if each["status"] == "published"]
    newest = sorted(published, key=lambda one: (one["year"], one["title"]), reverse=True)
    return page(
        request, "strategies/new.html", told.status if told else 200, visitor,
        title="Draft a strategy", crumbs=[HOME, LIST], told=told, typed=typed, key=new_key(),
        choices=[(one["assessment"], f"{one['title']}, {one['year']}") for one in newest],
        writes=visitor.may("needs:write"),
    )  # fmt: skip


@router.post("/{strategy}/recommendations")
async def recommend_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Recommend what to do about a need. 403: csrf-token-wrong."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS + MOST_CITED) as sent:
        cited = [said for said in sent.getlist("evidence") if isinstance(said, str)]
        typed = {name: said.strip() for name, said in sent.items() if isinstance(said, str)}
    body = {
        "title": typed.get("title", ""),
        "need": typed.get("for_need", ""),
        "outcome": typed.get("outcome") or None,
        "evidence": cited,
        "change": typed.get("change", ""),
        "knock_on": typed.get("knock_on") or None,
        "impact_assessment": typed.get("impact") or None,
    }
    return await written(request, strategy, visitor, "recommendations", typed, body)


@router.post("/{strategy}/resources")
async def map_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Map a service as it is now. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    names = ("service", "provider", "partner", "outcome", "kind", "arrangement")
    body: dict[str, Any] = {name: typed.get(name, "") for name in names}
    body |= {
        "need": typed.get("for_need") or None,
        "tier": whole(typed.get("tier", "")),
        "annual_pence": hundredths(typed.get("pounds", "")),
    }
    return await written(request, strategy, visitor, "resources", typed, body)


@router.post("/{strategy}/issues")
async def raise_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Raise an issue shared with others. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("with_whom", "what", "taken_forward")}
    return await written(request, strategy, visitor, "issues", typed, body)


@router.post("/{strategy}/approval")
async def approve_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Approve by the board's decision. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"decision": typed.get("decision", "")}
    return await written(request, strategy, visitor, "approval", typed, body)


@router.post("/{strategy}/publication")
async def publish_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Publish what was approved. 403: csrf-token-wrong."""
    return await written(request, strategy, visitor, "publication", await typed_in(request), None)
