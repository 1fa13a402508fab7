"""The real views of the gateway that are rebuilt and folded here, each with its own history."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench import histories
from bench.ground import Ground
from bench.histories import Told
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import View
from shared.postgres.pool import Pool, open_pool


@dataclass(frozen=True)
class Case:
    """A view and what it folds."""

    view: View[Any]
    told: Callable[[], Iterator[Told]]


CASES = {
    "fund books": Case(FUND_BOOKS, histories.money),
    "contract facts": Case(CONTRACT_FACTS, histories.money),
    "monitoring facts": Case(MONITORING_FACTS, histories.returns),
}


class Parked(Exception):
    """An event of a history was not one that its view takes; the figure would mean nothing."""


@dataclass(frozen=True)
class Prepared:
    """A log of a history and an empty view beside it."""

    store: ViewStore[Any]
    source: PublishedLog
    pool: Pool

    async def require_all_folded(self) -> None:
        if parked := await self.pool.fetchrow("select reason from kept.parked limit 1"):
            raise Parked(parked[0])


@asynccontextmanager
async def prepared(ground: Ground, case: Case, events: int) -> AsyncGenerator[Prepared]:
    async with ground.database() as dsn:
        await histories.write(dsn, case.told, events)
        pool = await open_pool(dsn)
        log = await PostgresLog.open(case.view.source, pool)
        store: ViewStore[Any] = ViewStore(case.view, pool)
        await store.prepare()
        try:
            yield Prepared(store, PublishedLog(log), pool)
        finally:
            await pool.close()
