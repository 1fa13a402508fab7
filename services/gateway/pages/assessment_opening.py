"""The forms by which an assessment is opened and measured: outcomes, indicators, single figures.

Law: an outcome said in the same words is the same outcome, in the children's plan and in every
year; so what is known is offered, and a new one is named by its words.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages import assessments
from services.gateway.pages.asking import (
    Typed,
    answered,
    lines_of,
    new_key,
    refused,
    typed_in,
    whole,
)
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.membership import partnerships, partnerships_of
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year

router = Router(prefix="/assessments", include_in_schema=False)

Json = dict[str, Any]
MOST_NAMED = 60
BANDS = "0-7, 8-12, 13+"
RATE = "rate"


def outcome_of(title: str) -> str:
    """The id of an outcome, made of its words."""
    found = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:MOST_NAMED].rstrip("-")
    return found or "outcome"


async def outcomes_known(visitor: Visitor, partnership: str) -> dict[str, str]:
    """The outcomes of a partnership's plan and assessments: titles by id, the plan's first."""
    plan: Json = await visitor.api.find(f"/v1/plans/{partnership}") or {"outcomes": []}
    held: Json = await visitor.api.get(
        "/v1/assessments", partnership=partnership, limit=assessments.MOST_LISTED
    )
    told = [*plan["outcomes"], *(each for one in held["items"] for each in one["outcomes"])]
    known: dict[str, str] = {}
    for one in told:
        known.setdefault(one["outcome"], one["title"])
    return known


def outcomes_of(typed: Typed, known: dict[str, str]) -> list[Json]:
    """Those ticked, then those written one on a line; what is known by its words keeps its id."""
    chosen = {one: title for one, title in known.items() if typed.get(f"outcome-{one}")}
    by_words = {title.casefold(): one for one, title in known.items()}
    for title in lines_of(typed.get("outcomes", "")):
        chosen[by_words.get(title.casefold(), outcome_of(title))] = title
    return [{"outcome": one, "title": title} for one, title in chosen.items()]


@router.get("/new")
async def show_opening(request: Request, visitor: Visit, partnership: str = "") -> HTMLResponse:
    """The form that opens an assessment, for one partnership of the visitor's."""
    return await _opening(request, visitor, {"partnership": partnership[:80]}, None)


@router.post("/new")
async def open_on_page(request: Request, visitor: Visit) -> Response:
    """Open it. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    partnership = await _chosen(request, visitor, typed)
    known = await outcomes_known(visitor, partnership) if partnership else {}
    bands = [one.strip() for one in typed.get("age_bands", "").split(",") if one.strip()]
    body = {
        "partnership": partnership,
        "year": typed.get("year", ""),
        "title": typed.get("title", ""),
        "outcomes": outcomes_of(typed, known),
        "age_bands": bands,
    }
    told = await answered(visitor, "/v1/assessments", typed, body)
    if isinstance(told, Problem):
        return await _opening(request, visitor, typed, told)
    await visitor.api.find(f"/v1/assessments/{told['id']}")
    return RedirectResponse(f"/assessments/{told['id']}", 303)


async def _chosen(request: Request, visitor: Visitor, typed: Typed) -> str:
    """The partnership named, or the only one there is."""
    mine = await partnerships_of(request, visitor.actor.agency)
    named = typed.get("partnership", "")
    return named if named in mine else next(iter(mine), "")


async def _opening(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    rows = await partnerships(request)
    mine = await partnerships_of(request, visitor.actor.agency)
    chosen = await _chosen(request, visitor, typed)
    today = london_date(request.app.state.house.clock())
    return page(
        request, "assessments/opening.html", told.status if told else 200, visitor,
        title="Open an assessment", crumbs=[assessments.HOME, assessments.LIST], told=told,
        typed={"year": financial_year(today), "age_bands": BANDS} | typed, key=new_key(),
        mine={one: rows[one].name for one in mine if one in rows}, chosen=chosen,
        known=await outcomes_known(visitor, chosen) if chosen else {},
        writes=bool(chosen) and visitor.may("needs:write"),
    )  # fmt: skip


@router.post("/{assessment}/indicators")
async def record_indicator_on_page(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Record an indicator. 404: not-found."""
    typed = await typed_in(request)
    names = ("title", "outcome", "unit", "direction", "area", "source")
    body: Json = {name: typed.get(name, "") for name in names}
    if typed.get("unit") == RATE:
        body |= {"unit": "score", "per": whole(typed.get("per", ""))}
    told = await answered(visitor, f"/v1/assessments/{assessment}/indicators", typed, body)
    if isinstance(told, Problem):
        return await assessments.shown(request, visitor, assessment, told, typed)
    await visitor.api.find(f"/v1/assessments/{assessment}")
    return RedirectResponse(f"/assessments/{assessment}/indicators/{told['part']}", 303)


@router.post("/{assessment}/indicators/{indicator}")
async def record_figure_on_page(
    request: Request, assessment: Id, indicator: Id, visitor: Visit
) -> Response:
    """Record one figure of an indicator. 404: not-found."""
    typed = await typed_in(request)
    figure: Json = {
        name: typed.get(name, "") for name in ("area", "period", "status", "breakdown", "group")
    }
    figure |= {"value": typed.get("value") or None, "base": None}
    if typed.get("base"):
        figure["base"] = whole(typed["base"])
    body = {"indicator": indicator, "figures": [figure]}
    address = f"/v1/assessments/{assessment}"
    told = await refused(visitor, f"{address}/series", typed, body)
    if told is not None:
        return await assessments.indicator_shown(
            request, visitor, assessment, indicator, told, typed
        )
    await visitor.api.find(f"{address}/indicators/{indicator}")
    return RedirectResponse(f"/assessments/{assessment}/indicators/{indicator}#record", 303)
