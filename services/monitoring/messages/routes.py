"""The doors of messages: each officer reads their own."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.monitoring.heard import CONTRACTS, ContractRow, parties_to
from services.monitoring.messages import commands
from services.monitoring.messages.decider import MESSAGES
from services.monitoring.messages.views import MESSAGE_ROWS, MessageRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/messages", tags=["messages"])

Sent = Annotated[ViewStore[MessageRow], rows(MESSAGE_ROWS)]
Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACTS)]


async def parties(request: Request) -> Parties:
    """The commissioner of the contract that the message is about."""
    store: ViewStore[MessageRow] = request.app.state.house.stores[MESSAGE_ROWS.name]
    row = await store.get(request.path_params["message"])
    if row is None:
        raise Missing
    found = await parties_to(request, row.contract)
    return {agency: held for agency, held in found.items() if "lead" in held}


@router.get("")
async def list_messages(
    sent: Sent,
    contracts: Contracts,
    paging: Paging,
    actor: Annotated[Actor, allowed("returns:review")],
) -> Listed[dict[str, Any]]:
    """What the caller was told as the officer whom contracts of the caller's agency name."""
    mine = await sent.find(
        where={"officer": actor.person}, after=paging.after, limit=paging.limit + 1
    )
    page: dict[str, dict[str, Any]] = {}
    for key, row in mine.items():
        contract = await contracts.get(row.contract)
        ours = contract is not None and contract.commissioner == actor.agency
        title = contract.terms.title if contract and ours else ""
        page[key] = msgspec.to_builtins(row) | {"title": title} if ours else {}
    listed = paging.page(page)
    listed.items = [one for one in listed.items if one]
    return listed


@router.post("/{message}/seen", status_code=201)
async def see_message(
    message: Id,
    sent: Sent,
    handle: Handling,
    actor: Annotated[Actor, allowed("returns:review", "lead", of=parties)],
) -> Accepted:
    """The officer has seen it. 403: not-addressee."""
    row = await sent.get(message)
    if row is None:
        raise Missing
    command = commands.SeeMessage(message=message, seen_by=actor.person, now=handle.now())
    return await handle(actor, MESSAGES, row.contract, command)
