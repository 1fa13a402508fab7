"""Pages of returns: what is due, and one return to fill in, upload, check and hand in.

Law: checking writes nothing; handing the same form in twice is one return, for its key says so.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from services.gateway.pages.rendering import page
from services.gateway.pages.return_forms import (
    Body,
    Form,
    body_of,
    message_of,
    place_of,
    troubles,
)
from services.gateway.pages.return_lists import filtered, grouped
from services.gateway.pages.return_showing import HOME, Opened, opened_return, shown_return
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.problems import ProblemTold
from shared.http.routing import Router
from shared.http.tables import as_csv

router = Router(prefix="/returns", include_in_schema=False)

MOST_FIELDS = 8_000
MOST_LISTED = 5_000
NOT_KEPT = ("csrf", "key", "action", "declaration")
LISTED = ("sheet", "row", "column", "code", "message", "measure")
NOTHING: dict[str, Any] = {"items": [], "next": None}
TELLING = (400, 403, 409, 412, 413, 422)
JUDGED = ("return-has-errors", "explanations-missing")


@router.get("")
async def show_returns(
    request: Request, visitor: Visit, contract: str = "", period: str = ""
) -> HTMLResponse:
    """What is due at one glance: overdue, soon, waiting, open, the rest; by contract, period."""
    items = await _all(visitor)
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NOTHING
    titles: dict[str, str] = {one["contract"]: one["title"] for one in listed["items"]}
    now: datetime = request.app.state.house.clock()
    wanted = filtered(items, contract, period)
    named = {one["contract"]: titles.get(one["contract"]) or one["contract"] for one in items}
    return page(
        request, "returns.html", visitor=visitor, title="Returns", crumbs=[HOME], titles=titles,
        groups=grouped(
            wanted, london_date(now), visitor.actor.agency, signs=visitor.may("returns:sign")
        ),
        contracts=sorted(named.items(), key=lambda one: one[1]),
        periods=sorted({one["period"] for one in items}), contract=contract, period_id=period,
        hands_in=visitor.may("returns:submit"),
    )  # fmt: skip


async def _all(visitor: Visitor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None and len(found) < MOST_LISTED:
        some = await visitor.api.get("/v1/returns", after=after, limit=500)
        found += some["items"]
        after = some["next"]
    return found


@router.get("/{contract}/template.xlsx")
async def read_template(contract: Id, visitor: Visit, period: Id = "") -> Response:
    """The spreadsheet to fill in for a period. 404: not-found."""
    address = f"/v1/returns/{contract}/template.xlsx"
    file = await visitor.api.raw(address, "*/*", period=period)
    kept = ("content-type", "content-disposition")
    return Response(file.content, headers={k: file.headers[k] for k in kept if k in file.headers})


@router.get("/{contract}/{period}")
async def show_return(
    request: Request, contract: Id, period: Id, visitor: Visit, restate: str = ""
) -> HTMLResponse:
    """One return: its form for the provider, its figures for all others. 404: not-found."""
    opened = await opened_return(visitor, contract, period)
    return await shown_return(request, opened, {}, restating=restate == "yes")


@router.post("/{contract}/{period}")
async def hand_in_form(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """Save the form, check it or hand it in, as its button says. 403: csrf-token-wrong."""
    async with request.form(max_fields=MOST_FIELDS) as sent:
        typed = {name: entry for name, entry in sent.items() if isinstance(entry, str)}
    opened = await opened_return(visitor, contract, period)
    if typed.get("action") == "save":
        return await shown_return(request, opened, await _saved(opened, typed))
    body = body_of(opened.form, typed)
    restating = typed.get("restate") == "yes"
    method = "POST" if restating else "PUT"
    at = f"{opened.address}/restatement" if restating else opened.address
    outcome = await _asked(
        visitor, opened.form, body, method, at, _key(typed), typed.get("action") != "send",
        json=body.content,
    )  # fmt: skip
    return await shown_return(request, opened, outcome | {"typed": typed}, restating=restating)


async def _saved(opened: Opened, typed: dict[str, str]) -> dict[str, Any]:
    """Everything as it was typed, right or wrong, to be gone on with another day."""
    kept = {name: entry for name, entry in typed.items() if name not in NOT_KEPT and entry}
    key = f"{_key(typed)}-save"
    try:
        await opened.visitor.api.send("PUT", f"{opened.address}/draft", key, json={"typed": kept})
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return {"told": problem.told, "status": problem.told.status, "typed": typed}
    return {"stage": "saved", "typed": typed}


@router.post("/{contract}/{period}/file")
async def hand_in_file(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """Check a file or hand it in, as its button says. 403: csrf-token-wrong."""
    async with request.form(max_files=1, max_fields=10) as sent:
        upload = sent.get("file")
        typed = {name: entry for name, entry in sent.items() if isinstance(entry, str)}
        content = await upload.read() if isinstance(upload, UploadFile) else b""
        name = (upload.filename or "" if isinstance(upload, UploadFile) else "") or "nothing.csv"
    opened = await opened_return(visitor, contract, period)
    declared = typed.get("declaration", "").strip()
    outcome = await _asked(
        visitor, opened.form, None, "POST", f"{opened.address}/file", _key(typed),
        typed.get("action") != "send",
        files={"file": (name, content, "application/octet-stream")},
        data={"declaration": declared} if declared else {},
    )  # fmt: skip
    return await shown_return(request, opened, outcome | {"by_file": True})


def _key(typed: dict[str, str]) -> str:
    return typed.get("key", "")[:200] or uuid4().hex


async def _asked(
    visitor: Visitor,
    form: Form,
    body: Body | None,
    method: str,
    address: str,
    key: str,
    checked: bool,
    **sent: Any,
) -> dict[str, Any]:
    """What became of it: checked with its counts, received with its receipt, or its troubles."""
    try:
        handed = await _sent(visitor, method, address, key, checked, sent)
    except ProblemTold as problem:
        told = problem.told
        if told.status not in TELLING:
            raise
        found = [one.model_dump() for one in told.errors]
        if told.code in JUDGED and not checked:
            # A refusal names the places; a check also says which of them can be explained.
            found = (await _sent(visitor, method, address, key, True, sent))["problems"]
        return {
            "told": told, "troubles": troubles(form, body, found), "status": told.status,
            "listed": _listed(found),
        }  # fmt: skip
    notes = troubles(form, body, handed.get("notes", []))
    found = troubles(form, body, handed["problems"])
    if found:
        listed = _listed([*handed["problems"], *handed.get("notes", [])])
        return {"troubles": found, "notes": notes, "status": 422, "listed": listed}
    return {"handed": handed, "notes": notes, "stage": "checked" if checked else "received"}


def _listed(found: list[dict[str, Any]]) -> str:
    """The list of problems as an address that holds its own content, so that nothing is kept."""
    rows = [[*place_of(one), one["code"], message_of(one), one.get("measure", "")] for one in found]
    table = as_csv(LISTED, rows)
    return "data:text/csv;base64," + b64encode(table.encode()).decode() if rows else ""


async def _sent(
    visitor: Visitor, method: str, address: str, key: str, checked: bool, sent: dict[str, Any]
) -> dict[str, Any]:
    asked = {"dry_run": "true"} if checked else {}
    key = f"{key}-check" if checked else key
    return await visitor.api.send(method, address, key, params=asked, **sent)
