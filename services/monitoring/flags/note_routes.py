"""The doors of informal notes: a word about a measure that opens no case."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.monitoring.flags import commands
from services.monitoring.flags.bodies import NoteBody
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.notes import NOTE_ROWS, NoteRow
from services.monitoring.heard import contract_row, parties_to, sees_all
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/flags", tags=["flags"])

Notes = Annotated[ViewStore[NoteRow], rows(NOTE_ROWS)]
BOTH_SIDES = frozenset({"lead", "provider"})


@router.get("/notes")
async def list_notes(
    request: Request,
    notes: Notes,
    paging: Paging,
    contract: Id,
    actor: Annotated[Actor, allowed("flags:read")],
) -> Listed[dict[str, Any]]:
    """The notes about a contract's measures, for its two sides. 404: not a contract of theirs."""
    admit(actor, await parties_to(request, contract), BOTH_SIDES)
    where = {"contract": contract}
    found = await notes.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})


@router.get("/notes/{note}/text", response_class=Response)
async def read_note_text(
    request: Request,
    note: UUID,
    notes: Notes,
    texts: Texts,
    actor: Annotated[Actor, allowed("flags:read")],
) -> Response:
    """What a note says. 404: unless one is the provider or the contract manager."""
    row = await notes.get(str(note))
    if row is None:
        raise Missing
    terms = (await contract_row(request, row.contract)).terms
    kept = await texts.get(row.text.text)
    entitled = sees_all(actor, terms.provider, terms.commissioner)
    if not entitled or kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.post("/notes", status_code=201)
async def make_note(
    request: Request,
    body: NoteBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("flags:write")],
) -> Accepted:
    """Say something about a measure without opening a case. 404: not a contract of the caller's.

    409: unknown-measure.
    """
    admit(actor, await parties_to(request, body.contract), frozenset({"lead"}))
    text = await handle.keep_text(actor, "note", body.text)
    command = commands.MakeNote(
        note=str(text.text), text=text, made_by=actor.person, now=handle.now()
    )
    return await handle(actor, FLAGS, f"{body.contract}:{body.measure}", command)
