"""Pages of what a board has decided and agreed: decisions with each partner's authority, actions.

Law: a partner's authority is its own to give; the page offers it to that partner's secretary alone.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, typed_in
from services.gateway.pages.board_parts import Board, board_of, everything, sent, today
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, Visit
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/board/{partnership}", include_in_schema=False)

BODIES = (("officer", "An officer"), ("committee", "A committee"), ("cabinet", "The cabinet"))
STANDINGS = {
    "decided": "Decided, may be called in",
    "called-in": "Called in",
    "referred-back": "Referred back",
    "given": "Authority given",
}


@router.get("/decisions")
async def show_decisions(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """What the board decided, the latest first. 404: not-found."""
    return await _decisions(request, await board_of(request, visitor, partnership), {}, None)


@router.post("/decisions/{decision}/{step}")
async def step_on_page(
    request: Request, partnership: Id, decision: Id, step: str, visitor: Visit
) -> Response:
    """Give the agency's authority, call its decision in, or end that. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    bodies: dict[str, dict[str, Any]] = {
        "home-authority": {
            "authority": typed.get("authority", ""),
            "call_in_until": typed.get("call_in_until") or None,
        },
        "call-in": {"reason": typed.get("reason", "")},
        "call-in-outcome": {"stands": typed.get("stands") == "yes"},
    }
    if step not in bodies:
        raise Missing
    at = f"{board.at}/decisions"
    told = await sent(board, f"{at}/{decision}/{step}", typed, bodies[step], at)
    if told is None:
        return RedirectResponse(f"/board/{partnership}/decisions#decision-{decision}", 303)
    return await _decisions(request, board, typed, told)


async def _decisions(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    listed = await everything(board.api, f"{board.at}/decisions")
    mine = board.visitor.actor.agency if board.visitor else ""
    for one in listed:
        standing = {each["agency"]: each for each in one.get("authorities", ())}
        one["mine"] = standing.get(mine, {}).get("status", "")
        one["asked"] = board.own and one["carried"] and one["mine"] in ("", "referred-back")
    return page(
        request, "board/decisions.html", told.status if told else 200, board.visitor,
        title="Decisions of the board", crumbs=board.crumbs, board=board, typed=typed, told=told,
        decisions=sorted(listed, key=lambda one: one["position"], reverse=True), key=new_key(),
        bodies=BODIES, standings=STANDINGS, today=today(request).isoformat(),
    )  # fmt: skip


@router.get("/actions")
async def show_actions(request: Request, partnership: Id, visitor: MaybeVisit) -> HTMLResponse:
    """The action log: what is to do, then what is done. 404: not-found."""
    return await _actions(request, await board_of(request, visitor, partnership), {}, None)


@router.post("/actions/{action}")
async def complete_on_page_of_board(
    request: Request, partnership: Id, action: Id, visitor: Visit
) -> Response:
    """Record an action as done. 403: csrf-token-wrong."""
    board, typed = await board_of(request, visitor, partnership), await typed_in(request)
    address = f"{board.at}/actions/{action}/completion"
    body = {"done_on": typed.get("done_on", "")}
    told = await sent(board, address, typed, body, f"{board.at}/actions")
    if told is None:
        return RedirectResponse(f"/board/{partnership}/actions", 303)
    return await _actions(request, board, typed, told)


async def _actions(
    request: Request, board: Board, typed: Typed, told: Problem | None
) -> HTMLResponse:
    listed = await everything(board.api, f"{board.at}/actions")
    listed.sort(key=lambda one: (one["due_on"], one["action"]))
    mine = board.visitor.actor.agency if board.visitor else ""
    return page(
        request, "board/actions.html", told.status if told else 200, board.visitor,
        title="Action log of the board", crumbs=board.crumbs, board=board, typed=typed, told=told,
        key=new_key(), open=[one for one in listed if not one["done_on"]], mine=mine,
        done=[one for one in reversed(listed) if one["done_on"]],
        today=today(request).isoformat(),
    )  # fmt: skip
