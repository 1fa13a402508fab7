"""Pages of quality assurance: every formal arrangement, what is asked of it and what was found."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in, whole
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/assurance", include_in_schema=False)

KINDS = (
    ("contract", "Contract"),
    ("sla", "Service level agreement"),
    ("grant", "Grant"),
    ("pooled-fund", "Pooled fund agreement"),
    ("aligned-fund", "Aligned budget agreement"),
    ("health-act-flexibility", "Health Act flexibility"),
)
MET = (("met", "Met"), ("partly", "Met in part"), ("not-met", "Not met"))
OFTEN = ((12, "every year"), (6, "every half-year"), (3, "every quarter"), (24, "every two years"))


@router.get("/{partnership}")
async def show_assurance(
    request: Request,
    partnership: Id,
    visitor: Visit,
    on: Annotated[Literal[""] | date | None, Query()] = None,
) -> HTMLResponse:
    """Every arrangement that runs and what is open, for partners. 404: not-found."""
    return await _list(request, partnership, visitor, {}, None, on or None)


@router.post("/{partnership}/standards")
async def set_standard_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Ask something of arrangements, or no more. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/assurances/{partnership}"
    if standard := typed.get("withdraw", ""):
        told = await refused(visitor, f"{at}/standards/{standard}/withdrawal", typed, None)
    else:
        body = {
            "title": typed.get("title", ""),
            "kinds": [code for code, _ in KINDS if typed.get(code)],
            "every_months": whole(typed.get("every_months", "")),
        }
        told = await refused(visitor, f"{at}/standards", typed, body)
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/assurance/{partnership}#standards", 303)
    return await _list(request, partnership, visitor, typed, told, None)


async def _list(
    request: Request,
    partnership: str,
    visitor: Visitor,
    typed: Typed,
    told: Problem | None,
    on: date | None,
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/assurances/{partnership}", on=on)
    return page(
        request, "framework/assurance.html", told.status if told else 200, visitor,
        title="Quality assurance of formal arrangements", crumbs=_crumbs(partnership)[:2],
        row=row, found=found, told=told, typed=typed, key=new_key(), kinds=KINDS, often=OFTEN,
        kind_names=dict(KINDS), names={one.agency: one.name for one in row.members},
        writes=visitor.may("needs:write"),
    )  # fmt: skip


@router.get("/{partnership}/{arrangement}")
async def show_arrangement(
    request: Request, partnership: Id, arrangement: Id, visitor: Visit
) -> HTMLResponse:
    """One arrangement: standards, looks, remedies. 404: not-found."""
    return await _one(request, partnership, arrangement, visitor, {}, None)


@router.post("/{partnership}/{arrangement}/{what}")
async def assure_on_page(
    request: Request,
    partnership: Id,
    arrangement: Id,
    what: Literal["looks", "remedies", "completion"],
    visitor: Visit,
) -> Response:
    """Record a look, agree a remedy, or mark it made. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/assurances/{partnership}"
    body: dict[str, Any] | None
    match what:
        case "looks":
            address, body = f"{at}/looks", _look(arrangement, typed)
        case "remedies":
            names = ("standard", "text", "owner", "due_on")
            address = f"{at}/remedies"
            body = {"arrangement": arrangement, **{name: typed.get(name, "") for name in names}}
        case "completion":
            address, body = f"{at}/remedies/{typed.get('remedy') or 'none'}/completion", None
    told = await refused(visitor, address, typed, body)
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/assurance/{partnership}/{arrangement}", 303)
    return await _one(request, partnership, arrangement, visitor, typed, told)


def _look(arrangement: str, typed: Typed) -> dict[str, Any]:
    """The answers as typed; a standard that nobody answered is left out, and so refused."""
    met = {
        name.removeprefix("met-"): said
        for name, said in typed.items()
        if name.startswith("met-") and said
    }
    return {
        "arrangement": arrangement,
        "looked_on": typed.get("looked_on") or None,
        "findings": [
            {"standard": standard, "met": said, "text": typed.get(f"text-{standard}") or None}
            for standard, said in met.items()
        ],
    }


async def _one(
    request: Request,
    partnership: str,
    arrangement: str,
    visitor: Visitor,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/assurances/{partnership}")
    one = next((a for a in found["arrangements"] if a["arrangement"] == arrangement), None)
    if one is None:
        raise Missing
    return page(
        request, "framework/arrangement.html", told.status if told else 200, visitor,
        title=one["title"], crumbs=_crumbs(partnership), row=row, one=one, told=told, typed=typed,
        key=new_key(), met=[("", "Choose"), *MET], met_names=dict(MET), kind_names=dict(KINDS),
        names={m.agency: m.name for m in row.members}, writes=visitor.may("needs:write"),
        titles={s["standard"]: s["title"] for s in (*found["standards"], *one["standards"])},
        short=[(s["standard"], s["title"]) for s in one["standards"] if s["short"]],
        today=found["on"],
    )  # fmt: skip


def _crumbs(partnership: str) -> list[dict[str, str]]:
    return [
        HOME,
        {"text": "Framework", "href": f"/framework/{partnership}"},
        {"text": "Quality assurance", "href": f"/assurance/{partnership}"},
    ]
