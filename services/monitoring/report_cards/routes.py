"""The doors of what stands beside a contract's figures: both parties write, partners read along."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel

from services.monitoring.heard import contract_row, parties_of_contract
from services.monitoring.report_cards import commands
from services.monitoring.report_cards.bodies import AgreementBody, DoneBody, EntryBody
from services.monitoring.report_cards.decider import CARDS
from services.monitoring.report_cards.views import CARD_ROWS, CardRow, EntryLine, lacking
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/card-entries", tags=["report cards"])

Cards = Annotated[ViewStore[CardRow], rows(CARD_ROWS)]
RELATIONS = ("provider", "lead", "member")
Reader = Annotated[Actor, allowed("contracts:read", *RELATIONS, of=parties_of_contract)]
Writer = Annotated[Actor, allowed("cards:write", "provider", "lead", of=parties_of_contract)]
Manager = Annotated[Actor, allowed("returns:review", "lead", of=parties_of_contract)]


class EntryAccepted(BaseModel):
    """What changed, the version it now has, and the entry written."""

    id: str
    version: int
    entry: str


@router.get("/{contract}")
async def read_card_entries(
    contract: Id,
    cards: Cards,
    texts: Texts,
    _: Reader,
    known_at: Annotated[AwareDatetime | None, Query()] = None,
) -> dict[str, Any]:
    """Partners, ideas and actions as they read now or were known; `lacking` names what is missing.

    An erased text is null.
    """
    row = await _known(cards, contract, known_at)
    entries = row.entries if row else ()
    return {
        "contract": contract,
        "entries": [await _shown(one, texts) for one in entries],
        "agreements": msgspec.to_builtins(row.agreements) if row else [],
        "lacking": lacking(row),
        "version": row.version if row else 0,
    }


async def _known(
    cards: ViewStore[CardRow], contract: str, known_at: datetime | None
) -> CardRow | None:
    if known_at is None:
        return await cards.get(contract)
    known = await cards.known_at(contract, known_at)
    return known.row if known else None


async def _shown(line: EntryLine, texts: TextStore) -> dict[str, Any]:
    kept = await texts.get(line.written.text.text)
    content: dict[str, Any] = msgspec.to_builtins(line.written)
    content.pop("type", None)
    return content | {
        "text": kept.content.decode() if kept and kept.content else None,
        "at": msgspec.to_builtins(line.at),
        "done_on": msgspec.to_builtins(line.done_on),
    }


@router.post("/{contract}", status_code=201)
async def write_card_entry(
    request: Request, contract: Id, body: EntryBody, handle: Handling, actor: Writer
) -> EntryAccepted:
    """Write a partner's part, an idea of what works, or an action. No particulars of children.

    409: cost-unclear, action-unclear. 422: owner-unknown.
    """
    entry = handle.part_id(actor, "entry")
    return await _written(request, contract, body, handle, actor, entry, new=True)


@router.post("/{contract}/entries/{entry}", status_code=201)
async def rewrite_card_entry(
    request: Request, contract: Id, entry: Id, body: EntryBody, handle: Handling, actor: Writer
) -> EntryAccepted:
    """Put an entry in other words. 409: entry-unknown, section-fixed, cost-unclear."""
    return await _written(request, contract, body, handle, actor, entry, new=False)


async def _written(
    request: Request,
    contract: str,
    body: EntryBody,
    handle: Handle,
    actor: Actor,
    entry: str,
    *,
    new: bool,
) -> EntryAccepted:
    if body.owner and body.owner not in await parties_of_contract(request):
        raise Invalid("The owner is a party or a partner.", pointer="/body/owner")
    command = commands.WriteEntry(
        contract=(await contract_row(request, contract)).contract,
        entry=entry,
        section=body.section,
        text=await handle.keep_text(actor, "card-entry", body.text),
        cost=body.cost,
        owner=body.owner or "",
        due_on=body.due_on,
        agency=actor.agency,
        written_by=actor.person,
        new=new,
        now=handle.now(),
    )
    accepted = await handle(actor, CARDS, contract, command)
    return EntryAccepted(id=accepted.id, version=accepted.version, entry=entry)


@router.post("/{contract}/entries/{entry}/removal", status_code=201)
async def remove_card_entry(contract: Id, entry: Id, handle: Handling, actor: Writer) -> Accepted:
    """Take an entry off the card; what was said stays known. 409: entry-unknown."""
    command = commands.RemoveEntry(
        contract=contract, entry=entry, removed_by=actor.person, now=handle.now()
    )
    return await handle(actor, CARDS, contract, command)


@router.post("/{contract}/entries/{entry}/completion", status_code=201)
async def complete_card_action(
    contract: Id, entry: Id, body: DoneBody, handle: Handling, actor: Writer
) -> Accepted:
    """Mark an action done.

    409: entry-unknown, not-an-action, action-already-done, done-in-future.
    """
    command = commands.CompleteAction(
        contract=contract,
        entry=entry,
        done_on=body.done_on,
        marked_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CARDS, contract, command)


@router.post("/{contract}/agreements", status_code=201)
async def agree_card(
    contract: Id, body: AgreementBody, handle: Handling, actor: Manager
) -> Accepted:
    """Agree the card of a period.

    409: low-cost-idea-missing, action-missing, card-already-agreed.
    """
    command = commands.AgreeCard(
        contract=contract, period=body.period, agreed_by=actor.person, now=handle.now()
    )
    return await handle(actor, CARDS, contract, command)
