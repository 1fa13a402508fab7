"""The page of one meeting of a board: from the agenda to the minutes, as the secretary runs it.

Law: quorum is computed for each item from who takes part in it; whoever may not see a paper is not
shown that there is one.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, typed_in
from services.gateway.pages.board import GROUNDS, KINDS, MARKINGS
from services.gateway.pages.board_minutes import draft_of
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
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/board/{partnership}/meetings/{meeting}", include_in_schema=False)

VOTES = (("for", "For"), ("against", "Against"), ("abstain", "Abstains"))


@router.get("")
async def show_meeting_of_board(
    request: Request, partnership: Id, meeting: Id, visitor: MaybeVisit
) -> HTMLResponse:
    """The meeting as it stands. 404: not-found."""
    return await _shown(request, await board_of(request, visitor, partnership), meeting, {}, None)


@router.get("/papers/{paper}")
async def show_paper(
    request: Request, partnership: Id, meeting: Id, paper: Id, visitor: MaybeVisit
) -> HTMLResponse:
    """One paper, or minutes. 404: not-found, also for who may not see it."""
    board = await board_of(request, visitor, partnership)
    text = await board.api.get(f"{board.at}/meetings/{meeting}/papers/{paper}")
    row = await board.api.get(f"{board.at}/meetings/{meeting}")
    filed = [one for item in row["agenda"] for one in item.get("papers", ())]
    known = next((one for one in filed if one["text"]["text"] == paper), None)
    at = {"text": "Meeting", "href": f"/board/{partnership}/meetings/{meeting}"}
    return page(
        request, "board/paper.html", visitor=visitor, crumbs=[*board.crumbs, at], paper=known,
        title=known["title"] if known else _minutes_title(row, paper), text=text, meeting=row,
    )  # fmt: skip


def _minutes_title(row: dict[str, Any], text: str) -> str:
    titles = {"draft": "Draft minutes", "exempt_minutes": "Minutes, exempt part"}
    for name, title in titles.items():
        reference: dict[str, Any] | None = row.get(name)
        if reference and reference["text"] == text:
            return title
    return "Minutes"


@router.post("/substitutes")
async def substitute_on_page(
    request: Request, partnership: Id, meeting: Id, visitor: Visit
) -> Response:
    """Agree a substitute. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("person", "substitute", "agreed_by")}
    return await _done(request, visitor, partnership, meeting, "substitutes", typed, body)


@router.post("/papers")
async def file_on_page(request: Request, partnership: Id, meeting: Id, visitor: Visit) -> Response:
    """File a paper on an item. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    marking = typed.get("marking", "")
    body: dict[str, Any] = {name: typed.get(name, "") for name in ("item", "title", "text")}
    body |= {"exempt": marking == "exempt", "confidential": marking == "confidential"}
    body |= {"ground": typed.get("ground", "") if marking else ""}
    body |= {"urgent_reason": typed.get("urgent_reason") or None}
    return await _done(request, visitor, partnership, meeting, "papers", typed, body)


@router.post("/opening")
async def open_on_page_of_board(
    request: Request, partnership: Id, meeting: Id, visitor: Visit
) -> Response:
    """Open the meeting with those ticked. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {
        "present": ticked(typed, "present-"),
        "presiding": typed.get("presiding") or None,
    }
    return await _done(request, visitor, partnership, meeting, "opening", typed, body)


@router.post("/attendance")
async def attend_on_page(
    request: Request, partnership: Id, meeting: Id, visitor: Visit
) -> Response:
    """A member comes or goes. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"person": typed.get("person", ""), "present": typed.get("present") == "yes"}
    return await _done(request, visitor, partnership, meeting, "attendance", typed, body)


@router.post("/items/{item}/interests")
async def interest_on_page(
    request: Request, partnership: Id, meeting: Id, item: Id, visitor: Visit
) -> Response:
    """A member has declared an interest: oneself, or as the secretary heard it."""
    typed = await typed_in(request)
    board = await board_of(request, visitor, partnership)
    if board.runs:
        what, body = f"items/{item}/interests-recorded", {"person": typed.get("person", "")}
    else:
        what, body = f"items/{item}/interests", None
    return await _done(request, visitor, partnership, meeting, what, typed, body)


@router.post("/items/{item}/hands")
async def count_on_page(
    request: Request, partnership: Id, meeting: Id, item: Id, visitor: Visit
) -> Response:
    """Record a show of hands. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    votes = {who: typed[f"vote-{who}"] for who in ticked(typed, "vote-") if typed[f"vote-{who}"]}
    body = {"votes": votes, "casting": typed.get("casting") or None}
    return await _done(request, visitor, partnership, meeting, f"items/{item}/hands", typed, body)


@router.post("/items/{item}/votes")
async def vote_on_page(
    request: Request, partnership: Id, meeting: Id, item: Id, visitor: Visit
) -> Response:
    """Vote for oneself. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"vote": typed.get("vote", ""), "casting": typed.get("casting") == "yes"}
    return await _done(request, visitor, partnership, meeting, f"items/{item}/votes", typed, body)


@router.post("/items/{item}/decision")
async def decide_on_page(
    request: Request, partnership: Id, meeting: Id, item: Id, visitor: Visit
) -> Response:
    """Count the votes. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    what = f"items/{item}/decision"
    return await _done(request, visitor, partnership, meeting, what, typed, None)


