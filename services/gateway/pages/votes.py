"""Pages of votes on a sum, open to all: what is asked, how it is counted, every ballot's receipt.

Law: a page about a ballot is made in the house's own name and knows no visitor; a receipt is never
part of an address, where logs would keep it beside somebody's machine.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.gateway.pages.asking import new_key, typed_in
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, PublicRecord
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem

router = APIRouter(prefix="/votes", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Votes", "href": "/votes"}
A_PAGE = 500


def standing(vote: dict[str, Any], now: datetime) -> str:
    """`not begun`, `open`, `ended` until it is counted, or `counted`."""
    if vote["closed"]:
        return "counted"
    if now < datetime.fromisoformat(vote["opens_at"]):
        return "not-begun"
    return "running" if now < datetime.fromisoformat(vote["closes_at"]) else "ended"


def now_in(request: Request) -> datetime:
    return request.app.state.house.clock()


@router.get("")
async def show_votes(request: Request, visitor: MaybeVisit) -> HTMLResponse:
    """Every vote, those one can take part in first."""
    found = await PublicRecord(request).get("/v1/votes", limit=A_PAGE)
    order = ("running", "not-begun", "ended", "counted")
    listed = [one | {"standing": standing(one, now_in(request))} for one in found["items"]]
    listed.sort(key=lambda one: (order.index(one["standing"]), one["closes_at"], one["vote"]))
    return page(
        request, "votes/list.html", visitor=visitor, title="Votes", crumbs=[HOME], votes=listed,
        opens=visitor is not None and visitor.may("votes:write"),
    )  # fmt: skip


@router.get("/{vote}")
async def show_vote(request: Request, vote: Id, visitor: MaybeVisit) -> HTMLResponse:
    """What is voted on, and the way to vote. 404: not-found."""
    return await vote_page(request, vote, visitor, None)


async def vote_page(
    request: Request, vote: str, visitor: MaybeVisit, told: Problem | None
) -> HTMLResponse:
    """One vote; what a partner or an organiser may do about it is on it too."""
    found = await PublicRecord(request).get(f"/v1/votes/{vote}")
    rows = await partnerships(request)
    partners = rows[found["partnership"]].agencies if found["partnership"] in rows else ()
    organisers = {one["agency"]: one["most_tokens"] for one in found["organisers"]}
    agency = visitor.actor.agency if visitor else ""
    return page(
        request, "votes/vote.html", told.status if told else 200, visitor, title=found["title"],
        crumbs=[HOME, LIST], vote=found, standing=standing(found, now_in(request)), told=told,
        names=await agency_names(request, organisers), key=new_key(),
        keeps=visitor is not None and visitor.may("votes:write") and agency in partners,
        organises=visitor is not None and visitor.may("votes:hand-out") and agency in organisers,
    )  # fmt: skip


@router.get("/{vote}/count")
async def show_count(request: Request, vote: Id, visitor: MaybeVisit) -> HTMLResponse:
    """The count, and every ballot under its receipt."""
    return await _count(request, vote, visitor, "")


@router.post("/{vote}/count")
async def find_receipt(request: Request, vote: Id) -> HTMLResponse:
    """The ballot under one receipt; asked by POST, so that no address holds it."""
    typed = await typed_in(request)
    return await _count(request, vote, None, typed.get("receipt", "")[:40])


async def _count(request: Request, vote: str, visitor: MaybeVisit, sought: str) -> HTMLResponse:
    record = PublicRecord(request)
    found = await record.get(f"/v1/votes/{vote}")
    ballots = await all_ballots(record, vote) if found["closed"] else []
    wanted = _bare(sought)
    own = next((one for one in ballots if wanted and _bare(one["receipt"]) == wanted), None)
    most = max((one["votes"] for one in found.get("count", ())), default=0)
    return page(
        request, "votes/count.html", visitor=visitor, title=f"The count: {found['title']}",
        crumbs=[HOME, LIST, {"text": found["title"], "href": f"/votes/{vote}"}], vote=found,
        standing=standing(found, now_in(request)), ballots=ballots, sought=sought, own=own,
        most=most, titles={one["choice"]: one["title"] for one in found["choices"]},
        names=await agency_names(request, found["handed_out"]),
    )  # fmt: skip


@router.get("/{vote}/ballots.csv")
async def save_ballots(request: Request, vote: Id) -> Response:
    """Every ballot as a table, one column for each choice, to count again elsewhere."""
    record = PublicRecord(request)
    found = await record.get(f"/v1/votes/{vote}")
    choices = [one["choice"] for one in found["choices"]]
    made = io.StringIO(newline="")
    written = csv.writer(made)
    written.writerow(["receipt", *choices])
    for one in await all_ballots(record, vote):
        written.writerow([one["receipt"], *("1" if c in one["choices"] else "0" for c in choices)])
    named = {"Content-Disposition": f'attachment; filename="ballots-{vote}.csv"'}
    return Response(made.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


async def all_ballots(record: PublicRecord, vote: str) -> list[dict[str, Any]]:
    """Raises ProblemTold while the vote is not closed."""
    ballots: list[dict[str, Any]] = []
    after = ""
    while True:
        part = await record.get(f"/v1/votes/{vote}/ballots", after=after, limit=A_PAGE)
        ballots += part["items"]
        if not part["next"]:
            return ballots
        after = part["next"]


def _bare(receipt: str) -> str:
    return receipt.upper().replace("-", "").replace(" ", "")
