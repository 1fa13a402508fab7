"""The page on which each contract of a partnership is held against its Compact policy."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in, whole
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/compact", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
POINTS = {"length": "Length", "review": "Review points", "full-cost": "Full cost"}


@router.get("/{partnership}")
async def show_compact(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """What each contract meets, what not, and why. 404: not-found."""
    return await _shown(request, visitor, partnership, {}, None)


@router.post("/{partnership}/{what}")
async def change_compact_on_page(
    request: Request, partnership: Id, what: Literal["policy", "reasons"], visitor: Visit
) -> Response:
    """Set the policy, or say why a contract differs. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/compacts/{partnership}"
    told = await refused(visitor, f"{at}/{what}", typed, _body(what, typed))
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/compact/{partnership}", 303)
    return await _shown(request, visitor, partnership, typed, told)


def _body(what: str, typed: Typed) -> dict[str, Any]:
    if what == "policy":
        months = {
            name: whole(typed.get(name, "")) for name in ("shortest_months", "review_every_months")
        }
        return months | {
            "full_cost": typed.get("full_cost") == "yes", "clause": typed.get("clause", ""),
        }  # fmt: skip
    contract, _, point = typed.get("of", "").rpartition(" ")
    return {"contract": contract, "point": point, "reason": typed.get("reason", "")}


async def _shown(
    request: Request, visitor: Visitor, partnership: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/compacts/{partnership}")
    row = (await partnerships(request)).get(partnership)
    writes = visitor.may("contracts:write")
    return page(
        request, "following/compact.html", told.status if told else 200, visitor,
        title="Contracts under the Compact", crumbs=[HOME], found=found, typed=typed, told=told,
        key=new_key(), points=POINTS, partnership=partnership, name=row.name if row else "",
        leads=writes and row is not None and row.lead == visitor.actor.agency,
        missed=[
            (one, point)
            for one in found["contracts"]
            for point in one["points"]
            if writes and not point["met"] and one["commissioner"] == visitor.actor.agency
        ],
    )  # fmt: skip
