"""Pages of a board: its calendar and who sits on it, calling a meeting, asking for an extra one.

Law: the calendar shows how many meetings the constitution wants in the year and how many there are.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, typed_in
from services.gateway.pages.board_parts import (
    HOME,
    Board,
    board_of,
    everything,
    instant,
    person,
    sent,
    sits_of,
    ticked,
    today,
)
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, Visit
from services.gateway.pages.wording import LONDON
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year

router = Router(prefix="/board", include_in_schema=False)

ITEMS = 5
KINDS = (
    ("other", "Something else"),
    ("strategy", "A strategy"),
    ("specification", "A specification"),
    ("award", "An award"),
    ("contract", "A contract"),
    ("fund", "A pooled fund"),
    ("review", "A formal review"),
)
GROUNDS = (
    ("", "No ground given"),
    ("individual", "1: about an individual"),
    ("identity", "2: would show who an individual is"),
    ("business", "3: somebody's financial or business affairs"),
    ("labour", "4: consultations on labour relations"),
    ("privilege", "5: legal professional privilege"),
    ("notices", "6: notices and orders to come"),
    ("crime", "7: preventing or prosecuting crime"),
)
MARKINGS = (("", "Open"), ("exempt", "Exempt"), ("confidential", "Confidential"))


@router.get("")
async def show_boards(request: Request, visitor: MaybeVisit) -> Response:
    """Every partnership's board; where the visitor's agency has one, that one."""
    known = await partnerships(request)
    mine = [p for p, row in known.items() if visitor and visitor.actor.agency in row.agencies]
    if len(mine) == 1:
        return RedirectResponse(f"/board/{mine[0]}")
    return page(
        request, "board/boards.html", visitor=visitor, title="Boards", crumbs=[HOME],
        boards=[known[one] for one in mine] or list(known.values()),
    )  # fmt: skip


@router.get("/{partnership}")
async def show_board(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """The board's calendar. 404: not-found."""
    return await _calendar(request, await board_of(request, visitor, partnership), {}, None)


@router.post("/{partnership}/extra-meetings")
async def ask_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Record who has asked for an extra meeting. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    reason = {"reason": typed.get("reason", "")}
    if board.runs:
        asked = {"persons": ticked(typed, "asks-"), "received_on": typed.get("received_on", "")}
        address, body = f"{board.at}/extra-meeting-requests", {**reason, **asked}
    else:
        address, body = f"{board.at}/extra-meeting-requests/own", reason
    told = await sent(board, address, typed, body, board.at)
    if told is None:
        return RedirectResponse(f"/board/{partnership}#extra", 303)
    return await _calendar(request, board, typed, told)


async def _calendar(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    meetings = await everything(board.api, f"{board.at}/meetings")
    meetings.sort(key=lambda one: one["held_at"])
    sits = await sits_of(board)
    year = financial_year(today(request))
    this_year = [one for one in meetings if financial_year(_day(one["held_at"])) == year]
    return page(
        request, "board/calendar.html", told.status if told else 200, board.visitor,
        title=f"The board of {board.row.name}", crumbs=[HOME], board=board, told=told, typed=typed,
        key=new_key(), year=year, person=person, sits=sits, today=today(request).isoformat(),
        coming=[one for one in meetings if one["status"] != "closed"],
        held=[one for one in reversed(meetings) if one["status"] == "closed"],
        this_year=len(this_year), election_due=_election_due(sits.get("elected_on")),
    )  # fmt: skip


def _day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone(LONDON).date()


def _election_due(elected_on: str | None) -> date | None:
    """A year after the last one; None where the board has never chosen."""
    if not elected_on:
        return None
    last = date.fromisoformat(elected_on)
    return date(last.year + 1, last.month, 28 if (last.month, last.day) == (2, 29) else last.day)


@router.get("/{partnership}/meetings/new")
async def show_calling(
    request: Request, partnership: Id, visitor: MaybeVisit, extra: bool = False
) -> HTMLResponse:
    """The form that calls a meeting. 404: not-found."""
    board = await board_of(request, visitor, partnership)
    return await _calling(request, board, {"extra": "yes"} if extra else {}, None)


@router.post("/{partnership}/meetings/new")
async def call_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Call the meeting with its agenda. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    body = {
        "held_at": instant(typed.get("held_on", ""), typed.get("held_time", "")),
        "agenda": [_item(typed, n, board) for n in range(1, ITEMS + 1) if typed.get(f"title-{n}")],
        "extra": typed.get("extra") == "yes",
    }
    told = await sent(board, f"{board.at}/meetings", typed, body, f"{board.at}/meetings")
    if told is None:
        return RedirectResponse(f"/board/{partnership}", 303)
    return await _calling(request, board, typed, told)


def _item(typed: Typed, n: int, board: Board) -> dict[str, Any]:
    marking = typed.get(f"marking-{n}", "")
    ratified = [one for one in board.row.agencies if typed.get(f"ratified-{n}-{one}")]
    return {
        "title": typed.get(f"title-{n}", ""),
        "about_kind": typed.get(f"about_kind-{n}", "other"),
        "about": typed.get(f"about-{n}") or board.row.partnership,
        "exempt": marking == "exempt",
        "confidential": marking == "confidential",
        "ground": typed.get(f"ground-{n}", "") if marking else "",
        "election": typed.get(f"election-{n}") == "yes",
        "ratified_by": ratified,
    }


async def _calling(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    return page(
        request, "board/calling.html", told.status if told else 200, board.visitor,
        title="Call a meeting", crumbs=board.crumbs, board=board, told=told, typed=typed,
        key=new_key(), items=range(1, ITEMS + 1), kinds=KINDS, markings=MARKINGS, grounds=GROUNDS,
        sits=await sits_of(board),
    )  # fmt: skip
