"""The doors of rebases: whoever judges the provider's returns proposes, another of them decides."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.monitoring.heard import contract_row, parties_of_contract, sees_all
from services.monitoring.rebases import commands
from services.monitoring.rebases.bodies import PeriodName, RebaseBody, RefusalBody
from services.monitoring.rebases.decider import REBASES
from services.monitoring.rebases.views import REBASE_ROWS, RebasesRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/rebases", tags=["rebases"])

Rebased = Annotated[ViewStore[RebasesRow], rows(REBASE_ROWS)]
Reader = Annotated[
    Actor, allowed("flags:read", "provider", "lead", "member", of=parties_of_contract)
]
Reviewer = Annotated[Actor, allowed("flags:write", "reviewer", of=parties_of_contract)]


@router.get("/{contract}")
async def list_rebases(contract: Id, rebases: Rebased, _: Reader) -> dict[str, Any]:
    """Every rebase of a contract: proposed, approved, refused. 404."""
    row = await rebases.get(contract) or RebasesRow(contract=contract, version=0)
    content: dict[str, Any] = msgspec.to_builtins(row)
    return content


@router.get("/{contract}/texts/{text}", response_class=Response)
async def read_rebase_text(
    request: Request, contract: Id, text: UUID, rebases: Rebased, texts: Texts, actor: Reader
) -> Response:
    """Why a rebase was proposed or refused, for the provider and the contract manager. 404."""
    row = await rebases.get(contract)
    of = await contract_row(request, contract)
    if row is None or not sees_all(actor, of.provider, of.commissioner):
        raise Missing
    cited = {one.reason.text for one in row.rebases}
    cited |= {one.refusal.text for one in row.rebases if one.refusal}
    kept = await texts.get(text) if text in cited else None
    if kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.post("/{contract}", status_code=201)
async def propose_rebase(
    request: Request, contract: Id, body: RebaseBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Propose that a measure's chart starts again at a period. 409: already-rebased,
    rebase-already-proposed. 422: unknown-measure, annual-series, not-a-period-of-the-contract,
    period-not-begun.
    """
    row = await contract_row(request, contract)
    command = commands.ProposeRebase(
        contract=contract,
        terms=row.terms,
        measure=body.measure,
        from_period=body.from_period,
        reason=await handle.keep_text(actor, "reason", body.reason),
        proposed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, REBASES, contract, command)


@router.post("/{contract}/{measure}/{from_period}/approval", status_code=201)
async def approve_rebase(
    contract: Id, measure: Id, from_period: PeriodName, handle: Handling, actor: Reviewer
) -> Accepted:
    """Let the chart start again there. 403: same-person. 404. 409: rebase-not-proposed,
    already-rebased.
    """
    command = commands.ApproveRebase(
        measure=measure, from_period=from_period, approved_by=actor.person, now=handle.now()
    )
    return await handle(actor, REBASES, contract, command)


@router.post("/{contract}/{measure}/{from_period}/refusal", status_code=201)
async def refuse_rebase(
    contract: Id,
    measure: Id,
    from_period: PeriodName,
    body: RefusalBody,
    handle: Handling,
    actor: Reviewer,
) -> Accepted:
    """Leave the chart as it is. 403: same-person. 404. 409: rebase-not-proposed,
    already-rebased.
    """
    command = commands.RefuseRebase(
        measure=measure,
        from_period=from_period,
        reason=await handle.keep_text(actor, "refusal", body.reason),
        refused_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, REBASES, contract, command)
