"""Pages of shared lists of preferred providers: for which need, with whom, agreed by whom (N-6)."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.award_forms import LIST_STEPS, preferred
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.tender_steps import item_of
from services.gateway.pages.tenders import HOME, providers
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.sign_in.persons import PERSONS
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/preferred", include_in_schema=False)

LIST = {"text": "Preferred providers", "href": "/preferred"}


@router.get("")
async def show_preferred_lists(request: Request, visitor: Visit) -> HTMLResponse:
    """The lists that the visitor's partnerships share, those that hold first."""
    return await _list(request, visitor, {}, None)


@router.post("")
async def draft_list_on_page(request: Request, visitor: Visit) -> Response:
    """Draft a list. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = preferred(typed, list(await partnerships(request)))
    told = await refused(visitor, "/v1/preferred-lists", typed, body)
    if told is None:
        return RedirectResponse("/preferred", 303)
    return await _list(request, visitor, typed, told)


async def neighbours(visitor: Visitor) -> list[dict[str, Any]]:
    """Every partnership by name, one's own marked; none for who may not procure."""
    return await visitor.api.find("/v1/preferred-lists/neighbours/names") or []


async def _list(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/preferred-lists", limit=200)
    known = await partnerships(request)
    return page(
        request, "preferred/list.html", told.status if told else 200, visitor,
        title="Preferred providers", crumbs=[HOME], typed=typed, told=told, key=new_key(),
        items=sorted(found["items"], key=lambda one: (not one["holds"], one["title"])),
        named={name: row.name for name, row in known.items()},
        neighbours=await neighbours(visitor), writes=visitor.may("tenders:write"),
    )  # fmt: skip


@router.get("/{list_id}")
async def show_preferred(request: Request, list_id: Id, visitor: Visit) -> HTMLResponse:
    """One list. 404: not-found."""
    return await _one(request, visitor, list_id, {}, None)


@router.post("/{list_id}/steps/{step}")
async def take_list_step(request: Request, list_id: Id, step: Id, visitor: Visit) -> Response:
    """Send one command of a list. 403: csrf-token-wrong. 404: not-found."""
    taken = LIST_STEPS.get(step)
    if taken is None:
        raise Missing
    typed = await typed_in(request)
    at = f"/v1/preferred-lists/{list_id}/{taken.to.format(item=item_of(typed))}"
    told = await refused(visitor, at, typed, taken.body(typed))
    if told is None:
        return RedirectResponse(f"/preferred/{list_id}", 303)
    return await _one(request, visitor, list_id, typed, told)


async def _one(
    request: Request, visitor: Visitor, list_id: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    at = f"/v1/preferred-lists/{list_id}"
    row = await visitor.api.get(at)
    known = await partnerships(request)
    me = visitor.actor.agency
    writes = visitor.may("tenders:write") and not row["ended"]
    agreed = {one["partnership"] for one in row["agreements"]}
    mine = [n for n in row["partnerships"] if n in known and me in known[n].agencies]
    why: dict[str, Any] = {
        one["provider"]: (await visitor.api.find(f"{at}/providers/{one['provider']}/reason") or {})
        for one in row["providers"]
    }
    register = await providers(visitor)
    return page(
        request, "preferred/one.html", told.status if told else 200, visitor, title=row["title"],
        crumbs=[HOME, LIST], row=row, typed=typed, told=told, key=new_key(), names=register,
        named={name: one.name for name, one in known.items()}, why=why, persons=PERSONS,
        agencies=await agency_names(request, [one["agency"] for one in row["agreements"]]),
        keeps=writes and me == row["keeper"], agreed=agreed,
        agrees=[name for name in mine if writes and name not in agreed],
        others=sorted((k, v) for k, v in register.items() if k not in why),
    )  # fmt: skip
