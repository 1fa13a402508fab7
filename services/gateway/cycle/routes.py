"""The door of the cycle: every piece of work in its stage of the nine, and what is late."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.gateway.contract_views.routes import contracts_of, every
from services.gateway.contract_views.views import CONTRACT_FACTS, ContractRow
from services.gateway.cycle.board import board, planned
from services.gateway.cycle.views import PLANNED, PlannedRow
from services.gateway.threads.routes import seen_by
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import allowed
from shared.http.reading import rows
from shared.http.routing import Router
from shared.values.cycle import STAGES, cycle_of, season, written

router = Router(prefix="/v1/cycle", tags=["cycle"])

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]
Planned = Annotated[ViewStore[PlannedRow], rows(PLANNED)]


@router.get("")
async def read_cycle(
    request: Request,
    contracts: Contracts,
    plans: Planned,
    actor: Annotated[Actor, allowed("thread:read")],
) -> dict[str, Any]:
    """The nine stages with the work of the caller's partnerships in each, or, for a provider, with
    its own contracts. What has not been published stands in no stage; what has ended has left.
    """
    today = london_date(request.app.state.house.clock())
    known = await contracts_of(request, contracts, actor.agency)
    ended = {row.contract for row in known.values() if row.status != "signed"}
    pieces = board(await seen_by(request, actor.agency), today, ended)
    for partnership in await partnerships_of(request, actor.agency):
        rows_of = await every(plans, "partnership", partnership)
        pieces += planned(rows_of.values(), today)
    cycle = cycle_of(today)
    return {
        "today": today.isoformat(),
        "cycle": written(cycle),
        "stages": [
            {
                "stage": stage.number,
                "title": stage.title,
                "activity": stage.activity,
                **{name: day.isoformat() for name, day in
                   season(stage.activity, cycle)._asdict().items()},
                "pieces": [msgspec.to_builtins(one) for one in pieces if one.stage == stage.number],
            }
            for stage in STAGES
        ],
    }  # fmt: skip
