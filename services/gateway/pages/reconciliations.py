"""Pages of reconciliations: the list, an extract's columns, matching, the statement and sign-off.

Law: a button is one command of the API under the form's own key, so pressed twice it counts once;
without scripts everything works, and only the progress has to be asked for again.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from services.gateway.pages import reconciliation_forms as forms
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.sign_in.persons import PERSONS
from shared.http.bodies import Id
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/reconciliations", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
FUNDS = {"text": "Pooled funds", "href": "/funds"}
LIST = {"text": "Reconciliations", "href": "/reconciliations"}
SHOWN = 25
TELLING = (400, 403, 409, 412, 413, 422)
MOST_TICKS = 400
Words = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
At = Annotated[str, Query(pattern=r"^\d{0,7}$")]


@router.get("")
async def show_reconciliations(
    request: Request, visitor: Visit, fund: str = "", after: str = ""
) -> HTMLResponse:
    """Every reconciliation of the funds the visitor's agency is a partner of, and the upload."""
    return await _list(request, visitor, fund, after, None)


async def _list(
    request: Request, visitor: Visitor, fund: str, after: str, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/reconciliations", limit=200, after=after)
    funds = (await visitor.api.get("/v1/reconciliations/funds"))["items"]
    known = {one["fund"]: one["name"] for one in funds}
    items = sorted(found["items"], key=lambda one: one["uploaded_at"], reverse=True)
    return page(
        request, "reconciliations.html", told.status if told else 200, visitor=visitor,
        title="Reconciliations", crumbs=[HOME, FUNDS], items=items, next=found["next"],
        funds=known, fund=fund, names=await agency_names(request, {o["agency"] for o in items}),
        can_write=visitor.may("funds:write"), key=uuid4().hex, told=told,
        known=_known_extract(told),
    )  # fmt: skip


def _known_extract(told: Problem | None) -> str:
    """The reconciliation that a refusal of an upload points at."""
    pointers = [one.pointer for one in told.errors] if told else []
    return next((p for p in pointers if p.startswith("/reconciliations/")), "")


@router.post("")
async def upload_extract(request: Request, visitor: Visit) -> Response:
    """Take a file in and show its columns. 403: csrf-token-wrong."""
    async with request.form(max_files=1, max_fields=20) as sent:
        file = sent.get("file")
        typed = _typed(sent)
        content = await file.read() if isinstance(file, UploadFile) else b""
    fund = forms.one(typed, "fund")
    query = {
        "account": forms.one(typed, "account") or "Assets:Pool:Bank",
        "source": forms.one(typed, "source") or "bank",
    }
    try:
        answer = await visitor.api.send(
            "POST", f"/v1/reconciliations/funds/{fund or 'none'}/extracts", _key(typed),
            params=query, files={"file": ("extract", content, "application/octet-stream")},
        )  # fmt: skip
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return await _list(request, visitor, fund, "", problem.told)
    return RedirectResponse(f"/reconciliations/{answer['id']}", 303)


def _typed(sent: FormData) -> forms.Typed:
    return {name: [said for said in sent.getlist(name) if isinstance(said, str)] for name in sent}


def _key(typed: forms.Typed) -> str:
    return forms.one(typed, "key")[:200] or uuid4().hex


class Filter:
    """What the three columns show, and from where."""

    def __init__(
        self,
        rule: str = "",
        text: Words = "",
        proposed: At = "",
        confirmed: At = "",
        ours: At = "",
        theirs: At = "",
        aside: At = "",
    ) -> None:
        self.rule = rule if rule in forms.RULE_NAMES else ""
        self.text = text
        self.at = {"proposed": proposed, "confirmed": confirmed, "ours": ours, "theirs": theirs,
                   "aside": aside}  # fmt: skip


@router.get("/{reconciliation}")
async def show_reconciliation(request: Request, reconciliation: Id, visitor: Visit) -> HTMLResponse:
    """One reconciliation at the stage it has come to. 404: not-found."""
    known = {name: request.query_params.get(name, "") for name in (
        "rule", "text", "proposed", "confirmed", "ours", "theirs", "aside")}  # fmt: skip
    places = {
        name: said if said.isdecimal() and len(said) < 8 else "" for name, said in known.items()
    }
    places |= {"rule": known["rule"], "text": known["text"][:100]}
    return await _shown(request, visitor, reconciliation, Filter(**places), {})


@router.post("/{reconciliation}/extract")
async def take_extract(request: Request, reconciliation: Id, visitor: Visit) -> Response:
    """Check what the columns make of the file, or take it, as the button says."""
    async with request.form(max_files=0, max_fields=60) as sent:
        typed = _typed(sent)
    checking = forms.one(typed, "action") != "take"
    outcome: dict[str, Any] = {"typed": typed}
    try:
        body = forms.taking(typed)
        key = _key(typed) + ("-check" if checking else "")
        checked = await visitor.api.send(
            "POST", f"/v1/reconciliations/{reconciliation}/extract", key, json=body,
            params={"dry_run": "true"} if checking else {},
        )  # fmt: skip
    except forms.FieldsWrong as fields:
        outcome |= {"wrong": fields.wrong, "status": 422}
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        outcome |= {"told": problem.told, "status": problem.told.status}
    else:
        if not checking:
            return RedirectResponse(f"/reconciliations/{reconciliation}", 303)
        outcome |= {"checked": checked}
    return await _shown(request, visitor, reconciliation, Filter(), outcome)


@router.post("/{reconciliation}")
async def decide(request: Request, reconciliation: Id, visitor: Visit) -> Response:
    """What a button asks for. 403: csrf-token-wrong."""
    async with request.form(max_files=0, max_fields=MOST_TICKS) as sent:
        typed = _typed(sent)
    action, _, rule = forms.one(typed, "action").partition(":")
    asked = forms.asked(action, {**typed, "rule": [rule]})
    outcome: dict[str, Any] = {}
    if asked is not None:
        address, body = asked
        try:
            await visitor.api.send(
                "POST", f"/v1/reconciliations/{reconciliation}/{address}",
                f"{_key(typed)}-{action}{rule}", json=body,
            )  # fmt: skip
        except ProblemTold as problem:
            if problem.told.status not in TELLING:
                raise
            outcome = {"told": problem.told, "status": problem.told.status, "typed": typed}
        else:
            to = "/reconciliations" if action == "discard" else f"/reconciliations/{reconciliation}"
            return RedirectResponse(to, 303)
    return await _shown(request, visitor, reconciliation, Filter(), outcome)


async def _shown(
    request: Request, visitor: Visitor, reconciliation: str, wanted: Filter, outcome: dict[str, Any]
) -> HTMLResponse:
    at = f"/v1/reconciliations/{reconciliation}"
    found = await visitor.api.get(at)
    known: dict[str, Any] = {"told": None, "wrong": {}, "typed": {}, "checked": None}
    content = known | {name: said for name, said in outcome.items() if name != "status"}
    content |= {
        "found": found, "key": uuid4().hex, "here": f"/reconciliations/{reconciliation}",
        "can_write": found["own"] and visitor.may("funds:write"),
        "can_approve": found["own"] and visitor.may("suspense:approve"),
        "rule_names": forms.RULE_NAMES, "me": visitor.actor.person, "persons": PERSONS,
    }  # fmt: skip
    template = "reconciliation_ended.html"
    if found["status"] == "uploaded":
        template = "reconciliation_columns.html"
        content |= await _columns(visitor, at, found)
    elif found["status"] != "discarded":
        template = "reconciliation.html"
        content |= await _columns_of_work(visitor, at, wanted)
    return page(
        request, template, outcome.get("status", 200), visitor=visitor,
        title=f"Reconciliation: {found['fund_name']}",
        crumbs=[HOME, FUNDS, LIST], **content,
    )  # fmt: skip


async def _columns(visitor: Visitor, at: str, found: dict[str, Any]) -> dict[str, Any]:
    """The preview, for the agency whose file it is."""
    preview = await visitor.api.get(f"{at}/preview") if found["own"] else None
    return {
        "preview": preview, "columns": forms.COLUMNS, "day_orders": forms.DAY_ORDERS,
        "decimals": forms.DECIMALS,
    }  # fmt: skip


async def _columns_of_work(visitor: Visitor, at: str, wanted: Filter) -> dict[str, Any]:
    """The three columns, the statement and its ages."""
    lines: dict[str, Any] = {}
    for side in ("ours", "theirs"):
        lines[side] = await visitor.api.get(
            f"{at}/lines", side=side, status="open", text=wanted.text, limit=SHOWN,
            after=wanted.at[side],
        )  # fmt: skip
    aside = [
        one | {"side": side}
        for side in ("ours", "theirs")
        for status in ("timing", "error")
        for one in (
            await visitor.api.get(
                f"{at}/lines", side=side, status=status, text=wanted.text, limit=SHOWN
            )
        )["items"]
    ]
    matches = {
        status: await visitor.api.get(
            f"{at}/matches", status=status, rule=wanted.rule, limit=SHOWN, after=wanted.at[status]
        )
        for status in ("proposed", "confirmed")
    }
    return {
        "lines": lines, "aside": aside, "matches": matches, "wanted": wanted,
        "statement": await visitor.api.get(f"{at}/statement"), "reasons": forms.REASONS,
        "kinds": forms.KINDS, "bands": forms.BANDS,
    }  # fmt: skip
