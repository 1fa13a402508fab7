"""Pages of a board's records: finding information, the year's report, what was brought, teams.

Law: what is held back is shown with its marking to those who may know of it, and to nobody else.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, typed_in
from services.gateway.pages.board import GROUNDS
from services.gateway.pages.board_parts import (
    Board,
    board_of,
    everything,
    person,
    sent,
    sits_of,
    ticked,
    today,
)
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, Visit
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year, previous_year

router = Router(prefix="/board/{partnership}", include_in_schema=False)

KEPT = (("kept", "Kept"), ("partly", "Partly kept"), ("not-kept", "Not kept"))
KINDS = {
    "paper": "Paper",
    "minutes": "Minutes",
    "decision": "Decision",
    "chairs-action": "Chair's action",
    "external-review": "Review from outside",
}


@router.get("/information")
async def show_information(
    request: Request, partnership: Id, visitor: MaybeVisit, q: str = "", since: str = "",
    until: str = "",
) -> HTMLResponse:  # fmt: skip
    """What the board holds on some words. 404: not-found."""
    board = await board_of(request, visitor, partnership)
    found: dict[str, Any] | None = None
    if q or since or until:
        query = {"q": q[:200], "from_day": _day(since), "to_day": _day(until)}
        found = await board.api.get(f"{board.at}/information", **query)
    return page(
        request, "board/information.html", visitor=visitor, title="Find what the board holds",
        crumbs=board.crumbs, board=board, found=found, q=q, since=since, until=until,
        kinds=KINDS, grounds=dict(GROUNDS),
    )  # fmt: skip


def _day(typed: str) -> str:
    """A day as typed; nothing where it is none."""
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return ""


@router.get("/report")
async def show_report(
    request: Request, partnership: Id, visitor: MaybeVisit, year: str = ""
) -> HTMLResponse:
    """How far each partner acted by the plan. 404: not-found."""
    board = await board_of(request, visitor, partnership)
    return await _report(request, board, year, {}, None)


@router.post("/report")
async def record_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Record whether a partner kept what it undertook. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    names = ("agency", "year", "plan", "commitment", "kept", "text")
    body = {name: typed.get(name, "") for name in names}
    told = await sent(board, f"{board.at}/conduct", typed, body, f"{board.at}/annual-report")
    if told is None:
        return RedirectResponse(f"/board/{partnership}/report?year={body['year']}", 303)
    return await _report(request, board, "", typed, told)


async def _report(
    request: Request, board: Board, year: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    this = financial_year(today(request))
    found = await board.api.get(f"{board.at}/annual-report", year=year)
    plans = await board.api.find("/v1/strategies", partnership=board.row.partnership, limit=100)
    known: dict[str, Any] = plans or {"items": []}
    return page(
        request, "board/report.html", told.status if told else 200, board.visitor,
        title=f"Report of the year {found['year']}", crumbs=board.crumbs, board=board, typed=typed,
        told=told, key=new_key(), report=found, kept=KEPT, kept_names=dict(KEPT),
        years=(this, previous_year(this)),
        plans=[(one["strategy"], one["title"]) for one in known["items"]],
    )  # fmt: skip


@router.get("/business")
async def show_business(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """Chair's actions and reviews from outside. 404: not-found."""
    board = await board_of(request, visitor, partnership)
    return await _business(request, board, {}, None)


@router.post("/business/{what}")
async def bring_on_page(request: Request, partnership: Id, what: str, visitor: Visit) -> Response:
    """Record a chair's action or bring a review before the board. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    body: dict[str, Any] = {name: typed.get(name, "") for name in ("title", "text")}
    if what == "chairs-actions":
        body |= {name: typed.get(name, "") for name in ("acted_by", "acted_on")}
        body |= {"consulted": ticked(typed, "heard-")}
    elif what == "external-reviews":
        body |= {name: typed.get(name, "") for name in ("body", "published_on")}
        body |= {"exempt": typed.get("exempt") == "yes"}
    else:
        raise Missing
    told = await sent(board, f"{board.at}/{what}", typed, body, f"{board.at}/business")
    if told is None:
        return RedirectResponse(f"/board/{partnership}/business", 303)
    return await _business(request, board, typed, told)


async def _business(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    listed = (await board.api.get(f"{board.at}/business"))["items"]
    sits = await sits_of(board)
    members: list[dict[str, Any]] = sits.get("members") or []
    return page(
        request, "board/business.html", told.status if told else 200, board.visitor,
        title="Brought to the board", crumbs=board.crumbs, board=board, typed=typed, told=told,
        key=new_key(), listed=list(reversed(listed)), person=person, members=members, kinds=KINDS,
        officers=[(m["person"], person(m["person"])) for m in members if m["chair"] or m["vice"]],
        today=today(request).isoformat(),
    )  # fmt: skip


@router.get("/teams")
async def show_teams(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """The teams beside the board, their members and chairs. 404: not-found."""
    return await _teams(request, await board_of(request, visitor, partnership), {}, None)


@router.post("/teams")
async def form_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Form a team. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {n: typed.get(n, "") for n in ("name", "purpose", "reports_to", "formed_on")}
    return await _kept(request, visitor, partnership, "teams", typed, body)


@router.post("/teams/{team}/members")
async def join_on_page(request: Request, partnership: Id, team: Id, visitor: Visit) -> Response:
    """Name who is in a team. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"person": typed.get("person", ""), "agency": typed.get("agency", "")}
    chairs = {"chair": typed.get("chair") == "yes"}
    return await _kept(
        request, visitor, partnership, f"teams/{team}/members", typed, {**body, **chairs}
    )


async def _kept(
    request: Request, visitor: MaybeVisit, partnership: str, what: str, typed: Typed, body: Any
) -> Response:
    board = await board_of(request, visitor, partnership)
    told = await sent(board, f"{board.at}/{what}", typed, body, f"{board.at}/teams")
    if told is None:
        return RedirectResponse(f"/board/{partnership}/teams", 303)
    return await _teams(request, board, typed, told)


async def _teams(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    teams = await everything(board.api, f"{board.at}/teams")
    working = [(one["name"], one["name"]) for one in teams if not one["ended_on"]]
    return page(
        request, "board/teams.html", told.status if told else 200, board.visitor, title="Teams",
        crumbs=board.crumbs, board=board, typed=typed, told=told, key=new_key(), teams=teams,
        above=[("board", "The board"), *working], person=person,
        agencies=[(one.agency, one.name) for one in board.row.members],
        today=today(request).isoformat(),
    )  # fmt: skip
