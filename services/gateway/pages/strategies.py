"""The strategy as a document: for partners, for everyone, and easy to read; on paper too.

Law: what an audience may not see is never asked for in its name; a strategy says itself where it
departs from the children's plan.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in, whole
from services.gateway.pages.assessment_needs import evidence_of
from services.gateway.pages.rendering import page
from services.gateway.pages.strategies_standing import standing, steps, valid
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
    api = api_of(request, visitor)
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
        drafts=bool(mine) and visitor is not None and visitor.may("needs:write"),
    )  # fmt: skip


def api_of(request: Request, visitor: MaybeVisit) -> Api:
    """As the visitor where their role reads needs; else as everyone, who sees what is public."""
    reads = visitor is not None and visitor.may("needs:read")
    return visitor.api if visitor is not None and reads else PublicRecord(request)


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
    return await document(request, strategy, visitor, audience, None)


@router.post("/{strategy}/departures")
async def explain_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Explain what departs from the children's plan. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"recommendation": typed.get("recommendation", ""), "reason": typed.get("reason", "")}
    return await written(request, strategy, visitor, "departures", typed, body)


@router.post("/{strategy}/summary")
async def summarise_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Write the easy summary. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"summary": typed.get("summary", "")}
    return await written(request, strategy, visitor, "summary", typed, body)


@router.post("/{strategy}/priorities")
async def rank_on_page(request: Request, strategy: Id, visitor: Visit) -> Response:
    """Rank a need with scores and reasons. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    scores = [
        {
            "criterion": typed[f"criterion-{n}"],
            "weight": whole(typed.get(f"weight-{n}", "1")),
            "points": whole(typed.get(f"points-{n}", "")),
        }
        for n in (1, 2, 3)
        if typed.get(f"criterion-{n}")
    ]
    body = {"need": typed.get("need", ""), "rank": whole(typed.get("rank", "")),
            "reasons": typed.get("reasons", ""), "scores": scores}  # fmt: skip
    return await written(request, strategy, visitor, "priorities", typed, body)


async def written(
    request: Request, strategy: str, visitor: Visitor, what: str, typed: Typed, body: Any
) -> Response:
    """One command on a strategy, and its page again, with what was typed where it was refused."""
    told = await refused(visitor, f"/v1/strategies/{strategy}/{what}", typed, body)
    if told is None:
        await visitor.api.find(f"/v1/strategies/{strategy}")
        return RedirectResponse(f"/strategies/{strategy}", 303)
    return await document(request, strategy, visitor, "partners", told, typed)


async def document(
    request: Request,
    strategy: str,
    visitor: MaybeVisit,
    audience: Audience | None,
    told: Problem | None,
    typed: Typed | None = None,
) -> HTMLResponse:
    """The page of a strategy for one audience. Raises ProblemTold."""
    api = api_of(request, visitor)
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
    consistency = await api.get(f"{at}/consistency")
    member = visitor if partner and shown == "partners" else None
    signs = member is not None and member.may("needs:write")
    makes = signs or (member is not None and member.may("board:write"))
    making = await _making(request, member, found, consistency) if member and makes else {}
    return page(
        request, "strategies/easy.html" if shown == "easy" else "strategies/document.html",
        told.status if told else 200, visitor, title=found["title"], crumbs=[HOME, LIST],
        strategy=found, audience=shown, audiences=AUDIENCES if partner else AUDIENCES[1:],
        texts=await _texts(api, at, found), told=told, key=new_key(),
        consistency=consistency, changes=CHANGES, tiers=TIERS, typed=typed or {},
        needs={one["need"]: one["title"] for one in found["needs"]},
        outcomes={one["outcome"]: one["title"] for one in found["outcomes"]},
        ranked=scored(found["priorities"]), name=_name(rows, found["partnership"]),
        votes=[one for one in votes["items"] if one["strategy"] == strategy] if votes else [],
        writes=signs and found["status"] == "draft", signs=signs, makes=makes, **making,
    )  # fmt: skip


async def _making(
    request: Request, visitor: Visitor, found: dict[str, Any], consistency: dict[str, Any]
) -> dict[str, Any]:
    """What the forms under a strategy offer: evidence, partners, and what the board made of it."""
    about = (found["partnership"], "strategy", found["strategy"], found["title"])
    titles = {one["need"]: one["title"] for one in found["needs"]}
    board = await standing(visitor, *about)
    row = (await partnerships(request))[found["partnership"]]
    assessment = await visitor.api.get(f"/v1/assessments/{found['assessment']}")
    return {
        "board": board,
        "decisions": valid(found, board),
        "steps": steps(found, consistency["departures"], board),
        "evidence": evidence_of(assessment),
        "agencies": [(one.agency, one.name) for one in row.members],
        "ranked_needs": [(o["need"], titles[o["need"]]) for o in found["priorities"]],
        "meets": [("", "None of the needs found"), *titles.items()],
    }


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
