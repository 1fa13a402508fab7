"""Rebuilding a view beside the live one: nobody reads a half-made table, nobody waits.

The new tables are filled page by page, catch up with the source, and take the live tables' names
in one short transaction. Nothing but the view's own tables is written: side effects belong to
reactions, and those are never rebuilt.

Why no reader fails and none goes back in time: a statement that meets the lock of the swap waits,
and when it has its lock PostgreSQL looks the name up again and takes a new snapshot, so it reads
either the old table before the swap or the new one after it; and the swap happens while the live
checkpoint is held, behind which the new tables are not.

Where lines of the live view were vouched for, the new ones must say the same, or the swap does not
happen.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.incarnations import first_other_of, forget_from
from shared.eventsourcing.sources import Source
from shared.eventsourcing.subscriptions import Checkpoint, Follower
from shared.eventsourcing.view_store import UNSTORABLE, ViewStore
from shared.eventsourcing.vouching import Examination
from shared.postgres.pool import Pool

logger = structlog.get_logger(__name__)

ATTEMPTS = 20
LOCK_TIMEOUT = "500ms"  # for so long at most does a reader wait behind a swap that waits
VACUUM_TIMEOUT = "10s"  # an automatic vacuum gives way, but only to who has waited for a second
REBUILDING = 0x601DB  # one rebuild at a time in a service's database
PLACE = ("checkpoints", "parked", "accounted", "accounting")
"""The tables that say where a subscriber is; a view rebuilt brings its own."""


class RebuildBlocked(Refused):
    """Another view is being rebuilt, or readers held this one; try again."""

    code = "rebuild-blocked"


async def rebuild(live: ViewStore[Any], pool: Pool, source: Source) -> Checkpoint:
    """Makes the view again from the first event and puts it in place of the live one.

    Raises RebuildBlocked, and what the view's witness refuses with. Until it returns, reads see the
    old rows; afterwards the new.
    """
    async with _alone(pool):
        first = await _first_other(live, source)
        if first is not None:
            async with pool.acquire() as connection, connection.transaction():
                await forget_from(connection, live.name, live.view.name, source.name, first)
        beside: ViewStore[Any] = ViewStore(live.view, pool, suffix="_next")
        await _fill(live, beside, pool, source)
        await _catch_up(beside, source)
        examination = live.witness.examination(beside) if live.witness else None
        if examination:
            async with pool.acquire() as connection:
                await examination.go_on(connection)
        for _ in range(ATTEMPTS):
            try:
                await _take_over(
                    live, beside, pool, source, examination, stranded=first is not None
                )
            except asyncpg.LockNotAvailableError:
                continue
            logger.info("view-rebuilt", view=live.view.name)
            return await live.checkpoint(source.name)
        raise RebuildBlocked


@asynccontextmanager
async def _alone(pool: Pool) -> AsyncGenerator[None]:
    """Two at once would fill the same tables, or take each other's connections.

    Raises RebuildBlocked.
    """
    async with pool.acquire() as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", REBUILDING):
            raise RebuildBlocked
        try:
            yield
        finally:
            await connection.execute("select pg_advisory_unlock($1)", REBUILDING)


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
        for table in PLACE:
            await connection.execute(f"delete from kept.{table} where subscriber = $1", name)


def _tables(name: str, live: ViewStore[Any]) -> list[str]:
    return [table.replace(live.name, name, 1) for table in live.tables.all_names()]


async def _first_other(live: ViewStore[Any], source: Source) -> int | None:
    """Where the source was restored to before the live view's place: the first number after."""
    page = await source.read(0, 1, 0.0)
    return first_other_of(await live.checkpoint(source.name), page)


async def _take_over(
    live: ViewStore[Any],
    beside: ViewStore[Any],
    pool: Pool,
    source: Source,
    examination: Examination | None,
    *,
    stranded: bool,
) -> None:
    """Renames in one transaction, in which the live view stands still and is overtaken first.

    One stranded in numbers that the source has no more is ahead of nobody.
    """
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
        if not stranded and (await beside.checkpoint(source.name)).number < (number or 0):
            await _catch_up(beside, source)
        if examination:
            await examination.conclude(connection)
        for old, new in zip(live.tables.all_names(), beside.tables.all_names(), strict=True):
            await connection.execute(f'drop table views."{old}"')
            await connection.execute(f'alter table views."{new}" rename to "{old}"')
        for table in PLACE:
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
