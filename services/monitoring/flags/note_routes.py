"""The doors of informal notes: a word about a measure that opens no case."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request, Response

from services.monitoring.flags import commands
from services.monitoring.flags.bodies import NoteBody
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.notes import NOTE_ROWS, NoteRow
from services.monitoring.heard import contract_row, parties_of_contract, sees_all
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/flags", tags=["flags"])

Notes = Annotated[ViewStore[NoteRow], rows(NOTE_ROWS)]
Reader = Annotated[Actor, allowed("flags:read", "provider", "lead", of=parties_of_contract)]
Lead = Annotated[Actor, allowed("flags:write", "lead", of=parties_of_contract)]


@router.get("/notes/{contract}")
async def list_notes(
    contract: Id, notes: Notes, paging: Paging, _: Reader
) -> Listed[dict[str, Any]]:
    """The notes about a contract's measures, for its two sides. 404."""
    where = {"contract": contract}
    found = await notes.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})


@router.get("/notes/{contract}/{note}", response_class=Response)
async def read_note(
    request: Request, contract: Id, note: Id, notes: Notes, texts: Texts, actor: Reader
) -> Response:
    """What a note says, for the provider and the contract manager. 404."""
    row = await notes.get(note)
    terms = (await contract_row(request, contract)).terms
    entitled = sees_all(actor, terms.provider, terms.commissioner)
    if row is None or row.contract != contract or not entitled:
        raise Missing
    kept = await texts.get(row.text.text)
    if kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.post("/notes/{contract}", status_code=201)
async def make_note(contract: Id, body: NoteBody, handle: Handling, actor: Lead) -> Accepted:
    """Say something about a measure without opening a case. 409: unknown-measure."""
    text = await handle.keep_text(actor, "note", body.text)
    command = commands.MakeNote(
        note=str(text.text), text=text, made_by=actor.person, now=handle.now()
    )
    return await handle(actor, FLAGS, f"{contract}:{body.measure}", command)
