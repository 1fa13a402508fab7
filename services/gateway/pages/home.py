"""The first page: what is due, what is flagged, how our funds stand, when we meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.funds import standing
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor

router = APIRouter(include_in_schema=False)

MOST_SHOWN = 12
OF_A_CASE = {
    "explanation": "Explanation of a case",
    "decision": "Decision on an explanation",
    "meeting": "Meeting about a case",
    "plan": "Improvement plan",
    "milestone": "Milestone of an improvement plan",
    "exception-report": "Exception report",
    "formal-review": "Formal review",
}


@router.get("/", response_class=HTMLResponse)
async def show_home(request: Request, visitor: Visit) -> Response:
    """A partner's or provider's home; an operator's is the operations page."""
    if not visitor.may("contracts:read"):
        return RedirectResponse("/operations" if visitor.may("operations:read") else "/notices")
    overview = await visitor.api.get("/v1/overview")
    due: list[Mapping[str, Any]] = overview["due"]
    unsigned = await waiting_for_signature(visitor, due)
    return page(
        request, "home.html", visitor=visitor, title="Home", overview=overview,
        due=due[:MOST_SHOWN], more_due=max(0, len(due) - MOST_SHOWN),
        names=await agency_names(request, (one["by"] for one in due)),
        links=[link(one, visitor) for one in due[:MOST_SHOWN]], of_a_case=OF_A_CASE,
        unsigned=unsigned,
        funds=None if overview["funds"] is None else [standing(f) for f in overview["funds"]],
        meetings=await meetings(visitor, overview["partnerships"]),
    )  # fmt: skip


def link(due: Mapping[str, Any], visitor: Visitor) -> str:
    """Where one does, or sees, what is due."""
    if due["kind"] == "return":
        return f"/returns/{due['of']}/{due['id']}"
    if due["kind"] == "action":
        return f"/meetings/{due['of']}/{due['id'].partition('/')[0]}"
    if due["kind"] in ("bids-close", "standstill-ends"):
        return f"/threads/tender/{due['of']}"
    if due["kind"] in OF_A_CASE and visitor.may("flags:read"):
        return f"/flags/{due['id'].partition('/')[0]}"
    return f"/contracts/{due['of']}"


async def waiting_for_signature(
    visitor: Visitor, due: Iterable[Mapping[str, Any]]
) -> set[tuple[str, str]]:
    """The visitor's own returns, by contract and period, that are filled in and not signed."""
    mine = any(one["kind"] == "return" and one["by"] == visitor.actor.agency for one in due)
    if not mine or not visitor.may("returns:read"):
        return set()
    found: set[tuple[str, str]] = set()
    for status in ("draft", "rejected"):
        listed = await visitor.api.get("/v1/returns", status=status, limit=500)
        found |= {(one["contract"], one["period"]) for one in listed["items"] if one["prepared"]}
    return found


async def meetings(
    visitor: Visitor, partnerships: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]] | None:
    """The latest meetings of each partnership, the next to come first."""
    if not visitor.may("board:read"):
        return None
    found: list[dict[str, Any]] = []
    for partnership in partnerships:
        address = f"/v1/partnerships/{partnership['partnership']}/meetings"
        listed: dict[str, Any] = await visitor.api.find(address) or {"items": []}
        found += [one | {"name": partnership["name"]} for one in listed["items"]]
    return sorted(found, key=lambda one: one["held_at"], reverse=True)[:MOST_SHOWN]
