"""The pages between commissioners and providers: mutual expectations, and the provider forum.

Law: what one side owes the other stands side by side, and nobody's single score is shown.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year, next_year, previous_year

expected = Router(prefix="/expectations", include_in_schema=False)
forum = Router(prefix="/forum", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
FORUMS = {"text": "Provider forum", "href": "/forum"}
NONE_FOUND: dict[str, Any] = {"items": [], "next": None}
SAYING = ("instructions", "issues", "reports")


@expected.get("")
async def show_expectations(request: Request, visitor: Visit, year: str = "") -> HTMLResponse:
    """What each side may expect of the other, and how it was kept."""
    return await _expectations(request, visitor, year, {}, None)


@expected.post("")
async def rate_on_page(request: Request, visitor: Visit) -> Response:
    """A provider's own score of its commissioner. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    score = typed.get("score", "")
    body = {
        "year": typed.get("year", ""),
        "score": int(score) if score.isdecimal() and len(score) < 3 else score,
        "text": typed.get("text") or None,
    }
    contract = typed.get("contract") or "none"
    told = await refused(visitor, f"/v1/expectations/{contract}/clarity", typed, body)
    if told is None:
        return RedirectResponse("/expectations", 303)
    return await _expectations(request, visitor, "", typed, told)


async def _expectations(
    request: Request, visitor: Visitor, year: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/expectations", year=year)
    paid: dict[str, Any] = await visitor.api.find("/v1/payment-times", year=found["year"]) or {
        "commissioners": []
    }
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NONE_FOUND
    named = {one["commissioner"] for one in (*found["commissioners"], *paid["commissioners"])}
    named |= {one["provider"] for one in found["providers"]}
    this_year = financial_year(london_date(request.app.state.house.clock()))
    provides = visitor.may("returns:submit")
    mine = [
        one
        for one in listed["items"]
        if provides and one["provider"] == visitor.actor.agency != one["commissioner"]
    ]
    return page(
        request, "expectations.html", told.status if told else 200, visitor,
        title="Mutual expectations", crumbs=[HOME], found=found,
        paid={one["commissioner"]: one for one in paid["commissioners"]}, contracts=mine,
        titles={one["contract"]: one["title"] for one in listed["items"]}, typed=typed, told=told,
        names=await agency_names(request, named), key=new_key(),
        before=previous_year(found["year"]),
        after=next_year(found["year"]) if found["year"] < this_year else "",
    )  # fmt: skip


@forum.get("")
async def show_forums(request: Request, visitor: Visit) -> Response:
    """The visitor's forum, or a choice where there are several."""
    found: list[dict[str, Any]] = await visitor.api.get("/v1/forums")
    if len(found) == 1:
        return RedirectResponse(f"/forum/{found[0]['partnership']}")
    return page(
        request, "forums.html", visitor=visitor, title="Provider forum", crumbs=[HOME], forums=found
    )


@forum.get("/{partnership}")
async def show_forum(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """One forum with all that was said. 404: not-found."""
    return await _forum(request, visitor, partnership, {}, None)


@forum.post("/{partnership}/{what}")
async def say_on_page(request: Request, partnership: Id, what: Id, visitor: Visit) -> Response:
    """An instruction, an issue or a report, as the form says. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"text": typed.get("text", "")}
    if typed.get("instruction"):
        body |= {"instruction": typed["instruction"]}
    address = f"/v1/forums/{partnership}/{what if what in SAYING else 'issues'}"
    return await _said(request, visitor, partnership, address, typed, body)


@forum.post("/{partnership}/issues/{issue}/answer")
async def answer_on_page(request: Request, partnership: Id, issue: Id, visitor: Visit) -> Response:
    """A partner's answer to an issue. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    address = f"/v1/forums/{partnership}/issues/{issue}/answer"
    body = {"text": typed.get("text", "")}
    return await _said(request, visitor, partnership, address, typed, body)


async def _said(
    request: Request,
    visitor: Visitor,
    partnership: str,
    address: str,
    typed: Typed,
    body: dict[str, str],
) -> Response:
    told = await refused(visitor, address, typed, body)
    if told is None:
        return RedirectResponse(f"/forum/{partnership}", 303)
    return await _forum(request, visitor, partnership, typed, told)


async def _forum(
    request: Request, visitor: Visitor, partnership: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/forums/{partnership}")
    said: list[dict[str, Any]] = found["said"]
    known: list[dict[str, Any]] = await visitor.api.get("/v1/forums")
    name = next((one["name"] for one in known if one["partnership"] == partnership), partnership)
    follow = {one["about"]: one for one in said if one.get("about")}
    return page(
        request, "forum.html", told.status if told else 200, visitor,
        title=f"Provider forum: {name}", crumbs=[HOME, FORUMS], partnership=partnership, name=name,
        instructions=[one for one in said if one["kind"] == "instruction"],
        issues=[one for one in said if one["kind"] == "issue"],
        reports=[one for one in said if one["kind"] == "report" and not one.get("about")],
        follow=follow, typed=typed, told=told, key=new_key(),
        names=await agency_names(request, {one["provider"] for one in said if one.get("provider")}),
        instructs=visitor.may("board:write"), raises=visitor.may("returns:submit"),
        answers=visitor.may("returns:review"),
    )  # fmt: skip


router = APIRouter()
router.include_router(expected)
router.include_router(forum)
