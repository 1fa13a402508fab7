"""The doors of waiting evidence: complaints, compliments and inspections come in here."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Request

from services.needs.answers import PartAccepted
from services.needs.cited_texts import CitedText, cited
from services.needs.findings import commands
from services.needs.findings.decider import FINDINGS
from services.needs.findings.views import FINDINGS_ROWS, FindingsRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, OlderDay, Prose, Title
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/partnerships/{partnership}/evidence", tags=["evidence"])

Findings = Annotated[ViewStore[FindingsRow], rows(FINDINGS_ROWS)]


class EvidenceBody(Body):
    """Nothing in it may say who complained or about which child."""

    origin: Literal["complaint", "compliment", "inspection"]
    title: Title
    text: Prose
    effective_on: OlderDay


async def partners(request: Request) -> Parties:
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


@router.get("")
async def list_evidence(partnership: Id, findings: Findings, _: Reader) -> Listed[dict[str, Any]]:
    """Evidence from outside assessments: reviews, complaints, compliments, inspections."""
    row = await findings.get(partnership)
    return Listed(items=[msgspec.to_builtins(kept) for kept in row.evidence] if row else [])


@router.post("", status_code=201)
async def keep_evidence(
    partnership: Id, body: EvidenceBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Keep evidence for the next assessment; `part` is its id."""
    text = await handle.keep_text(actor, "evidence", body.text)
    command = commands.KeepEvidence(
        evidence=str(text.text),
        origin=body.origin,
        title=body.title,
        texts=(text,),
        effective_on=body.effective_on,
        now=handle.now(),
    )
    accepted = await handle(actor, FINDINGS, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=str(text.text))


@router.get("/texts/{text}")
async def read_evidence(
    partnership: Id, text: UUID, findings: Findings, texts: Texts, _: Reader
) -> CitedText:
    """What a piece of evidence says; the texts of a review are read at monitoring."""
    row = await findings.get(partnership)
    if row is None:
        raise Missing
    return await cited(texts, text, [ref for kept in row.evidence for ref in kept.evidence.texts])