@router.post("/actions")
async def act_on_page(request: Request, partnership: Id, meeting: Id, visitor: Visit) -> Response:
    """Put an action into the log. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("text", "owner", "due_on")}
    return await _done(request, visitor, partnership, meeting, "actions", typed, body)


@router.post("/closing")
async def rise_on_page(request: Request, partnership: Id, meeting: Id, visitor: Visit) -> Response:
    """The board rises. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    return await _done(request, visitor, partnership, meeting, "closing", typed, None)


@router.post("/draft-minutes")
async def draft_on_page(request: Request, partnership: Id, meeting: Id, visitor: Visit) -> Response:
    """Send draft minutes round. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"minutes": typed.get("minutes", "")}
    return await _done(request, visitor, partnership, meeting, "draft-minutes", typed, body)


@router.post("/approvals/{earlier}")
async def approve_on_page(
    request: Request, partnership: Id, meeting: Id, earlier: Id, visitor: Visit
) -> Response:
    """This meeting approves the minutes of an earlier one. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    body = {
        "minutes": typed.get("minutes", ""),
        "exempt_part": typed.get("exempt_part") or None,
        "approved_in": meeting,
    }
    at = f"{board.at}/meetings/{earlier}"
    told = await sent(board, f"{at}/minutes", typed, body, at)
    return await _answered(request, board, meeting, "earlier", typed, told)


@router.post("/items/{item}/officers")
async def elect_on_page(
    request: Request, partnership: Id, meeting: Id, item: Id, visitor: Visit
) -> Response:
    """Record whom the board chose to chair it. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    body = {name: typed.get(name, "") for name in ("chair", "vice_chair")} | {"decision": item}
    told = await sent(board, f"{board.at}/elections", typed, body, board.at)
    return await _answered(request, board, meeting, f"item-{item}", typed, told)


@router.post("/business/{business}")
async def note_on_page(
    request: Request, partnership: Id, meeting: Id, business: Id, visitor: Visit
) -> Response:
    """The board notes what was brought to it. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    address = f"{board.at}/business/{business}/noting"
    shows = f"{board.at}/meetings/{meeting}"
    told = await sent(board, address, typed, {"meeting": meeting}, shows)
    return await _answered(request, board, meeting, "business", typed, told)


async def _done(
    request: Request, visitor: MaybeVisit, partnership: str, meeting: str, what: str,
    typed: Typed, body: Any,
) -> Response:  # fmt: skip
    board = await board_of(request, visitor, partnership)
    at = f"{board.at}/meetings/{meeting}"
    told = await sent(board, f"{at}/{what}", typed, body, at)
    parts = what.split("/")
    anchor = f"item-{parts[1]}" if parts[0] == "items" else parts[0]
    if what == "papers":
        anchor = f"item-{typed.get('item', '')}"
    return await _answered(request, board, meeting, anchor, typed, told)


async def _answered(
    request: Request, board: Board, meeting: str, anchor: str, typed: Typed, told: Problem | None
) -> Response:
    if told is None:
        at = f"/board/{board.row.partnership}/meetings/{meeting}"
        return RedirectResponse(f"{at}#{anchor}", 303)
    return await _shown(request, board, meeting, typed, told)


async def _shown(
    request: Request, board: Board, meeting: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    row: dict[str, Any] = await board.api.get(f"{board.at}/meetings/{meeting}")
    sits = await sits_of(board)
    log = await everything(board.api, f"{board.at}/actions") if board.member else []
    actions = [one for one in log if one["meeting"] == meeting]
    seats = _seats(row, sits)
    agencies = {seat["person"]: board.agency(seat["agency"]) for seat in seats}
    return page(
        request, "board/meeting.html", told.status if told else 200, board.visitor,
        title="A meeting of the board", crumbs=board.crumbs, board=board, row=row, told=told,
        typed=typed, key=new_key(), person=person, seats=seats, sits=sits, agencies=agencies,
        actions=actions, votes=VOTES, kinds=dict(KINDS), markings=MARKINGS, grounds=GROUNDS,
        ground_names=dict(GROUNDS), today=today(request).isoformat(),
        officers=[one for one in sits.get("members", ()) if one["chair"] or one["vice"]],
        earlier=await _earlier(board, row) if board.runs and row["status"] == "open" else [],
        draft=draft_of(row, seats, actions, board.names, person),
        draft_text=await _text(board, meeting, row.get("draft")),
    )  # fmt: skip


def _seats(row: dict[str, Any], sits: dict[str, Any]) -> list[dict[str, Any]]:
    """Who has a seat at the meeting: as it opened or, before that, as the board stands now."""
    if row.get("board"):
        return row["board"]
    substitutes: dict[str, str] = row.get("substitutes") or {}
    seats: list[dict[str, Any]] = sits.get("members") or []
    return [
        one | {"person": substitutes[one["person"]], "chair": False, "vice": False}
        if one["person"] in substitutes
        else one
        for one in seats
    ]


async def _earlier(board: Board, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The meetings before this one whose minutes nobody has approved, with their drafts."""
    listed = await everything(board.api, f"{board.at}/meetings")
    waiting = [
        one
        for one in listed
        if one["status"] == "closed" and not one["minutes"] and one["held_at"] < row["held_at"]
    ]
    return [one | {"said": await _text(board, one["meeting"], one.get("draft"))} for one in waiting]


async def _text(board: Board, meeting: str, reference: dict[str, Any] | None) -> str:
    if not reference:
        return ""
    at = f"{board.at}/meetings/{meeting}/papers/{reference['text']}"
    found: dict[str, Any] | None = await board.api.find(at)
    return (found["content"] or "") if found else ""
