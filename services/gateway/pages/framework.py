"""The page of a partnership's framework: what it commissions by, for everyone once adopted.

Law: the draft is shown to partners alone, with what the board's decision on it must be about.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, PublicRecord, Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import PartnershipRow, partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/framework", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
What = Literal["draft", "statements", "levels", "flexibilities", "removal", "adoption"]
SECTIONS = (
    ("vision", "Vision"),
    ("value", "Values"),
    ("principle", "Principles"),
    ("model", "How the model is used here"),
    ("governance", "Governance"),
    ("pooling", "Policy: aligned and pooled budgets"),
    ("bidders", "Policy: small and third-sector bidders"),
    ("sustainability", "Policy: sustainability"),
    ("ethics", "Policy: ethics"),
    ("compact", "Policy: longer, reviewable contracts under the Compact"),
)
LEVELS = (
    ("national", "National"), ("regional", "Regional"), ("sub-regional", "Sub-regional"),
    ("local", "Local"), ("locality", "Locality"), ("individual", "Individual"),
)  # fmt: skip
USES = (
    ("pooled-budget", "Pooled budget"),
    ("lead-commissioning", "Lead commissioning"),
    ("integrated-provision", "Integrated provision"),
)


async def partnership_of(request: Request, partnership: str) -> PartnershipRow:
    """Raises Missing."""
    row = (await partnerships(request)).get(partnership)
    if row is None:
        raise Missing
    return row


@router.get("/{partnership}")
async def show_framework(
    request: Request,
    partnership: Id,
    visitor: MaybeVisit,
    on: Annotated[Literal[""] | date | None, Query()] = None,
) -> HTMLResponse:
    """The framework in force on a day, and to partners the draft. 404: not-found."""
    return await _page(request, partnership, visitor, on or None, {}, None)


@router.post("/{partnership}/{what}")
async def change_framework_on_page(
    request: Request, partnership: Id, what: What, visitor: Visit
) -> Response:
    """Begin, write or adopt a draft. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/frameworks/{partnership}"
    address = f"{at}/{what}"
    if what == "removal":
        address = f"{at}/entries/{typed.get('entry') or 'none'}/removal"
    told = await refused(visitor, address, typed, _body(what, typed))
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/framework/{partnership}", 303)
    return await _page(request, partnership, visitor, None, typed, told)


def _body(what: What, typed: Typed) -> dict[str, Any] | None:
    match what:
        case "draft" | "removal":
            return None
        case "statements":
            names = ("section", "text")
        case "levels":
            names = ("service", "level", "reason")
        case "adoption":
            names = ("decision", "in_force_from")
        case "flexibilities":
            named = {name: typed.get(name) or None for name in ("fund", "lead", "provider")}
            uses = [code for code, _ in USES if typed.get(code)]
            return {"service": typed.get("shared", ""), "uses": uses, **named}
    return {name: typed.get(name, "") for name in names}


async def _page(
    request: Request,
    partnership: str,
    visitor: Visitor | None,
    on: date | None,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    reads = visitor is not None and visitor.may("needs:read")
    api = visitor.api if visitor and reads else PublicRecord(request)
    found = await api.get(f"/v1/frameworks/{partnership}", on=on)
    member = visitor is not None and reads and visitor.actor.agency in row.agencies
    return page(
        request, "framework/framework.html", told.status if told else 200, visitor,
        title="Commissioning framework", crumbs=[HOME], row=row, found=found, told=told,
        typed=typed, key=new_key(), sections=SECTIONS, levels=LEVELS, uses=USES,
        names={one.agency: one.name for one in row.members}, member=member,
        writes=member and visitor is not None and visitor.may("needs:write"),
        today=london_date(request.app.state.house.clock()).isoformat(),
    )  # fmt: skip
