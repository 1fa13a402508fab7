"""The page of what a partnership monitors: scorecards, improvement plans, the plan, contracts with
NHS bodies and inspection plans, with what is late.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import next_year, previous_year

router = Router(prefix="/monitoring-calendar", include_in_schema=False)

CRUMBS = [{"text": "Home", "href": "/"}, {"text": "The year", "href": "/cycle"}]
WHAT = {
    "scorecard": "The scorecard",
    "improvement-plans": "Improvement plans",
    "plan": "The children's plan",
}
INSPECTORS = {
    "ofsted": "Ofsted",
    "cqc": "Care Quality Commission",
    "hmicfrs": "Inspectorate of Constabulary",
    "hmi-probation": "Inspectorate of Probation",
    "audit": "Auditors",
    "peer": "Peer review",
    "other": "Another inspector",
}
MOST_ACTIONS = 4
Year = Annotated[str, Query(pattern=r"^(20\d\d-\d\d)?$")]


@router.get("")
async def show_calendars(request: Request, visitor: Visit) -> Response:
    """The calendars of the visitor's partnerships; the only one at once."""
    known = await partnerships(request)
    mine = [row for row in known.values() if visitor.actor.agency in row.agencies]
    if len(mine) == 1:
        return RedirectResponse(f"/monitoring-calendar/{mine[0].partnership}", 303)
    return page(
        request, "following/calendars.html", visitor=visitor, title="What is monitored",
        crumbs=CRUMBS, partnerships=sorted(mine, key=lambda row: row.name),
    )  # fmt: skip


@router.get("/{partnership}")
async def show_calendar(
    request: Request, partnership: Id, visitor: Visit, year: Year = ""
) -> HTMLResponse:
    """One year's calendar. 404: not-found."""
    return await _shown(request, visitor, partnership, year, {}, None)


@router.post("/{partnership}/{what}")
async def record_on_page(
    request: Request, partnership: Id, what: Literal["held", "inspections", "done"], visitor: Visit
) -> Response:
    """Record what was looked at, an inspection, or an action done. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/monitoring-calendars/{partnership}"
    address = f"{at}/{what}"
    if what == "done":
        plan, action = typed.get("plan") or "none", typed.get("action") or "none"
        address = f"{at}/inspections/{plan}/actions/{action}/completion"
    told = await refused(visitor, address, typed, _body(what, typed))
    if told is None:
        await visitor.api.find(at)
        year = typed.get("year", "")
        return RedirectResponse(
            f"/monitoring-calendar/{partnership}" + (f"?year={year}" if year else ""), 303
        )
    year = typed.get("year", "") if told.status != 422 else ""
    return await _shown(request, visitor, partnership, year, typed | {"form": what}, told)


def _body(what: str, typed: Typed) -> dict[str, Any]:
    match what:
        case "held":
            kind, _, period = typed.get("of", "").partition(" ")
            named = {name: typed.get(name, "") for name in ("held_on", "said")}
            return {"what": kind, "period": period, **named}
        case "done":
            return {"done_on": typed.get("done_on", "")}
        case _:
            names = ("agency", "inspector", "inspected_on", "found")
            return {name: typed.get(name, "") for name in names} | {"actions": _actions(typed)}


def _actions(typed: Typed) -> list[dict[str, str]]:
    """The actions of which anything was typed."""
    rows = (
        {name: typed.get(f"{name}-{n}", "") for name in ("text", "owner", "due_on")}
        for n in range(1, MOST_ACTIONS + 1)
    )
    return [row for row in rows if row["text"] or row["due_on"]]


async def _shown(
    request: Request,
    visitor: Visitor,
    partnership: str,
    year: str,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/monitoring-calendars/{partnership}", year=year)
    row = (await partnerships(request)).get(partnership)
    actions = [one for plan in found["inspections"] for one in plan["actions"]]
    late = sum(line["standing"] == "late" for line in found["lines"])
    late += sum(one["late"] and not one["done_on"] for one in actions)
    late += sum(len(one["late"]) for one in found["nhs"])
    return page(
        request, "following/calendar.html", told.status if told else 200, visitor,
        title="What is monitored", crumbs=CRUMBS, found=found, typed=typed, told=told,
        key=new_key(), what=WHAT, inspectors=INSPECTORS, late=late, partnership=partnership,
        before=previous_year(found["year"]).replace("/", "-"),
        after=next_year(found["year"]).replace("/", "-"),
        names={one.agency: one.name for one in row.members} if row else {},
        open_lines=[one for one in found["lines"] if one["standing"] in ("late", "to-come")],
        writes=visitor.may("reviews:write"), rows=range(1, MOST_ACTIONS + 1),
    )  # fmt: skip
