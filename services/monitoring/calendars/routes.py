"""The doors of calendars: partners see what is monitored and what is late, and record what was."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from pydantic import Field

from services.monitoring.calendars import commands
from services.monitoring.calendars.decider import CALENDARS
from services.monitoring.calendars.events import Inspector, Monitored, PlannedAction
from services.monitoring.calendars.gathering import nhs_lines
from services.monitoring.calendars.views import CALENDAR_ROWS, CalendarRow, lines
from services.monitoring.heard import CONTRACTS, ContractRow
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Day, Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.values.quarters import financial_year, parse_year, year_starting

router = Router(prefix="/v1/monitoring-calendars", tags=["monitoring calendars"])

Calendars = Annotated[ViewStore[CalendarRow], rows(CALENDAR_ROWS)]
Returns = Annotated[ViewStore[ReturnRow], rows(RETURN_ROWS)]
Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACTS)]
Year = Annotated[
    str, Query(pattern=r"^20\d\d-\d\d$", description="A financial year; without: this one")
]


class ActionBody(Body):
    """What a partner is to do by a day."""

    text: Prose
    owner: Id
    due_on: Day


class InspectionBody(Body):
    """An inspection that was made of a partner, and what is done about it; never anything that
    says which child or family.
    """

    agency: Id
    inspector: Inspector
    inspected_on: Day
    found: Prose
    actions: Annotated[list[ActionBody], Field(min_length=1, max_length=60)]


class DoneBody(Body):
    done_on: Day


class HeldBody(Body):
    """`period` is a quarter of the scorecard, a half-year of improvement plans, a year of the plan;
    `said` is what came of it.
    """

    what: Monitored
    period: Annotated[str, Field(pattern=r"^20\d\d-\d\d-(Q[1-4]|H[12]|Y)$")]
    held_on: Day
    said: Prose


class Planned(Accepted):
    """An accepted command; `part` is the id of the inspection's plan."""

    part: str


async def parties(request: Request) -> Parties:
    """The partners."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("flags:read", "member", "lead", of=parties)]
Keeper = Annotated[Actor, allowed("reviews:write", "member", "lead", of=parties)]


@router.get("/{partnership}")
async def read_monitoring_calendar(
    request: Request,
    partnership: Id,
    calendars: Calendars,
    returns: Returns,
    contracts: Contracts,
    texts: Texts,
    _: Reader,
    year: Year = "",
) -> dict[str, Any]:
    """A year's calendar: scorecards, improvement plans, the plan, contracts with NHS bodies,
    inspection plans; what is late of each. 404: also for `2026-31`, which is no year.
    """
    today = london_date(request.app.state.house.clock())
    asked = _named(year) if year else financial_year(today)
    row = await calendars.get(partnership)
    of = {"partnership": partnership}
    known = (await partnerships(request))[partnership]
    nhs = frozenset(one.agency for one in known.members if one.kind.startswith("nhs-"))
    held = await contracts.find(where=of, limit=500)
    in_nhs = {
        key: one.terms for key, one in held.items() if one.provider in nhs and one.status == "live"
    }
    owed = [
        one
        for contract in in_nhs
        for one in (await returns.find(where={"contract": contract}, limit=500)).values()
    ]
    return {
        "partnership": partnership,
        "year": asked,
        "today": today.isoformat(),
        "lines": [
            msgspec.to_builtins(line) | {"said": await _said(texts, _words(row, line.period))}
            for line in lines(row, asked, today)
        ],
        "nhs": msgspec.to_builtins(nhs_lines(in_nhs, owed, asked, today)),
        "inspections": [await _inspection(one, row, texts, today) for one in row.inspections]
        if row
        else [],
    }


def _named(year: str) -> str:
    """`2026-27` as `2026/27`. Raises Missing for `2026-31`."""
    named = year.replace("-", "/")
    try:
        return year_starting(parse_year(named))
    except ValueError as error:
        raise Missing("There is no such financial year.") from error


def _words(row: CalendarRow | None, period: str) -> TextRef | None:
    return next((one.said for one in row.held if one.period == period), None) if row else None


async def _said(texts: Texts, text: TextRef | None) -> str | None:
    kept = await texts.get(text.text) if text else None
    return kept.content.decode() if kept and kept.content else None


async def _inspection(one: Any, row: CalendarRow, texts: Texts, today: date) -> dict[str, Any]:
    """An inspection with its actions: done, late or to come."""
    actions: list[dict[str, Any]] = []
    for action in one.actions:
        done_on = row.done.get(action.action)
        actions.append(
            {
                "action": action.action,
                "text": await _said(texts, action.text),
                "owner": action.owner,
                "due_on": action.due_on.isoformat(),
                "done_on": done_on.isoformat() if done_on else None,
                "late": (done_on or today) > action.due_on,
            }
        )
    return {
        "plan": one.plan,
        "agency": one.agency,
        "inspector": one.inspector,
        "inspected_on": one.inspected_on.isoformat(),
        "found": await _said(texts, one.found),
        "actions": actions,
    }


@router.post("/{partnership}/inspections", status_code=201)
async def plan_inspection(
    request: Request, partnership: Id, body: InspectionBody, handle: Handling, actor: Keeper
) -> Planned:
    """Record an inspection and what is done about it. 422: date-in-future, not-a-partner,
    due-before-inspection.
    """
    known = (await partnerships(request))[partnership]
    actions = [
        PlannedAction(
            action=handle.part_id(actor, f"action-{n}"),
            text=await handle.keep_text(actor, f"action-{n}", one.text),
            owner=one.owner,
            due_on=one.due_on,
        )
        for n, one in enumerate(body.actions)
    ]
    plan = handle.part_id(actor, "inspection")
    command = commands.PlanInspection(
        plan=plan,
        partnership=partnership,
        agency=body.agency,
        agencies=frozenset(known.agencies),
        inspector=body.inspector,
        inspected_on=body.inspected_on,
        found=await handle.keep_text(actor, "found", body.found),
        actions=tuple(actions),
        recorded_by=actor.person,
        now=handle.now(),
    )
    done = await handle(actor, CALENDARS, partnership, command)
    return Planned(id=done.id, version=done.version, part=plan)


@router.post("/{partnership}/inspections/{plan}/actions/{action}/completion", status_code=201)
async def complete_inspection_action(
    partnership: Id, plan: Id, action: Id, body: DoneBody, handle: Handling, actor: Keeper
) -> Accepted:
    """The agency that owns the action has done it. 403: not-the-owner. 404.
    409: action-already-done. 422: date-in-future, done-before-inspection.
    """
    command = commands.CompleteInspectionAction(
        plan=plan,
        action=action,
        by=actor.agency,
        done_on=body.done_on,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CALENDARS, partnership, command)


@router.post("/{partnership}/held", status_code=201)
async def hold_monitoring(
    partnership: Id, body: HeldBody, handle: Handling, actor: Keeper
) -> Accepted:
    """Record that a scorecard, the improvement plans or the plan were looked at, and what came of
    it. 409: period-not-over, monitoring-already-held. 422: period-wrong, date-in-future.
    """
    command = commands.HoldMonitoring(
        partnership=partnership,
        what=body.what,
        period=body.period,
        held_on=body.held_on,
        said=await handle.keep_text(actor, "said", body.said),
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CALENDARS, partnership, command)
