"""Which objects of the house a list may hold, and who may read one of them.

Law: without a partnership named, only what is public; with one, its partners see drafts too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request

from shared.eventsourcing.commands import Missing
from shared.eventsourcing.views import View
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties


async def readable(
    request: Request, actor: Actor, partnership: str | None
) -> tuple[Mapping[str, Any], bool]:
    """The condition on the rows, and whether the actor's agency is a partner. Raises Missing."""
    if partnership is None:
        return {"public": True}, False
    if actor.agency in await members_of(request, partnership):
        return {"partnership": partnership}, True
    return {"partnership": partnership, "public": True}, False


def parties_of(view: View[Any], named: str) -> Callable[[Request], Awaitable[Parties]]:
    """Who is what to the row that a part of the address names: the partners, and once it is public
    everyone as `reader`. What it gives raises Missing.
    """

    async def parties(request: Request) -> Parties:
        row = await request.app.state.house.stores[view.name].get(request.path_params[named])
        if row is None:
            raise Missing
        found = await members_of(request, row.partnership)
        return {**found, ANYONE: frozenset({"reader"})} if row.public else found

    return parties
