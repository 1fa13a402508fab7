"""The strategy as a document: for partners, for everyone, and easy to read; on paper too.

Law: what an audience may not see is never asked for in its name; a strategy says itself where it
departs from the children's plan.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Api, MaybeVisit, PublicRecord, Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem

router = APIRouter(prefix="/strategies", include_in_schema=False)

Audience = Literal["partners", "public", "easy"]
HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Strategies", "href": "/strategies"}
AUDIENCES = (("partners", "For partners"), ("public", "For everyone"), ("easy", "Easy to read"))
CHANGES = {"design": "Design a new service", "redesign": "Redesign", "cease": "Cease"}
TIERS = {
    1: "For everyone (tier 1)", 2: "Early help (tier 2)", 3: "Targeted (tier 3)",
    4: "Specialist (tier 4)",
}  # fmt: skip
EVERYTHING = 500


@router.get("")
async def show_strategies(request: Request, visitor: MaybeVisit) -> HTMLResponse:
    """Published strategies, and to partners their drafts."""
    api = visitor.api if visitor else PublicRecord(request)
    found = (await api.get("/v1/strategies", limit=EVERYTHING))["items"]
    mine = await ours(request, visitor)
    for partnership in mine:
        more = await api.get("/v1/strategies", partnership=partnership, limit=EVERYTHING)
        found += more["items"]
    rows = await partnerships(request)
    listed = {one["strategy"]: one for one in found}
    return page(
        request, "strategies/list.html", visitor=visitor, title="Strategies", crumbs=[HOME],
        strategies=[listed[key] for key in sorted(listed, reverse=True)],
        names={key: row.name for key, row in rows.items()}, mine=mine,
    )  # fmt: skip


async def ours(request: Request, visitor: MaybeVisit) -> list[str]:
    """The partnerships of the visitor's agency."""
    if visitor is None or not visitor.may("needs:read"):
        return []
    rows = await partnerships(request)
    return [key for key, row in rows.items() if visitor.actor.agency in row.agencies]


@router.get("/{strategy}")
async def show_strategy(
    request: Request,
    strategy: Id,
    visitor: MaybeVisit,
    audience: Annotated[Audience | None, Query()] = None,
) -> HTMLResponse:
    """One strategy for one audience. 404: not-found."""
    return await _document(request, strategy, visitor, audience, None)


@router.post("/{strategy}/departures")
async def explain_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Explain what departs from the children's plan. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"recommendation": typed.get("recommendation", ""), "reason": typed.get("reason", "")}
    return await _written(request, strategy, visitor, "departures", typed, body)


@router.post("/{strategy}/summary")
async def summarise_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Write the easy summary. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"summary": typed.get("summary", "")}
    return await _written(request, strategy, visitor, "summary", typed, body)


@router.post("/{strategy}/priorities")
async def rank_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Rank a need with scores and reasons. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    scores = [
        {
            "criterion": typed[f"criterion-{n}"],
            "weight": _whole(typed.get(f"weight-{n}", "1")),
            "points": _whole(typed.get(f"points-{n}", "")),
        }
        for n in (1, 2, 3)
        if typed.get(f"criterion-{n}")
    ]
    body = {"need": typed.get("need", ""), "rank": _whole(typed.get("rank", "")),
            "reasons": typed.get("reasons", ""), "scores": scores}  # fmt: skip
    return await _written(request, strategy, visitor, "priorities", typed, body)


def _whole(typed: str) -> int | str:
    return int(typed) if typed.isdecimal() and len(typed) < 6 else typed


async def _written(
    request: Request, strategy: str, visitor: Visitor, what: str, typed: Typed, body: Any
) -> Response:
    told = await refused(visitor, f"/v1/strategies/{strategy}/{what}", typed, body)
    if told is None:
        return RedirectResponse(f"/strategies/{strategy}", 303)
    return await _document(request, strategy, visitor, "partners", told)


async def _document(
    request: Request,
    strategy: str,
    visitor: MaybeVisit,
    audience: Audience | None,
    told: Problem | None,
) -> HTMLResponse:
    api: Api = visitor.api if visitor else PublicRecord(request)
    found = await api.get(f"/v1/strategies/{strategy}")
    partner = found["partnership"] in await ours(request, visitor)
    shown: Audience = audience or ("partners" if partner else "public")
    if shown == "partners" and not partner:
        shown = "public"
    if shown != "partners" and partner and found["public"]:
        api = PublicRecord(request)  # what everyone sees, seen as everyone does
    at = f"/v1/strategies/{strategy}"
    votes: Any = await PublicRecord(request).find("/v1/votes", limit=EVERYTHING)
    rows = await partnerships(request)
    return page(
        request, "strategies/easy.html" if shown == "easy" else "strategies/document.html",
        told.status if told else 200, visitor, title=found["title"], crumbs=[HOME, LIST],
        strategy=found, audience=shown, audiences=AUDIENCES if partner else AUDIENCES[1:],
        texts=await _texts(api, at, found), told=told, key=new_key(),
        consistency=await api.get(f"{at}/consistency"), changes=CHANGES, tiers=TIERS,
        needs={one["need"]: one["title"] for one in found["needs"]},
        outcomes={one["outcome"]: one["title"] for one in found["outcomes"]},
        ranked=scored(found["priorities"]), name=_name(rows, found["partnership"]),
        votes=[one for one in votes["items"] if one["strategy"] == strategy] if votes else [],
        writes=partner and shown == "partners" and found["status"] == "draft"
        and visitor is not None and visitor.may("needs:write"),
    )  # fmt: skip


def _name(rows: Any, partnership: str) -> str:
    return rows[partnership].name if partnership in rows else partnership


def scored(priorities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each priority with its sum, and whether one of a higher sum was ranked after it."""
    sums = [
        sum(one["weight"] * one["points"] for one in priority.get("scores", ()))
        for priority in priorities
    ]
    return [
        priority
        | {
            "scores": priority.get("scores", []),
            "sum": own,
            "against": any(later > own for later in sums[n + 1 :]),
        }
        for n, (priority, own) in enumerate(zip(priorities, sums, strict=True))
    ]


async def _texts(api: Api, at: str, found: dict[str, Any]) -> dict[str, str]:
    """The words of the document that this audience may read, by their ids."""
    cited = [one["reasons"] for one in found["priorities"]]
    cited += [one[name] for one in found["recommendations"] for name in ("knock_on", "impact")
              if one.get(name)]  # fmt: skip
    cited += [one[name] for one in found["issues"] for name in ("what", "taken_forward")]
    cited += [one["reason"] for one in found["departures"]]
    cited += [found["summary"]] if found["summary"] else []
    told: dict[str, str] = {}
    for reference in cited:
        answer = await api.find(f"{at}/texts/{reference['text']}")
        if answer and answer["content"]:
            told[reference["text"]] = answer["content"]
    return told
