"""Pages of tenders: the list, opening one, and one tender.

Law: what is sealed is on no page; a form is offered only to who may send it, and the API decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.names import agency_name
from services.gateway.pages.rendering import page
from services.gateway.pages.tender_steps import CRITERIA, opening
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/tenders", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Tenders", "href": "/tenders"}
REGIMES = (
    ("light-touch", "Light touch (Procurement Act 2023 s.9)"),
    ("full", "Full regime of the Procurement Act 2023"),
    ("provider-selection", "Provider Selection Regime (SI 2023/1348)"),
    ("below-threshold", "Below threshold"),
)
KINDS = (
    ("social-care", "Social care and other services to people"),
    ("health-care", "Health care"),
    ("education", "Education"),
    ("other", "Any other service"),
)
NOTHING_FOUND: dict[str, Any] = {"items": [], "next": None}


@router.get("")
async def show_tenders(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """Every tender, those still open first, with what its lots have come to."""
    found = await visitor.api.get("/v1/tenders", after=after, limit=200)
    order = ("open", "evaluating", "awarded", "confirmed", "cancelled")
    items = sorted(found["items"], key=lambda one: (order.index(one["status"]), one["title"]))
    return page(
        request, "tenders/list.html", 200, visitor, title="Tenders", crumbs=[HOME], items=items,
        next=found["next"], opens=visitor.may("tenders:write"), now=_now(request),
    )  # fmt: skip


@router.get("/opening")
async def show_opening(request: Request, visitor: Visit) -> HTMLResponse:
    """The form that opens a tender."""
    return await _opening(request, visitor, {}, None)


@router.post("/opening")
async def open_on_page(request: Request, visitor: Visit) -> Response:
    """Open a tender. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, "/v1/tenders", typed, opening(typed))
    if told is None:
        return RedirectResponse("/tenders", 303)
    return await _opening(request, visitor, typed, told)


async def _opening(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    specifications = await visitor.api.get("/v1/tenders/specifications")
    named: list[dict[str, Any]]
    named = await visitor.api.find("/v1/preferred-lists/neighbours/names") or []
    return page(
        request, "tenders/opening.html", told.status if told else 200, visitor,
        title="Open a tender", crumbs=[HOME, LIST], specifications=specifications,
        typed=typed, told=told, key=new_key(), regimes=REGIMES, kinds=KINDS, criteria=CRITERIA,
        neighbours=[one for one in named if not one["own"]],
    )  # fmt: skip


@router.get("/{tender}")
async def show_tender(request: Request, tender: Id, visitor: Visit) -> HTMLResponse:
    """One tender as the visitor may see it. 404: not-found."""
    return await one(request, visitor, tender, {}, None)


@router.get("/{tender}/letters/{bid}")
async def show_letter(request: Request, tender: Id, bid: Id, visitor: Visit) -> HTMLResponse:
    """The award letter of one's own bid. 404: not-found."""
    row = await visitor.api.get(f"/v1/tenders/{tender}")
    sent = await visitor.api.get(f"/v1/tenders/{tender}/bids/{bid}/letter")
    return page(
        request, "tenders/letter.html", 200, visitor, title=f"Award letter: {row['title']}",
        crumbs=[HOME, LIST, crumb(row)], letter=sent["letter"],
    )  # fmt: skip


def crumb(row: dict[str, Any]) -> dict[str, str]:
    return {"text": row["title"], "href": f"/tenders/{row['tender']}"}


async def one(
    request: Request, visitor: Visitor, tender: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    """The page of one tender, with what was typed on it and why that was refused."""
    at = f"/v1/tenders/{tender}"
    row = await visitor.api.get(at)
    closed = datetime.fromisoformat(row["bids_close_at"]) < _now(request)
    names = await providers(visitor)
    own = [bid for bid in row["bids"] if bid["provider"] == visitor.actor.agency]
    procures = visitor.may("tenders:write") and visitor.actor.agency == row["procuring"]
    bids = visitor.may("bids:write")
    known = await partnerships(request)
    letters = {
        bid["bid"]: await visitor.api.find(f"{at}/bids/{bid['bid']}/letter")
        for bid in own
        if row["status"] != "open"
    }
    return page(
        request, "tenders/tender.html", told.status if told else 200, visitor, title=row["title"],
        crumbs=[HOME, LIST], tender=row, typed=typed, told=told, key=new_key(), closed=closed,
        procuring=await agency_name(request, row["procuring"]), names=names,
        policies=await visitor.api.find(f"{at}/policies"),
        questions=await visitor.api.get(f"{at}/questions"),
        amendments=await visitor.api.get(f"{at}/amendments"),
        consortia=await visitor.api.get(f"{at}/consortium"),
        price_questions=await visitor.api.get(f"{at}/price-questions") if bids else [],
        procures=procures, bids=bids, own=own, me=visitor.actor.agency,
        letters=[bid for bid, letter in letters.items() if letter],
        judges=visitor.may("tenders:evaluate") or procures, regime_names=dict(REGIMES),
        neighbours=[known[name].name for name in row["joint_with"] if name in known],
    )  # fmt: skip


async def providers(visitor: Visitor) -> dict[str, str]:
    """Names of providers by their id, as far as the visitor may read the register."""
    found = await visitor.api.find("/v1/providers", limit=500) or NOTHING_FOUND
    return {each["provider"]: each["name"] for each in found["items"]}


def _now(request: Request) -> datetime:
    return request.app.state.house.clock()
