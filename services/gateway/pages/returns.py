"""Pages of returns: what is due, and one return to fill in, upload, check and hand in.

Law: checking writes nothing; handing the same form in twice is one return, for its key says so.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from services.gateway.pages.rendering import page
from services.gateway.pages.return_forms import Body, Form, body_of, form_of, troubles
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import period as period_words
from shared.http.bodies import Id
from shared.http.problems import ProblemTold
from shared.http.routing import Router

router = Router(prefix="/returns", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Returns", "href": "/returns"}
TO_DO = ("open", "draft", "rejected", "queried", "scheduled")
OPEN = ("open", "draft", "rejected", "submitted", "queried", "answered")
MOST_FIELDS = 2_000
NOTHING: dict[str, Any] = {"items": [], "next": None}
TELLING = (400, 409, 412, 413, 422)
JUDGED = ("return-has-errors", "explanations-missing")


@router.get("")
async def show_returns(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """The returns the visitor has to do with; a provider's own to hand in come first."""
    found = await visitor.api.get("/v1/returns", after=after, limit=200)
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NOTHING
    titles: dict[str, str] = {one["contract"]: one["title"] for one in listed["items"]}
    items = sorted(found["items"], key=lambda one: (one["due_at"], one["contract"]))
    mine = [one for one in items if _to_do(visitor, one)]
    return page(
        request, "returns.html", visitor=visitor, title="Returns", crumbs=[HOME], mine=mine,
        others=[one for one in items if one not in mine], titles=titles, next=found["next"],
        hands_in=visitor.may("returns:submit"),
    )  # fmt: skip


def _to_do(visitor: Visitor, one: dict[str, Any]) -> bool:
    return one["provider"] == visitor.actor.agency and one["status"] in TO_DO


@router.get("/{contract}/template.xlsx")
async def read_template(contract: Id, visitor: Visit, period: Id = "") -> Response:
    """The spreadsheet to fill in for a period. 404: not-found."""
    address = f"/v1/returns/{contract}/template.xlsx"
    file = await visitor.api.raw(address, "*/*", period=period)
    kept = ("content-type", "content-disposition")
    return Response(file.content, headers={k: file.headers[k] for k in kept if k in file.headers})


@router.get("/{contract}/{period}")
async def show_return(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """One return: its form for the provider, its figures for all others. 404: not-found."""
    return await _shown(request, visitor, contract, period, {})


@router.post("/{contract}/{period}")
async def hand_in_form(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """Check the form or hand it in, as its button says. 403: csrf-token-wrong."""
    async with request.form(max_fields=MOST_FIELDS) as sent:
        typed = {name: entry for name, entry in sent.items() if isinstance(entry, str)}
    terms = await _terms(visitor, contract)
    form = form_of(terms, period)
    body = body_of(form, typed)
    checked = typed.get("action") != "send"
    outcome = await _asked(
        visitor, form, body, "PUT", f"/v1/returns/{contract}/{period}", _key(typed), checked,
        json=body.content,
    )  # fmt: skip
    return await _shown(request, visitor, contract, period, outcome | {"typed": typed})


@router.post("/{contract}/{period}/file")
async def hand_in_file(request: Request, contract: Id, period: Id, visitor: Visit) -> HTMLResponse:
    """Check a file or hand it in, as its button says. 403: csrf-token-wrong."""
    async with request.form(max_files=1, max_fields=10) as sent:
        upload = sent.get("file")
        typed = {name: entry for name, entry in sent.items() if isinstance(entry, str)}
        content = await upload.read() if isinstance(upload, UploadFile) else b""
        name = (upload.filename or "" if isinstance(upload, UploadFile) else "") or "nothing.csv"
    checked = typed.get("action") != "send"
    address = f"/v1/returns/{contract}/{period}/file"
    files = {"file": (name, content, "application/octet-stream")}
    form = form_of(await _terms(visitor, contract), period)
    outcome = await _asked(
        visitor, form, None, "POST", address, _key(typed), checked, files=files
    )  # fmt: skip
    return await _shown(request, visitor, contract, period, outcome | {"by_file": True})


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
        return {"told": told, "troubles": troubles(form, body, found), "status": told.status}
    found = troubles(form, body, handed["problems"])
    if found:
        return {"troubles": found, "status": 422}
    return {"handed": handed, "stage": "checked" if checked else "received"}


async def _sent(
    visitor: Visitor, method: str, address: str, key: str, checked: bool, sent: dict[str, Any]
) -> dict[str, Any]:
    asked = {"dry_run": "true"} if checked else {}
    key = f"{key}-check" if checked else key
    return await visitor.api.send(method, address, key, params=asked, **sent)


async def _terms(visitor: Visitor, contract: str) -> dict[str, Any]:
    view = await visitor.api.get(f"/v1/contract-views/{contract}")
    return view["terms"]


async def _shown(
    request: Request, visitor: Visitor, contract: str, period: str, outcome: dict[str, Any]
) -> HTMLResponse:
    """The page of a return, after whatever was just asked of it."""
    terms = await _terms(visitor, contract)
    standing = await visitor.api.get(f"/v1/returns/{contract}/{period}")
    received = outcome.get("stage") == "received"
    provides = standing["provider"] == visitor.actor.agency and visitor.may("returns:submit")
    found = outcome.get("troubles", [])
    known: dict[str, Any] = {"typed": {}, "stage": "fill", "troubles": []}
    known |= {"told": None, "by_file": False}
    content = known | {name: one for name, one in outcome.items() if name != "status"}
    return page(
        request, "return.html", outcome.get("status", 200), visitor,
        title=f"{terms['title']}: {period_words(period)}", crumbs=[HOME, LIST],
        terms=terms, contract=contract, period_id=period, standing=standing,
        form=form_of(terms, period), key=uuid4().hex,
        can_fill=provides and standing["status"] in OPEN and not received,
        waits=provides and standing["status"] == "scheduled",
        wrong={one.field: one.text for one in found if one.field},
        asked=[one for one in found if one.soft], latest=_latest(standing),
        titles={one["measure"]: one for one in terms["measures"]}, **content,
    )  # fmt: skip


def _latest(standing: dict[str, Any]) -> dict[str, Any] | None:
    return standing["versions"][-1] if standing["versions"] else None
