"""What every page of a board begins with: whose board it is, and what the visitor is to it.

Law: a page offers only what the API would take from this person; the API decides all the same.
Boards meet in the open, so who is not signed in sees what is open to everyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import msgspec
from fastapi import Request

from services.gateway.pages.asking import Typed, refused
from services.gateway.pages.visiting import Api, PublicRecord, Visitor
from services.gateway.pages.wording import LONDON
from services.gateway.sign_in.persons import PERSONS
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.membership import PartnershipRow, partnerships
from shared.http.problems import Problem

HOME = {"text": "Home", "href": "/"}
MOST = 500


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A partnership's board as one visitor meets it.

    `runs`: as its secretary. `member`: of a partner agency. `own`: as secretary of their agency.
    """

    row: PartnershipRow
    api: Api
    visitor: Visitor | None
    at: str
    names: Mapping[str, str]
    runs: bool
    member: bool
    own: bool
    votes: bool

    @property
    def crumbs(self) -> list[dict[str, str]]:
        return [HOME, {"text": self.row.name, "href": f"/board/{self.row.partnership}"}]

    def agency(self, agency: str) -> str:
        return self.names.get(agency, agency)


async def board_of(request: Request, visitor: Visitor | None, partnership: str) -> Board:
    """Raises Missing."""
    row = (await partnerships(request)).get(partnership)
    if row is None:
        raise Missing
    reads = visitor is not None and visitor.may("board:read")
    actor = visitor.actor if visitor else None
    member = actor is not None and actor.agency in row.agencies and reads
    writes = visitor is not None and member and visitor.may("board:write")
    return Board(
        row=row,
        api=visitor.api if visitor is not None and reads else PublicRecord(request),
        visitor=visitor,
        at=f"/v1/partnerships/{partnership}",
        names={one.agency: one.name for one in row.members},
        runs=writes and actor is not None and actor.agency == row.lead,
        member=member,
        own=writes,
        votes=visitor is not None and member and visitor.may("board:vote"),
    )


async def sent(board: Board, address: str, typed: Typed, body: Any, shows: str) -> Problem | None:
    """Sends a command; waits until what it changed shows at the address `shows`."""
    if board.visitor is None:
        raise Missing
    told = await refused(board.visitor, address, typed, body)
    if told is None:
        await board.api.find(shows)
    return told


async def sits_of(board: Board) -> dict[str, Any]:
    """The board's rules and members, for partners; nothing for anybody else."""
    if not board.member:
        return {}
    shown: dict[str, Any] = await board.api.get(board.at)
    sits: dict[str, Any] | None = shown.get("board")
    return sits or {}


def person(who: str) -> str:
    """What somebody does; their code where nobody has said."""
    known = PERSONS.get(who)
    return known.shown if known else who


def instant(day: str, hour: str) -> str:
    """A day and a time of day in London as the API takes them; as typed where they are neither."""
    try:
        at = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), LONDON)
    except ValueError:
        return f"{day} {hour}".strip()
    return at.isoformat()


def today(request: Request) -> date:
    return london_date(request.app.state.house.clock())


def ticked(typed: Typed, prefix: str) -> list[str]:
    """What was ticked among boxes that share the beginning of their names."""
    return [name.removeprefix(prefix) for name in typed if name.startswith(prefix)]


async def everything(api: Api, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every row of a list, page after page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        listed = await api.get(path, after=after, limit=MOST, **query)
        found += listed["items"]
        after = listed["next"] or ""
        if not after:
            return found
