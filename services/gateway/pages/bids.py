"""The pages of sealed bids: what a bidder seals and hands in, and what opening officers do.

Law: what a bidder types and an officer's private key stay in the browser; forms carry envelopes,
public keys and parts alone. Without scripts the pages name the command that does the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.sign_in.persons import AGENCIES, PERSONS
from shared.http.bodies import Id
from shared.http.permissions import scopes_of
from shared.http.problems import Fault, Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/bids", include_in_schema=False)

Json = dict[str, Any]
HOME = {"text": "Home", "href": "/"}
BIDS = {"text": "Sealed bids", "href": "/bids"}
PAIR = 2
OFFICERS = tuple(one for one in PERSONS.values() if "bids:open" in scopes_of(one.roles))
"""Those known here who may open bids."""


@router.get("")
async def show_bids(request: Request, visitor: Visit) -> HTMLResponse:
    """Tenders whose bids are sealed, those still open first."""
    found = await visitor.api.get("/v1/tenders", limit=500)
    tenders = sorted(
        found["items"], key=lambda one: (one["status"] != "open", one["bids_close_at"])
    )
    return page(
        request, "bids/list.html", 200, visitor, title="Sealed bids", crumbs=[HOME],
        tenders=tenders, me=visitor.actor,
    )  # fmt: skip


@router.get("/{tender}")
async def show_bid(request: Request, tender: Id, visitor: Visit) -> HTMLResponse:
    """One tender: its officers' keys, one's own bid and receipt, the opening. 404: not-found."""
    return await _shown(request, visitor, tender, None)


@router.post("/{tender}/envelope")
async def hand_in_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Hand in an envelope, in place of the one that is in. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"envelope": "".join(typed.get("envelope", "").split())}
    body |= {"replaces": typed["replaces"]} if typed.get("replaces") else {}
    told = await refused(visitor, f"/v1/tenders/{tender}/bids", typed, body)
    return await _answered(request, visitor, tender, told)


@router.post("/{tender}/withdrawal")
async def withdraw_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Take one's own bid back. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/tenders/{tender}/bids/{_id(typed.get('bid', ''))}/withdraw"
    return await _answered(request, visitor, tender, await refused(visitor, at, typed, None))


@router.post("/{tender}/officers")
async def name_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Name the opening officers, by the lines of one field. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    ticked = [one.person for one in OFFICERS if typed.get(f"officer-{one.person}")]
    body = {"officers": [*ticked, *typed.get("officers", "").split()]}
    at = f"/v1/tenders/{tender}/opening-officers"
    return await _answered(request, visitor, tender, await refused(visitor, at, typed, body, "PUT"))


@router.post("/{tender}/key")
async def register_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Register one's own public key. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/tenders/{tender}/opening-key"
    return await _json_sent(request, visitor, tender, typed, ("registration", at, "PUT"))


@router.post("/{tender}/parts")
async def give_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Give one's parts. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/tenders/{tender}/opening-parts"
    return await _json_sent(request, visitor, tender, typed, ("parts", at, "POST"))


@router.post("/{tender}/opening")
async def open_on_page(request: Request, tender: Id, visitor: Visit) -> Response:
    """Open all bids with the parts given, but those set aside. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"set_aside": typed.get("set_aside", "").replace(",", " ").split()}
    told = await refused(visitor, f"/v1/tenders/{tender}/open-bids", typed, body)
    return await _answered(request, visitor, tender, told)


def officer_shown(person: str) -> str:
    """What an opening officer does and for whom; the code where nobody has said."""
    known = PERSONS.get(person)
    return f"{known.shown} ({AGENCIES[known.agency]})" if known else person


def _id(typed: str) -> str:
    """A typed id as one step of an address."""
    return typed if typed.replace("-", "").isalnum() else "none"


async def _json_sent(
    request: Request, visitor: Visitor, tender: str, typed: Typed, sent: tuple[str, str, str]
) -> Response:
    """What a command printed or the page's script made, passed on as it is."""
    field, address, method = sent
    try:
        body = msgspec.json.decode(typed.get(field, ""))
    except msgspec.DecodeError:
        told = _not_made(f"/body/{field}")
    else:
        told = await refused(visitor, address, typed, body, method)
    return await _answered(request, visitor, tender, told)


def _not_made(pointer: str) -> Problem:
    said = "This is not what the page or the command made: paste all of it, as it is."
    return Problem(
        type="about:blank", title="Unprocessable Content", status=422, code="not-what-was-made",
        detail=said, errors=[Fault(code="not-what-was-made", pointer=pointer, detail=said)],
    )  # fmt: skip


async def _answered(
    request: Request, visitor: Visitor, tender: str, told: Problem | None
) -> Response:
    if told is None:
        return RedirectResponse(f"/bids/{tender}", 303)
    return await _shown(request, visitor, tender, told)


async def _shown(
    request: Request, visitor: Visitor, tender: str, told: Problem | None
) -> HTMLResponse:
    at = f"/v1/tenders/{tender}"
    row: Json = await visitor.api.get(at)
    keys: Json = await visitor.api.get(f"{at}/opening-keys")
    closed = request.app.state.house.clock() > datetime.fromisoformat(row["bids_close_at"])
    mine = next((one for one in row["bids"] if one["provider"] == visitor.actor.agency), None)
    person, agency = visitor.actor.person, visitor.actor.agency
    line = next((one for one in row["opening"] if one["officer"] == person), None)
    opens = line is not None and visitor.may("bids:open")
    receipt = await _found(visitor, f"{at}/bids/{mine['bid']}/receipt") if mine else None
    heads = await _found(visitor, f"{at}/heads") if opens and closed else None
    is_open = row["status"] == "open"
    return page(
        request, "bids/tender.html", told.status if told else 200, visitor,
        person=officer_shown,
        officers=OFFICERS if request.app.state.house.settings.sandbox else (),
        title=row["title"], crumbs=[HOME, BIDS], told=told, row=row, keys=keys, mine=mine,
        receipt=receipt, heads=heads, me=visitor.actor, key=new_key(), line=line,
        bids=is_open and not closed and visitor.may("bids:write"),
        procures=is_open and agency == row["procuring"] and visitor.may("tenders:write"),
        closed=closed, gave=sum(one["gave_parts"] for one in row["opening"]), pair=PAIR,
        opens=opens and is_open, changeable=not closed and not row["envelopes"],
    )  # fmt: skip


async def _found(visitor: Visitor, path: str) -> Any:
    """What the API says; nothing where it has a reason not to."""
    try:
        return await visitor.api.get(path)
    except ProblemTold:
        return None
