"""Keeps the proofs up: grows the trees after the books, signs daily and at each close.

Law: what is due is decided by the house's clock and the books; done twice, it is done once. Books
of another shape are compared with what was signed before any tree goes on by them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import structlog

from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.proofs.seals import due
from services.gateway.proofs.signing import OriginChanged, Signing
from services.gateway.proofs.tree import TreeDamaged, Trees
from services.gateway.proofs.witness import BooksExamination, RootMissed
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.stopping import stop
from shared.postgres.duty import OnDuty
from shared.running.running import House

TICK_SECONDS = 1.0

_STATE = """
select (select sum(number) from kept.checkpoints where subscriber = any($1) and source = $2),
       (select count(*) from kept.parked where subscriber = any($1) and source = $2),
       (select sum(size) from proofs.heads)
"""
_LAST = """
select h.fund, h.size, c.size as signed, c.signed_at
from proofs.heads h left join lateral (
    select size, signed_at from proofs.checkpoints where fund = h.fund order by size desc limit 1
) c on true where h.size > 0 order by h.fund
"""

logger = structlog.get_logger(__name__)


class Keeper:
    """The trees of a running gateway and what is signed of them."""

    def __init__(self, house: House, signing: Signing) -> None:
        self.signing = signing
        self.trees = Trees(house.pool, house.stores[FUND_BOOKS.name])
        self.trouble = ""
        self._house = house
        self._books = house.stores[FUND_BOOKS.name]
        self._agreements = house.stores[FUND_AGREEMENTS.name]
        self._compared = False
        self._seen: tuple[Any, date] | None = None

    async def run(self, duty: OnDuty) -> None:
        """Tends for ever while on duty."""
        while True:
            try:
                if duty.held:
                    await self.tend()
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                logger.warning("proofs-not-tended", error=type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def tend(self) -> None:
        """Grows, signs and seals whatever is due; at once done with where nothing is new."""
        views = [self._books.name, self._agreements.name]
        state = await self._house.pool.fetchrow(_STATE, views, FUND_BOOKS.source)
        seen = (state, london_date(self._house.clock()))
        if seen == self._seen or not await self._comparable():
            return
        behind = await self.trees.behind()
        for fund in behind:
            await self.trees.grow(fund)
        if self.signing.can:
            await self._sign_due(seen[1])
            await self._seal_due(seen[1])
        self._seen = None if behind else seen  # what has just changed is looked at once more

    async def _comparable(self) -> bool:
        """Whether the live books are known to say what was signed; compares them where not."""
        if self._compared:
            return True
        pool = self._house.pool
        async with pool.acquire() as connection, connection.transaction():
            reached = await connection.fetchval("select max(publication) from proofs.heads")
            at = await self._books.checkpoint(FUND_BOOKS.source)
            if at.number < (reached or 0):
                return False
            try:
                await self._compare(connection)
            except RootMissed as missed:
                if self.trouble != missed.detail:
                    logger.error("signed-root-missed", detail=missed.detail)  # noqa: TRY400 - said
                self.trouble = missed.detail
                return False
        self._compared, self.trouble = True, ""
        return True

    async def _compare(self, connection: Any) -> None:
        known = await connection.fetchval(
            "select true from proofs.compared where view = $1", self._books.name
        )
        if not known:
            await BooksExamination(self._books).conclude(connection)
            await connection.execute(
                "insert into proofs.compared values ($1, $2) on conflict do nothing",
                self._books.name,
                self._house.clock(),
            )

    async def _sign_due(self, today: date) -> None:
        """A checkpoint on every day on which something was posted since the last."""
        for record in await self._house.pool.fetch(_LAST):
            fund, size, signed, signed_at = record
            new = signed is None or (size > signed and london_date(signed_at) < today)
            if new:
                await self._each(fund, self.signing.sign(fund))

    async def _seal_due(self, today: date) -> None:
        sealed: dict[str, set[str]] = {}
        for fund, period in await self._house.pool.fetch(
            "select distinct fund, period from proofs.seals"
        ):
            sealed.setdefault(fund, set()).add(period)
        posted = await self._house.pool.fetch("select fund from proofs.heads where size > 0")
        for record in posted:
            fund = record[0]
            agreement = await self._agreements.get(fund)
            if agreement is None:
                continue
            closed = await self._closed(fund) if agreement.closed and self._whole() else []
            years = sorted(agreement.years)
            for period in due(years, closed, today):
                if period not in sealed.get(fund, set()):
                    await self._each(fund, self.signing.seal(fund, period))

    def _whole(self) -> bool:
        """Whether the books have all there is: what is closed in one go is not sealed half way."""
        following = self._house.followers[FUND_BOOKS.source].following()
        return all(at.number == at.head for at in following if at.subscriber == self._books.name)

    async def _closed(self, fund: str) -> list[str]:
        """The years that the books themselves have closed."""
        book = await self._books.get(fund)
        return [year for year, one in book.years.items() if one.closed] if book else []

    async def _each(self, fund: str, doing: Any) -> None:
        """A tree that cannot be signed stops no other from being signed."""
        try:
            await doing
        except (TreeDamaged, OriginChanged) as error:
            logger.error("not-signed", fund=fund, code=error.code)  # noqa: TRY400 - no more to say


@asynccontextmanager
async def keeping(house: House, keeper: Keeper) -> AsyncGenerator[None]:
    """Tends the proofs while the application lives."""
    task = asyncio.create_task(keeper.run(house.duty))
    try:
        yield
    finally:
        await stop([task])
