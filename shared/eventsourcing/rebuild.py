"""Rebuilding a view beside the live one: nobody reads a half-made table, nobody waits.

The new tables are filled page by page, catch up with the source, and take the live tables' names
in one short transaction. Nothing but the view's own tables is written: side effects belong to
reactions, and those are never rebuilt.

Why no reader fails and none goes back in time: a statement that meets the lock of the swap waits,
and when it has its lock PostgreSQL looks the name up again and takes a new snapshot, so it reads
either the old table before the swap or the new one after it; and the swap happens while the live
checkpoint is held, behind which the new tables are not.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.subscriptions import Checkpoint, Follower, Source
from shared.eventsourcing.view_store import UNSTORABLE, ViewStore
from shared.postgres.pool import Pool

logger = structlog.get_logger(__name__)

ATTEMPTS = 20
LOCK_TIMEOUT = "500ms"  # for so long at most does a reader wait behind a swap that waits
VACUUM_TIMEOUT = "10s"  # an automatic vacuum gives way, but only to who has waited for a second


class RebuildBlocked(Refused):
    """The live view could not be replaced: it is being rebuilt, or readers held it; try again."""

    code = "rebuild-blocked"


async def rebuild(live: ViewStore[Any], pool: Pool, source: Source) -> Checkpoint:
    """Makes the view again from the first event and puts it in place of the live one.

    Raises RebuildBlocked. Until it returns, reads see the old rows; afterwards the new.
    """
    async with _alone(live, pool):
        beside: ViewStore[Any] = ViewStore(live.view, pool, suffix="_next")
        await _fill(live, beside, pool, source)
        await _catch_up(beside, source)
        for _ in range(ATTEMPTS):
            try:
                await _take_over(live, beside, pool, source)
            except asyncpg.LockNotAvailableError:
                continue
            logger.info("view-rebuilt", view=live.view.name)
            return await live.checkpoint(source.name)
        raise RebuildBlocked


@asynccontextmanager
async def _alone(live: ViewStore[Any], pool: Pool) -> AsyncGenerator[None]:
    """Two at once would fill the same tables. Raises RebuildBlocked."""
    async with pool.acquire() as connection:
        lock = f"rebuild {live.name}"
        if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", lock):
            raise RebuildBlocked
        try:
            yield
        finally:
            await connection.execute("select pg_advisory_unlock(hashtext($1))", lock)


async def _fill(live: ViewStore[Any], beside: ViewStore[Any], pool: Pool, source: Source) -> None:
    """Folds everything; what no table can hold is left to following, which finds and parks it."""
    await _discard(beside.name, live, pool)
    await beside.prepare(bare=True)
    try:
        await beside.fold_all(source)
    except UNSTORABLE:
        await _discard(beside.name, live, pool)
        await beside.prepare()


async def _catch_up(beside: ViewStore[Any], source: Source) -> None:
    """Follows to where the source reaches now. Raises RebuildBlocked where it cannot."""
    follower = Follower(source, [beside])
    while await follower.step():
        [where] = follower.following()
        if where.stopped:
            raise RebuildBlocked(where.stopped)


async def _discard(name: str, live: ViewStore[Any], pool: Pool) -> None:
    async with pool.acquire() as connection:
        for table in _tables(name, live):
            await connection.execute(f'drop table if exists views."{table}"')
        await connection.execute("delete from kept.checkpoints where subscriber = $1", name)
        await connection.execute("delete from kept.parked where subscriber = $1", name)


def _tables(name: str, live: ViewStore[Any]) -> list[str]:
    return [table.replace(live.name, name, 1) for table in live.tables.all_names()]


async def _take_over(
    live: ViewStore[Any], beside: ViewStore[Any], pool: Pool, source: Source
) -> None:
    """Renames in one transaction, in which the live view stands still and is overtaken first."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f"set local lock_timeout = '{VACUUM_TIMEOUT}'")
        both = [
            f'views."{name}"' for name in (*live.tables.all_names(), *beside.tables.all_names())
        ]
        await connection.execute(f"lock table {', '.join(both)} in share update exclusive mode")
        await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        number = await connection.fetchval(
            "select number from kept.checkpoints where subscriber = $1 and source = $2 for update",
            live.name,
            source.name,
        )
        if (await beside.checkpoint(source.name)).number < (number or 0):
            await _catch_up(beside, source)
        for old, new in zip(live.tables.all_names(), beside.tables.all_names(), strict=True):
            await connection.execute(f'drop table views."{old}"')
            await connection.execute(f'alter table views."{new}" rename to "{old}"')
        for table in ("checkpoints", "parked"):
            await connection.execute(
                f"delete from kept.{table} where subscriber = $1 and source = $2",
                live.name,
                source.name,
            )
            await connection.execute(
                f"update kept.{table} set subscriber = $1 where subscriber = $2 and source = $3",
                live.name,
                beside.name,
                source.name,
            )
