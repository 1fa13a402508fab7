"""The page of a board's constitution: the rules in force, every version, and proposing a change.

Law: what the board carried is what is put in force, word for word; nobody types it again.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, typed_in, whole
from services.gateway.pages.board_parts import (
    Board,
    board_of,
    everything,
    instant,
    sent,
    sits_of,
    ticked,
)
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, Visit
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/board/{partnership}/constitution", include_in_schema=False)

NUMBERS = (
    ("quorum_others", "Members of other partners in the quorum"),
    ("paper_working_days", "Working days before a meeting that papers are out"),
    ("change_for", "Votes for, of each so many voting, that change the constitution"),
    ("change_of", "So many voting"),
    ("meetings_a_year", "Meetings a year at least"),
    ("extra_meeting_members", "Members who can ask for an extra meeting"),
    ("extra_meeting_working_days", "Working days within which it is held"),
)
CLAUSES = {
    "quorum_others": "quorum",
    "paper_working_days": "papers",
    "change_for": "change",
    "meetings_a_year": "meetings",
    "extra_meeting_members": "extra_meeting",
}


@router.get("")
async def show_constitution(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """The rules and their versions, for partners. 404: not-found."""
    return await _shown(request, await board_of(request, visitor, partnership), {}, None)


@router.post("")
async def propose_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Call a meeting that decides on new rules. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    now: dict[str, Any] = (await sits_of(board)).get("rules") or {}
    numbers = {name: whole(typed.get(name, "")) for name, _ in NUMBERS}
    proposed = {
        **numbers,
        "quorum_named": ticked(typed, "named-"),
        "casting_vote": typed.get("casting_vote") == "yes",
        "source": typed.get("source", ""),
        "clauses": now.get("clauses", {}),
    }
    item = {
        "title": "Change of the constitution",
        "about_kind": "other",
        "about": partnership,
        "constitution": True,
        "proposed": proposed,
    }
    held_at = instant(typed.get("held_on", ""), typed.get("held_time", ""))
    body = {"held_at": held_at, "agenda": [item]}
    told = await sent(board, f"{board.at}/meetings", typed, body, f"{board.at}/meetings")
    if told is None:
        return RedirectResponse(f"/board/{partnership}", 303)
    return await _shown(request, board, typed, told)


@router.post("/versions/{decision}")
async def enforce_on_page(
    request: Request, partnership: Id, decision: Id, visitor: Visit
) -> Response:
    """Put in force what a decision carried. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    carried = {one["item"]["item"]: one["item"]["proposed"] for one in await _carried(board)}
    if decision not in carried:
        raise Missing
    body = {**carried[decision], "decision": decision}
    told = await sent(board, f"{board.at}/rules", typed, body, board.at)
    if told is None:
        return RedirectResponse(f"/board/{partnership}/constitution", 303)
    return await _shown(request, board, {}, told)


async def _carried(board: Board) -> list[dict[str, Any]]:
    """The items that carried a change of the constitution, with what each proposed."""
    listed = await everything(board.api, f"{board.at}/meetings")
    return [
        item
        for meeting in listed
        for item in meeting["agenda"]
        if item["item"].get("proposed") and (item["decision"] or {"carried": False})["carried"]
    ]


async def _shown(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    if not board.member:
        raise Missing
    sits = await sits_of(board)
    used: list[str] = sits.get("used") or []
    waiting = [one for one in await _carried(board) if one["item"]["item"] not in used]
    return page(
        request, "board/constitution.html", told.status if told else 200, board.visitor,
        title="Constitution of the board", crumbs=board.crumbs, board=board, typed=typed,
        told=told, key=new_key(), sits=sits, rules=sits.get("rules"), numbers=NUMBERS,
        clauses=CLAUSES, waiting=waiting,
        versions=list(reversed(sits.get("constitutions") or [])),
    )  # fmt: skip
