"""The page of a contract review meeting: agenda from the return, minutes, owned actions.

Law: the agenda is made from the return and is not typed; an action is done on a day that is over.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import period as period_words
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/meetings", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Returns", "href": "/returns"}
ACTIONS = 5
ITEMS = {
    "late": "The return came late or has not come",
    "query": "A query is still open",
    "missed-target": "Target missed",
    "missing-figure": "No value was given",
    "explained-figure": "A figure was explained",
    "forecast-overspend": "More is forecast than budgeted",
    "complaints": "There were complaints",
    "flag": "An open flag",
    "action-open": "An action is still to do",
    "action-overdue": "An action is overdue",
}


@router.get("/{contract}/{period}")
async def show_meeting(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """The meeting over one return. 404: not-found."""
    return await _shown(request, visitor, contract, period, {}, None)


@router.post("/{contract}/{period}")
async def hold_on_page(request: Request, contract: Id, period: Id, visitor: Visit) -> Response:
    """Record the meeting with its minutes and actions. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {
        "held_on": typed.get("held_on", ""),
        "minutes": typed.get("minutes", ""),
        "actions": [
            {
                "text": typed[f"text-{n}"],
                "owner": typed.get(f"owner-{n}", ""),
                "due_on": typed.get(f"due_on-{n}", ""),
            }
            for n in range(1, ACTIONS + 1)
            if typed.get(f"text-{n}")
        ],
    }
    told = await refused(visitor, f"/v1/returns/{contract}/{period}/meetings", typed, body)
    return await _answered(request, visitor, contract, period, typed, told)


@router.post("/{contract}/{period}/actions/{action}")
async def complete_on_page(
    request: Request, contract: Id, period: Id, action: Id, visitor: Visit
) -> Response:
    """Record an action as done. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    address = f"/v1/returns/{contract}/{period}/actions/{action}/completion"
    body = {"completed_on": typed.get("completed_on", "")}
    told = await refused(visitor, address, typed, body)
    return await _answered(request, visitor, contract, period, {}, told)


async def _answered(
    request: Request,
    visitor: Visitor,
    contract: str,
    period: str,
    typed: Typed,
    told: Problem | None,
) -> Response:
    if told is None:
        return RedirectResponse(f"/meetings/{contract}/{period}", 303)
    return await _shown(request, visitor, contract, period, typed, told)


async def _shown(
    request: Request,
    visitor: Visitor,
    contract: str,
    period: str,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    at = f"/v1/returns/{contract}/{period}"
    standing = await visitor.api.get(at)
    view = await visitor.api.get(f"/v1/contract-views/{contract}")
    items: list[dict[str, Any]] | None = await visitor.api.find(f"{at}/agenda")
    earlier: list[dict[str, Any]] = (
        await visitor.api.find("/v1/returns/actions", contract=contract) or []
    )
    actions = [one | {"said": await _said(visitor, contract, one)} for one in earlier]
    minutes = [
        (one["held_on"], await visitor.api.text(f"{at}/texts/{one['minutes']['text']}"))
        for one in standing["meetings"]
    ]
    titles = {one["terms"]["measure"]: one["terms"]["title"] for one in view["measures"]}
    known = titles | {one["action"]: one["said"] for one in actions}
    for one in view["flags"]:
        standing_of = one["standing"]
        known[standing_of["flag"]] = titles.get(standing_of["measure"], standing_of["measure"])
    return page(
        request, "review_meeting.html", told.status if told else 200, visitor,
        title=f"Review meeting: {view['title']}, {period_words(period)}", crumbs=[HOME, LIST],
        contract=contract, period_id=period, contract_title=view["title"], standing=standing,
        agenda=None if items is None else [
            (ITEMS.get(one["kind"], one["kind"]), _about(one, known), _link(one)) for one in items
        ],
        actions=sorted(actions, key=lambda one: (bool(one["completed_on"]), one["due_on"])),
        minutes=minutes, typed=typed, told=told, key=new_key(), rows=range(1, ACTIONS + 1),
        writes=items is not None and visitor.may("returns:review"),
        today=request.app.state.house.clock().date().isoformat(),
    )  # fmt: skip


async def _said(visitor: Visitor, contract: str, action: dict[str, Any]) -> str:
    at = f"/v1/returns/{contract}/{action['period']}/texts/{action['text']['text']}"
    return await visitor.api.text(at)


def _about(item: dict[str, Any], known: dict[str, str]) -> str:
    """What an item is about, by the name people know it by."""
    about = item.get("about", "")
    return known.get(about) or ("" if item["kind"] == "query" else about)


def _link(item: dict[str, Any]) -> str:
    return f"/flags/{item['about']}" if item["kind"] == "flag" else ""
