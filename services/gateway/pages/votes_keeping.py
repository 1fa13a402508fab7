"""Pages for those who hold a vote: opening it, handing out its codes, closing and answering it.

Law: codes are shown once, on the page that answers the request for them, and in no address.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import (
    TELLING,
    Typed,
    hundredths,
    new_key,
    refused,
    typed_in,
    whole,
)
from services.gateway.pages.names import agency_name
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.votes import HOME, LIST, vote_page
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/votes", include_in_schema=False)

LONDON = ZoneInfo("Europe/London")
LINES = 8
LAST = time(23, 59, 59)


@router.get("/new")
async def show_new_vote(request: Request, visitor: Visit) -> HTMLResponse:
    """The form on which a vote is opened."""
    return await _form(request, visitor, {}, None)


@router.post("/new")
async def open_vote_on_page(request: Request, visitor: Visit) -> Response:
    """Open a vote. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, "/v1/votes", typed, body_of(typed))
    if told is None:
        return RedirectResponse("/votes", 303)
    return await _form(request, visitor, typed, told)


async def _form(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    ours = [
        (key, row.name)
        for key, row in (await partnerships(request)).items()
        if visitor.actor.agency in row.agencies
    ]
    return page(
        request, "votes/new.html", told.status if told else 200, visitor, title="Open a vote",
        crumbs=[HOME, LIST], typed=typed, told=told, key=new_key(), partnerships=ours, lines=LINES,
    )  # fmt: skip


def body_of(typed: Typed) -> dict[str, Any]:
    """The form as the API takes it; lines left empty are left out."""
    return {
        "partnership": typed.get("partnership", ""),
        "title": typed.get("title", ""),
        "question": typed.get("question", ""),
        "pot_pence": hundredths(typed.get("pot", "")),
        "most_choices": whole(typed.get("most", "")),
        "choices": [
            {
                "title": typed.get(f"choice-{n}", ""),
                "about": typed.get(f"about-{n}", ""),
                "cost_pence": hundredths(typed.get(f"cost-{n}", "")),
            }
            for n in range(1, LINES + 1)
            if any(typed.get(f"{name}-{n}") for name in ("choice", "about", "cost"))
        ],
        "organisers": [
            {
                "agency": typed.get(f"organiser-{n}", ""),
                "most_tokens": whole(typed.get(f"tokens-{n}", "")),
            }
            for n in range(1, LINES + 1)
            if any(typed.get(f"{name}-{n}") for name in ("organiser", "tokens"))
        ],
        "opens_at": _instant(typed.get("opens", ""), time()),
        "closes_at": _instant(typed.get("closes", ""), LAST),
    }


def _instant(typed: str, at: time) -> str:
    """A day in London as an instant; what is no day stays as it was typed."""
    try:
        return datetime.combine(date.fromisoformat(typed), at, LONDON).isoformat()
    except ValueError:
        return typed


@router.get("/{vote}/codes")
async def show_codes(request: Request, vote: Id, visitor: Visit) -> HTMLResponse:
    """The form on which an organiser asks for codes."""
    return await _codes(request, vote, visitor, None, [])


@router.post("/{vote}/codes")
async def hand_out_on_page(request: Request, vote: Id, visitor: Visit) -> Response:
    """Make codes and show them this once, to be printed. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/votes/{vote}/tokens"
    key = typed.get("key", "")[:200] or new_key()
    body = {"count": whole(typed.get("count", ""))}
    try:
        made: dict[str, Any] = await visitor.api.send("POST", at, key, json=body)
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return await _codes(request, vote, visitor, problem.told, [])
    shown = await _codes(request, vote, visitor, None, made["tokens"])
    shown.headers["Cache-Control"] = "no-store"
    return shown


@router.post("/{vote}/codes/withdrawal")
async def withdraw_on_page(request: Request, vote: Id, visitor: Visit) -> Response:
    """Make a batch worth nothing. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    batch = typed.get("batch", "") or "none"
    told = await refused(visitor, f"/v1/votes/{vote}/tokens/{batch}/withdrawal", typed, None)
    if told is None:
        return RedirectResponse(f"/votes/{vote}/codes", 303)
    return await _codes(request, vote, visitor, told, [])


async def _codes(
    request: Request, vote: str, visitor: Visitor, told: Problem | None, codes: list[str]
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/votes/{vote}")
    agency = visitor.actor.agency
    agreed = {one["agency"]: one["most_tokens"] for one in found["organisers"]}
    batches = [
        (batch, size)
        for batch, (organiser, size) in found["batches"].items()
        if organiser == agency
    ]
    return page(
        request, "votes/codes.html", told.status if told else 200, visitor,
        title=f"Voting codes: {found['title']}",
        crumbs=[HOME, LIST, {"text": found["title"], "href": f"/votes/{vote}"}], vote=found,
        told=told, codes=codes, key=new_key(), batches=batches, agreed=agreed.get(agency, 0),
        given=found["handed_out"].get(agency, 0), agency=await agency_name(request, agency),
    )  # fmt: skip


@router.post("/{vote}/closing")
async def close_on_page(request: Request, vote: Id, visitor: Visit) -> Response:
    """Begin the count. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, f"/v1/votes/{vote}/closing", typed, None)
    if told is None:
        return RedirectResponse(f"/votes/{vote}/count", 303)
    return await vote_page(request, vote, visitor, told)


@router.post("/{vote}/answer")
async def answer_on_page(request: Request, vote: Id, visitor: Visit) -> Response:
    """Say what was done because of the vote. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"answer": typed.get("answer", "")}
    told = await refused(visitor, f"/v1/votes/{vote}/answer", typed, body)
    if told is None:
        return RedirectResponse(f"/votes/{vote}", 303)
    return await vote_page(request, vote, visitor, told)
