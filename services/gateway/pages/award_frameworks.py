"""The page of framework agreements: what may be called off, from whom, until when."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.award_forms import AGREEMENT_STEPS, agreement
from services.gateway.pages.awards import LIST
from services.gateway.pages.rendering import page
from services.gateway.pages.tenders import HOME, providers
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/awards/frameworks", include_in_schema=False)


@router.get("")
async def show_frameworks(request: Request, visitor: Visit) -> HTMLResponse:
    """Framework agreements of the visitor's partnerships, with who is on each lot."""
    return await _frameworks(request, visitor, {}, None)


@router.post("")
async def register_on_page(request: Request, visitor: Visit) -> Response:
    """Enter a framework agreement. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = agreement(typed, list(await partnerships(request)))
    told = await refused(visitor, "/v1/framework-agreements", typed, body)
    return await _answered(request, visitor, typed, told)


@router.post("/{framework}/steps/{step}")
async def take_framework_step(
    request: Request, framework: Id, step: Id, visitor: Visit
) -> Response:
    """Change a lot or end an agreement. 403: csrf-token-wrong. 404: not-found."""
    taken = AGREEMENT_STEPS.get(step)
    if taken is None:
        raise Missing
    typed = await typed_in(request)
    at = f"/v1/framework-agreements/{framework}/{taken.to}"
    return await _answered(
        request, visitor, typed, await refused(visitor, at, typed, taken.body(typed))
    )


async def _answered(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> Response:
    if told is None:
        return RedirectResponse("/awards/frameworks", 303)
    return await _frameworks(request, visitor, typed, told)


async def _frameworks(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/framework-agreements", limit=200)
    known = await partnerships(request)
    today = london_date(request.app.state.house.clock())
    return page(
        request, "awards/frameworks.html", told.status if told else 200, visitor,
        title="Framework agreements", crumbs=[HOME, LIST], items=found["items"], typed=typed,
        told=told, key=new_key(), names=await providers(visitor), me=visitor.actor.agency,
        partnerships={name: row.name for name, row in known.items()},
        writes=visitor.may("tenders:write"), today=str(today),
    )  # fmt: skip
