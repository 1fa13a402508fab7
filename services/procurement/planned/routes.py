"""The doors of planned procurements: partners read them; the one that procures begins them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Request
from pydantic import Field

from services.procurement.awards.views import AWARD_ROWS, AwardRow
from services.procurement.planned import commands
from services.procurement.planned.decider import PLANNED
from services.procurement.planned.views import PLANNED_ROWS, PlannedRow
from services.procurement.tenders.views import TENDER_ROWS, TenderRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/planned-procurements", tags=["planned procurements"])

PlannedRows = Annotated[ViewStore[PlannedRow], rows(PLANNED_ROWS)]
Tenders = Annotated[ViewStore[TenderRow], rows(TENDER_ROWS)]
Awards = Annotated[ViewStore[AwardRow], rows(AWARD_ROWS)]


class TimeBody(Body):
    """From the opening until the new service begins."""

    working_days: Annotated[int, Field(strict=True, ge=1, le=500)]
    reason: Prose


class BeginBody(Body):
    """The tender or the award that it has begun with."""

    by_kind: Literal["tender", "award"]
    by: Id


async def parties(request: Request) -> Parties:
    """The partners, and the one that procures."""
    store: ViewStore[PlannedRow] = request.app.state.house.stores[PLANNED_ROWS.name]
    row = await store.get(request.path_params["contract"])
    if row is None:
        raise Missing
    found = dict(await members_of(request, row.partnership))
    found[row.procuring] = found.get(row.procuring, frozenset()) | {"procuring"}
    return found


Reader = Annotated[Actor, allowed("tenders:read", "member", "procuring", of=parties)]
Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]


@router.get("")
async def list_planned_procurements(
    request: Request,
    planned: PlannedRows,
    texts: Texts,
    paging: Paging,
    actor: Annotated[Actor, allowed("tenders:read")],
) -> Listed[dict[str, Any]]:
    """What the caller's partnerships are to buy in the place of services that are redesigned."""
    found: dict[str, PlannedRow] = {}
    for partnership in await partnerships_of(request, actor.agency):
        found |= await planned.find(
            where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
        )
    today = london_date(request.app.state.house.clock())
    page: dict[str, dict[str, Any]] = {}
    for key in sorted(found)[: paging.limit + 1]:
        row = found[key]
        kept = await texts.get(row.reason.text) if row.reason else None
        reason = kept.content.decode() if kept and kept.content else None
        late = not row.begun_by and row.open_by < today
        page[key] = msgspec.to_builtins(row) | {"reason": reason, "late": late}
    return paging.page(page)


@router.post("/{contract}/time", status_code=201)
async def allow_time(contract: Id, body: TimeBody, handle: Handling, actor: Procurer) -> Accepted:
    """Say how long this one takes, and why. 409: planned-procurement-begun."""
    command = commands.AllowTime(
        working_days=body.working_days,
        reason=await handle.keep_text(actor, "reason", body.reason),
        allowed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PLANNED, contract, command)


@router.post("/{contract}/beginning", status_code=201)
async def begin_planned_procurement(
    contract: Id,
    body: BeginBody,
    planned: PlannedRows,
    tenders: Tenders,
    awards: Awards,
    handle: Handling,
    actor: Procurer,
) -> Accepted:
    """Name the tender or the award it has begun with. 409: planned-procurement-begun.
    422: unknown-tender-or-award.
    """
    row = await planned.get(contract)
    found = await (tenders if body.by_kind == "tender" else awards).get(body.by)
    ours = (
        row is not None
        and found is not None
        and found.partnership == row.partnership
        and found.status not in ("cancelled", "withdrawn")
    )
    command = commands.BeginPlanned(
        by_kind=body.by_kind,
        by=body.by,
        ours=ours,
        begun_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PLANNED, contract, command)
