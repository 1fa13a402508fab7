"""What a partnership has and what it would change: services, needs, money, tiers, market.

Law: an effect is shown with its assumption or not at all.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, hundredths, new_key, refused, typed_in, whole
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.strategies import HOME, LIST, TIERS
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/strategies/resources", include_in_schema=False)

SHARINGS = (("pooled", "Pooled"), ("aligned", "Aligned"), ("in-kind", "In kind"))
KINDS = (("money", "Money"), ("staff", "Staff"), ("buildings", "Buildings"))
SECTIONS = (
    ("supply", "Supply"), ("demand", "Demand"), ("skills", "Skills"), ("gap", "Gaps"),
    ("action", "Actions"),
)  # fmt: skip


@router.get("/{partnership}")
async def show_resources(
    request: Request,
    partnership: Id,
    visitor: Visit,
    year: Annotated[str, Query(max_length=7)] = "",
) -> HTMLResponse:
    """The map of one year, the shift over all, the margin, the market. 404: not-found."""
    return await _page(request, partnership, visitor, year, {}, None)


@router.post("/{partnership}")
async def offer_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Record a resource. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    names = ("year", "service", "provider", "partner", "outcome", "kind", "sharing", "what")
    body: dict[str, Any] = {name: typed.get(name, "") for name in names}
    body |= {
        "need": typed.get("need") or None,
        "tier": whole(typed.get("tier", "")),
        "annual_pence": hundredths(typed.get("pounds", "")),
    }
    return await _answered(request, partnership, visitor, f"resources/{partnership}", typed, body)


@router.post("/{partnership}/agreement")
async def agree_resource_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Stand by a resource of one's own. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"resources/{partnership}/{typed.get('resource') or 'none'}/agreement"
    return await _answered(request, partnership, visitor, at, typed, None)


@router.post("/{partnership}/withdrawal")
async def withdraw_resource_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Take a resource off the map. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"resources/{partnership}/{typed.get('resource') or 'none'}/withdrawal"
    return await _answered(request, partnership, visitor, at, typed, None)


@router.post("/{partnership}/effects")
async def assume_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Say what one percent would change. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    names = ("year", "service", "result", "least", "most", "because")
    body: dict[str, Any] = {name: typed.get(name, "") for name in names}
    body |= {"achieved": whole(typed.get("achieved", ""))}
    at = f"resources/{partnership}/effects"
    return await _answered(request, partnership, visitor, at, typed, body)


@router.post("/{partnership}/market")
async def write_market_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Write about the market, or an action. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    is_action = typed.get("section") == "action"
    body = {
        "section": typed.get("section", ""),
        "service": typed.get("for", ""),
        "text": typed.get("text", ""),
        "owner": typed.get("owner") or None if is_action else None,
        "due_on": typed.get("due_on") or None if is_action else None,
    }
    return await _answered(request, partnership, visitor, f"markets/{partnership}", typed, body)


@router.post("/{partnership}/market/done")
async def complete_market_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Mark an action done today. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    today = request.app.state.house.clock().date().isoformat()
    at = f"markets/{partnership}/entries/{typed.get('entry') or 'none'}/completion"
    return await _answered(request, partnership, visitor, at, typed, {"done_on": today})


async def _answered(
    request: Request, partnership: str, visitor: Visitor, at: str, typed: Typed, body: Any
) -> Response:
    told = await refused(visitor, f"/v1/{at}", typed, body)
    if told is None:
        await visitor.api.find(f"/v1/resources/{partnership}")
        return RedirectResponse(f"/strategies/resources/{partnership}", 303)
    return await _page(request, partnership, visitor, "", typed, told)


async def _page(
    request: Request,
    partnership: str,
    visitor: Visitor,
    year: str,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/resources/{partnership}", year=year)
    market = await visitor.api.get(f"/v1/markets/{partnership}")
    rows = await partnerships(request)
    agencies = await agency_names(request, rows[partnership].agencies)
    by_section = {
        section: [one for one in market["entries"] if one["section"] == section]
        for section, _ in SECTIONS
    }
    return page(
        request, "strategies/resources.html", told.status if told else 200, visitor,
        title="What we have and what it would change", crumbs=[HOME, LIST], found=found,
        told=told, typed=typed, key=new_key(), name=rows[partnership].name, agencies=agencies,
        market=by_section, sections=SECTIONS, kinds=KINDS, sharings=SHARINGS, tiers=TIERS,
        kind_names=dict(KINDS), sharing_names=dict(SHARINGS),
        writes=visitor.may("needs:write"),
    )  # fmt: skip
