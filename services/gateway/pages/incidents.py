"""The page of serious incidents: what is never reported here, what is outstanding, and the report.

Law: before anything can be typed the page says that it is not the way to refer a child; it asks for
a reference and nothing else.
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

router = Router(prefix="/incidents", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
OUTCOMES = (
    ("no-further-action", "No further action"),
    ("learning-shared", "Learning shared"),
    ("practice-changed", "Practice changed"),
    ("contract-action", "Action under the contract"),
)
REFERRED_TO = (
    ("safeguarding", "Safeguarding (children's social care or the police)"),
    ("lado", "Local authority designated officer"),
    ("regulator", "Regulator"),
)
NONE_FOUND: dict[str, Any] = {"items": [], "next": None}


@router.get("")
async def show_incidents(request: Request, visitor: Visit) -> HTMLResponse:
    """The incidents the visitor's agency has to do with, the outstanding ones first."""
    return await _shown(request, visitor, {}, None)


@router.post("")
async def report_on_page(request: Request, visitor: Visit) -> Response:
    """Report by reference. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("contract", "reference", "referred_to")}
    told = await refused(
        visitor, "/v1/incidents", typed,
        body | {
            "referral_confirmed": typed.get("referral_confirmed") == "yes",
            "happened_on": typed.get("happened_on", ""),
        },
    )  # fmt: skip
    return await _answered(request, visitor, typed, told)


@router.post("/{incident}/acknowledgement")
async def acknowledge_on_page(request: Request, incident: Id, visitor: Visit) -> Response:
    """The named officer has seen it. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, f"/v1/incidents/{incident}/acknowledgement", typed, None)
    return await _answered(request, visitor, typed, told)


@router.post("/{incident}/closure")
async def close_on_page(request: Request, incident: Id, visitor: Visit) -> Response:
    """Close with an outcome. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    outcome = {"outcome": typed.get("outcome", "")}
    told = await refused(visitor, f"/v1/incidents/{incident}/closure", typed, outcome)
    return await _answered(request, visitor, typed, told)


async def _answered(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> Response:
    if told is None:
        return RedirectResponse("/incidents", 303)
    return await _shown(request, visitor, typed, told)


async def _shown(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/incidents", limit=500)
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NONE_FOUND
    titles = {one["contract"]: one["title"] for one in listed["items"]}
    items = sorted(found["items"], key=lambda one: one["reported_at"], reverse=True)
    writes = visitor.may("incidents:write")
    ours = [
        one
        for one in listed["items"]
        if writes and visitor.actor.agency in (one["provider"], one["commissioner"])
    ]
    return page(
        request, "incidents.html", told.status if told else 200, visitor,
        title="Serious incidents", crumbs=[HOME], titles=titles, typed=typed, told=told,
        outstanding=[one for one in items if one["outstanding"]],
        closed=[one for one in items if not one["outstanding"]], contracts=ours,
        wrong={one.pointer.rpartition("/")[2]: one.detail for one in told.errors} if told else {},
        outcomes=OUTCOMES, referred_to=REFERRED_TO, key=new_key(), writes=writes,
        me=visitor.actor, outcome_names=dict(OUTCOMES),
    )  # fmt: skip
