"""Reads jointly funded work in the reader's own name.

Law: figures come through the contract's own door, so the report says no more than its reader may
know; what lies between a contract's two parties is late for them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from services.gateway.contract_views.monitored import MonitoredRow
from services.gateway.contract_views.routes import every
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS, ContractRow
from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.ledgers.position import ContractPosition
from services.gateway.ledgers.routes import Cut, reading
from services.gateway.oversight.content import FundWork, Work, fund_work, work
from services.gateway.overviews.due import BETWEEN_THE_TWO, Due, due
from services.gateway.pages.visiting import Api
from services.gateway.report_cards.gathering import views_of
from shared.http.identity import Actor
from shared.http.permissions import may

Held = Mapping[str, ContractPosition]


async def contracts_in(request: Request, partnership: str) -> dict[str, ContractRow]:
    """The contracts of a partnership that run."""
    store = request.app.state.house.stores[CONTRACT_FACTS.name]
    found: dict[str, ContractRow] = await every(store, "partnership", partnership)
    return {key: row for key, row in found.items() if row.status == "signed"}


async def works(
    request: Request, api: Api, actor: Actor, rows: Mapping[str, ContractRow], held: Held
) -> list[Work]:
    """The contracts named, as the actor may see them."""
    now = request.app.state.house.clock()
    store = request.app.state.house.stores[MONITORING_FACTS.name]
    monitored: dict[str, MonitoredRow] = {}
    for key in rows:
        row = await store.get(key)
        if row is not None:
            monitored[key] = row
    dues = _seen(due(rows.values(), monitored.values(), (), now), rows, actor)
    views = await views_of(api, rows, {})
    incidents = may(actor, "incidents:read")
    return [
        work(
            view, monitored.get(view["contract"]), dues, held.get(view["contract"]), now,
            incidents=incidents,
        )
        for view in views
    ]  # fmt: skip


def _seen(dues: Iterable[Due], rows: Mapping[str, ContractRow], actor: Actor) -> list[Due]:
    ours = {key for key, row in rows.items() if actor.agency in (row.provider, row.commissioner)}
    return [one for one in dues if one.kind not in BETWEEN_THE_TWO or one.of in ours]


async def joint_work(request: Request, api: Api, actor: Actor, partnership: str) -> list[FundWork]:
    """Every fund of a partnership in the year that runs, or its last, with its contracts."""
    store = request.app.state.house.stores[FUND_AGREEMENTS.name]
    funds: dict[str, Any] = await every(store, "partnership", partnership)
    rows = await contracts_in(request, partnership)
    found: list[FundWork] = []
    for fund, agreement in sorted(funds.items()):
        if not agreement.years:
            continue
        read = await reading(request, fund, Cut(), summed=True)
        stands = read.position()
        mine = {key: row for key, row in rows.items() if row.fund == fund}
        held = {one.contract: one for one in stands.contracts}
        found.append(
            fund_work(
                read.head(),
                "aligned" if read.agreement.aligned else "pooled",
                stands,
                await works(request, api, actor, mine, held),
            )
        )
    return found
