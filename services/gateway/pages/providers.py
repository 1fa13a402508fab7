"""Pages of the register of providers: who is in it, what soon ends, and how one stands.

Law: what stands against a provider shows with its section and its last day; why, only to partners
and to the provider itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.award_forms import CONDITIONS, PROVIDER_STEPS, registering
from services.gateway.pages.rendering import page
from services.gateway.pages.tender_steps import item_of
from services.gateway.pages.tenders import HOME
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/providers", include_in_schema=False)

LIST = {"text": "Providers", "href": "/providers"}
FORMS = (
    ("third-sector", "Third sector"),
    ("private", "Private"),
    ("statutory", "Statutory"),
)
STANDARDS = (*CONDITIONS, ("other", "Another standard"))
SOON_DAYS = 90


@router.get("")
async def show_providers(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """The register, and what ends within ninety days."""
    return await _list(request, visitor, {}, None, after)


@router.post("")
async def register_provider_on_page(request: Request, visitor: Visit) -> Response:
    """Enter a provider. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, "/v1/providers", typed, registering(typed))
    if told is None:
        return RedirectResponse("/providers", 303)
    return await _list(request, visitor, typed, told)


async def _list(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None, after: str = ""
) -> HTMLResponse:
    found = await visitor.api.get("/v1/providers", after=after, limit=200)
    ending = await visitor.api.get("/v1/providers", expiring_within_days=SOON_DAYS, limit=500)
    soon = london_date(request.app.state.house.clock()) + timedelta(days=SOON_DAYS)
    lines = [
        line | {"provider": one["provider"], "name": one["name"]}
        for one in ending["items"]
        for line in one["standards"]
        if not line.get("lapsed") and line["valid_until"] <= str(soon)
    ]
    return page(
        request, "providers/list.html", told.status if told else 200, visitor, title="Providers",
        crumbs=[HOME], items=sorted(found["items"], key=lambda one: one["name"]),
        next=found["next"], lines=sorted(lines, key=lambda line: line["valid_until"]),
        typed=typed, told=told, key=new_key(), forms=FORMS, standards=dict(STANDARDS),
        writes=visitor.may("providers:write"), soon=SOON_DAYS,
    )  # fmt: skip


@router.get("/{provider}")
async def show_provider(request: Request, provider: Id, visitor: Visit) -> HTMLResponse:
    """One provider: standards, grounds, standing. 404: not-found."""
    return await _one(request, visitor, provider, {}, None)


@router.post("/{provider}/steps/{step}")
async def take_provider_step(request: Request, provider: Id, step: Id, visitor: Visit) -> Response:
    """Send one command of the register. 403: csrf-token-wrong. 404: not-found."""
    taken = PROVIDER_STEPS.get(step)
    if taken is None:
        raise Missing
    typed = await typed_in(request)
    at = f"/v1/providers/{provider}/{taken.to.format(item=item_of(typed))}"
    told = await refused(visitor, at, typed, taken.body(typed))
    if told is None:
        return RedirectResponse(f"/providers/{provider}", 303)
    return await _one(request, visitor, provider, typed, told)


async def _one(
    request: Request, visitor: Visitor, provider: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    at = f"/v1/providers/{provider}"
    row = await visitor.api.get(at)
    law: dict[str, Any] = await visitor.api.find("/v1/regimes/table") or {"exclusion_grounds": []}
    today = london_date(request.app.state.house.clock())
    why: dict[str, Any] = {
        one["ground"]: (await visitor.api.find(f"{at}/grounds/{one['ground']}/reason") or {})
        for one in row["grounds"]
    }
    return page(
        request, "providers/provider.html", told.status if told else 200, visitor,
        title=row["name"], crumbs=[HOME, LIST], row=row, typed=typed, told=told, key=new_key(),
        today=str(today), soon=str(today + timedelta(days=SOON_DAYS)), why=why,
        reason=await visitor.api.find(f"{at}/reason") if row["reason"] else None,
        grounds=law["exclusion_grounds"], standards=STANDARDS, standard_names=dict(STANDARDS),
        forms=dict(FORMS), writes=visitor.may("providers:write"),
    )  # fmt: skip
