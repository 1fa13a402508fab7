"""The page of messages: what an officer was told of the contracts that name them, and when."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/messages", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
NEWS = {
    "appointed": "You are the named officer of this contract",
    "relieved": "You are no longer the named officer of this contract",
    "return-due": "A return is due",
    "return-late": "A return is late",
    "flag": "A flag was raised",
    "review-due": "The formal review is due",
    "incident": "A serious incident was reported",
}
MOST_SEEN = 100


def leads_to(one: dict[str, Any]) -> str:
    """Where the thing is that a message is about."""
    match one["news"]:
        case "return-due" | "return-late":
            return f"/returns/{one['contract']}/{one['about']}"
        case "flag":
            return f"/flags/{one['about']}"
        case "review-due":
            return f"/reviews/{one['about']}"
        case "incident":
            return "/incidents"
        case _:
            return f"/contracts/{one['contract']}"


@router.get("")
async def show_messages(request: Request, visitor: Visit) -> HTMLResponse:
    """The visitor's own messages, those not seen first."""
    return await _shown(request, visitor, None)


@router.post("/{message}/seen")
async def see_on_page(request: Request, message: Id, visitor: Visit) -> Response:
    """Mark one as seen. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, f"/v1/messages/{message}/seen", typed, None)
    if told is None:
        await visitor.api.find("/v1/messages")
        return RedirectResponse("/messages", 303)
    return await _shown(request, visitor, told)


async def _shown(request: Request, visitor: Visitor, told: Problem | None) -> HTMLResponse:
    found: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        listed = await visitor.api.get("/v1/messages", after=after, limit=500)
        found += listed["items"]
        after = listed["next"]
    found.sort(key=lambda one: one["sent_at"], reverse=True)
    for one in found:
        one["href"] = leads_to(one)
    return page(
        request, "following/messages.html", told.status if told else 200, visitor,
        title="Messages", crumbs=[HOME], told=told, key=new_key(), news=NEWS,
        unseen=[one for one in found if not one["seen_at"]],
        seen=[one for one in found if one["seen_at"]][:MOST_SEEN],
    )  # fmt: skip
