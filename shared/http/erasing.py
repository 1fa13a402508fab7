"""The door by which an agency has a text of its own erased, in the service that keeps it.

The fact goes into the log before the text is destroyed, so no crash between can bring it back.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from shared.eventsourcing.commands import Missing
from shared.http.bodies import Body
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.routing import Router
from shared.texts.erasing import TEXTS, EraseText, Ground
from shared.texts.store import TextStore


class Erasure(Body):
    ground: Ground


async def owner_of(request: Request) -> Parties:
    """The agency whose text it is. Raises Missing."""
    texts: TextStore = request.app.state.house.texts
    try:
        kept = await texts.get(UUID(request.path_params["text"]))
    except ValueError as error:
        raise Missing from error
    if kept is None:
        raise Missing
    return {kept.owner: frozenset({"owner"})}


Owner = Annotated[Actor, allowed("texts:erase", "owner", of=owner_of)]


async def erase_text(text: UUID, body: Erasure, handle: Handling, actor: Owner) -> Accepted:
    """Erase a text of one's own agency for good, wherever it is cited; only the fact remains."""
    command = EraseText(ground=body.ground, erased_by=actor.person, now=handle.now())
    accepted = await handle(actor, TEXTS, str(text), command)
    await handle.texts.erase(text, handle.now())
    return accepted


def router(service: str) -> APIRouter:
    """The door of one service's texts: `/v1/<service>-texts`."""
    made = Router(prefix=f"/v1/{service}-texts", tags=["texts"])
    made.post("/{text}/erasure", status_code=201)(erase_text)
    return made
