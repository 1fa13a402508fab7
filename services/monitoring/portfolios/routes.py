"""The door of portfolios: a provider sees what it is contracted for."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.monitoring.portfolios.views import PORTFOLIO_ROWS, PortfolioRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.reading import rows
from shared.http.routing import Router

router = Router(prefix="/v1/portfolios", tags=["portfolios"])

Portfolios = Annotated[ViewStore[PortfolioRow], rows(PORTFOLIO_ROWS)]


async def parties(request: Request) -> Parties:
    """The provider itself, and the commissioners of its contracts."""
    provider = request.path_params["provider"]
    store: ViewStore[PortfolioRow] = request.app.state.house.stores[PORTFOLIO_ROWS.name]
    row = await store.get(provider)
    if row is None:
        raise Missing
    found = {held.commissioner: frozenset({"lead"}) for held in row.portfolio.held.values()}
    return found | {provider: frozenset({"provider", "lead"})}


@router.get("/{provider}")
async def read_portfolio(
    provider: Id,
    portfolios: Portfolios,
    actor: Annotated[Actor, allowed("returns:read", "provider", "lead", of=parties)],
) -> dict[str, Any]:
    """A provider's live contracts; to a commissioner, its own among them. 404."""
    row = await portfolios.get(provider)
    if row is None:
        raise Missing
    mine = [
        held
        for held in row.portfolio.held.values()
        if actor.agency in (provider, held.commissioner)
    ]
    return {"provider": provider, "contracts": msgspec.to_builtins(mine)}
