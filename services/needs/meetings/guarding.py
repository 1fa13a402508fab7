"""Who may come to a board's doors, and what of its meetings they may see."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request

from services.needs.meetings.showing import Reader
from services.needs.meetings.views import (
    ACTIONS,
    DECISIONS,
    MEETINGS,
    ActionRow,
    DecisionRow,
    MeetingRow,
)
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.state import Formed
from services.needs.partnerships.views import BOARDS, BoardRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties, allowed, may
from shared.http.reading import rows
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore


async def of_partnership(partnership: Id) -> str:
    """Every route here names the partnership, also where only its guard needs to know which."""
    return partnership


def board_router() -> Router:
    """Where the doors of one board are."""
    return Router(
        prefix="/v1/partnerships/{partnership}",
        tags=["meetings"],
        dependencies=[Depends(of_partnership)],
    )


Meetings = Annotated[ViewStore[MeetingRow], rows(MEETINGS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]
Actions = Annotated[ViewStore[ActionRow], rows(ACTIONS)]
Boards = Annotated[ViewStore[BoardRow], rows(BOARDS)]


async def partners(request: Request) -> Parties:
    """The partners, where the meeting, decision or action named is their own board's.

    Raises Missing.
    """
    partnership = request.path_params["partnership"]
    for name, view in (("meeting", MEETINGS), ("decision", DECISIONS), ("action", ACTIONS)):
        if name in request.path_params:
            store: ViewStore[Any] = request.app.state.house.stores[view.name]
            row = await store.get(request.path_params[name])
            if row is None or row.partnership != partnership:
                raise Missing
    return await members_of(request, partnership)


async def parties(request: Request) -> Parties:
    """Boards meet in the open: every agency not a partner is `public`."""
    return {**await partners(request), ANYONE: frozenset({"public"})}


def _today(request: Request) -> date:
    return london_date(request.app.state.house.clock())


Today = Annotated[date, Depends(_today)]
"""The day in London by the service's clock."""

Anyone = Annotated[Actor, allowed("board:read", "member", "public", of=parties)]
Partner = Annotated[Actor, allowed("board:read", "member", of=partners)]
Secretary = Annotated[Actor, allowed("board:write", "lead", of=partners)]
PartnerSecretary = Annotated[Actor, allowed("board:write", "member", of=partners)]
BoardMember = Annotated[Actor, allowed("board:vote", "member", of=partners)]


async def reader_of(request: Request, actor: Actor) -> Reader:
    """What the actor is to the board: its secretary and auditors see what its members do."""
    partnership = request.path_params["partnership"]
    standing = (await members_of(request, partnership)).get(actor.agency, frozenset())
    store: ViewStore[BoardRow] = request.app.state.house.stores[BOARDS.name]
    row = await store.get(partnership)
    sits = row is not None and any(member.person == actor.person for member in row.members)
    serves = ("lead" in standing and may(actor, "board:write")) or "auditor" in actor.roles
    return Reader(
        person=actor.person, member=bool(standing), board=bool(standing) and (sits or serves)
    )


async def board_of(handle: Handle, partnership: str) -> tuple[Formed, int]:
    """The partnership as it stands, with its version. Raises Missing."""
    state, version = await handle.loaded(PARTNERSHIP, partnership)
    if not isinstance(state, Formed):
        raise Missing
    return state, version


def as_read(partnership: str, version: int) -> Unchanged:
    """What must not move between reading the board and writing about it."""
    return Unchanged(PARTNERSHIP.stream(partnership), version)


async def said(texts: TextStore, reference: TextRef) -> str | None:
    """The words of a text; nothing once they have been erased."""
    stored = await texts.get(reference.text)
    return stored.content.decode() if stored and stored.content is not None else None
