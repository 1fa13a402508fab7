"""The doors of a market analysis: its partners write and read, nobody else."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.needs.answers import PartAccepted
from services.needs.markets import commands
from services.needs.markets.bodies import MarketDoneBody, MarketEntryBody
from services.needs.markets.decider import MARKET
from services.needs.markets.views import MARKETS, MarketLine, MarketRow
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/markets", tags=["markets"])

Markets = Annotated[ViewStore[MarketRow], rows(MARKETS)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


@router.get("/{partnership}")
async def read_market(partnership: Id, markets: Markets, texts: Texts, _: Reader) -> dict[str, Any]:
    """Supply, demand, skills, gaps and actions, in the order they were written."""
    row = await markets.get(partnership) or MarketRow()
    entries = [await _shown(one, texts) for one in row.entries]
    return {"partnership": partnership, "entries": entries, "version": row.version}


async def _shown(line: MarketLine, texts: TextStore) -> dict[str, Any]:
    """An entry with its words; erased words are null."""
    kept = await texts.get(line.written.text.text)
    content: dict[str, Any] = msgspec.to_builtins(line.written)
    content.pop("type", None)
    return content | {
        "text": kept.content.decode() if kept and kept.content else None,
        "owner": line.written.owner,
        "due_on": msgspec.to_builtins(line.written.due_on),
        "done_on": msgspec.to_builtins(line.done_on),
    }


@router.post("/{partnership}", status_code=201)
async def write_market_entry(
    request: Request, partnership: Id, body: MarketEntryBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Write what is known of supply, demand, skills or a gap, or an action. 409: action-unclear.

    422: of an owner that is no partner.
    """
    if body.owner and body.owner not in await members_of(request, partnership):
        raise Invalid("The owner is a partner.", pointer="/body/owner")
    entry = handle.part_id(actor, "entry")
    command = commands.WriteMarketEntry(
        partnership=partnership,
        entry=entry,
        section=body.section,
        service=body.service,
        text=await handle.keep_text(actor, "market-entry", body.text),
        owner=body.owner or "",
        due_on=body.due_on,
        agency=actor.agency,
        written_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, MARKET, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=entry)


@router.post("/{partnership}/entries/{entry}/removal", status_code=201)
async def remove_market_entry(
    partnership: Id, entry: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Take an entry off the page; what was said stays known. 409: entry-unknown."""
    command = commands.RemoveMarketEntry(entry=entry, removed_by=actor.person, now=handle.now())
    return await handle(actor, MARKET, partnership, command)


@router.post("/{partnership}/entries/{entry}/completion", status_code=201)
async def complete_market_action(
    partnership: Id, entry: Id, body: MarketDoneBody, handle: Handling, actor: Writer
) -> Accepted:
    """Mark an action done.

    409: entry-unknown, not-an-action, action-already-done, done-in-future.
    """
    command = commands.CompleteMarketAction(
        entry=entry, done_on=body.done_on, marked_by=actor.person, now=handle.now()
    )
    return await handle(actor, MARKET, partnership, command)
