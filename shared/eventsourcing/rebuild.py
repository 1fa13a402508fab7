"""Rebuilding a view beside the live one: nobody reads a half-made table, nobody waits.

The new table is folded in memory and copied in, catches up with the source, and takes the live
table's name in one short transaction. Nothing but the view's own tables is written: side effects
belong to reactions, and those are never rebuilt.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import structlog

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.incarnations import first_other_of, forget_from
from shared.eventsourcing.subscriptions import Checkpoint, Follower, Overtaken, Source
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Connection, Pool

logger = structlog.get_logger(__name__)

ATTEMPTS = 20
LOCK_TIMEOUT = "500ms"
PLACE = ("checkpoints", "parked", "accounted", "accounting")
"""The tables that say where a subscriber is; a view rebuilt brings its own."""


class RebuildBlocked(Refused):
    """The live view could not be replaced: readers held it, or it stayed ahead; try again."""

    code = "rebuild-blocked"


async def rebuild(live: ViewStore[Any], pool: Pool, source: Source) -> Checkpoint:
    """Makes the view again from the first event and puts it in place of the live one.

    Raises RebuildBlocked. Until it returns, reads see the old rows; afterwards the new.
    """
    first = await _first_other(live, source)
    async with pool.acquire() as connection, connection.transaction():
        await _discard(connection, f"{live.name}_next", live)
        if first is not None:
            await forget_from(connection, live.name, live.view.name, source.name, first)
    beside: ViewStore[Any] = ViewStore(live.view, pool, suffix="_next")
    await beside.prepare()
    await beside.fold_all(source)
    for _ in range(ATTEMPTS):
        while await Follower(source, [beside]).step():
            continue
        try:
            await _take_over(live, beside, pool, source.name, stranded=first is not None)
        except (Overtaken, asyncpg.LockNotAvailableError):
            continue
        logger.info("view-rebuilt", view=live.view.name)
        return await live.checkpoint(source.name)
    raise RebuildBlocked


async def _discard(connection: Connection, name: str, live: ViewStore[Any]) -> None:
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
    live: ViewStore[Any], beside: ViewStore[Any], pool: Pool, source: str, *, stranded: bool
) -> None:
    """Renames in one transaction; raises Overtaken if the live view is ahead after all.

    One stranded in numbers that the source has no more is ahead of nobody.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        numbers = await connection.fetch(
            "select number from kept.checkpoints where subscriber = any($1) and source = $2"
            " order by subscriber for update",  # the live name sorts before its `_next`
            [live.name, beside.name],
            source,
        )
        if not stranded and len(numbers) == 2 and numbers[0][0] > numbers[1][0]:
            raise Overtaken(live.name)
        for old, new in zip(live.tables.all_names(), beside.tables.all_names(), strict=True):
            await connection.execute(f'drop table views."{old}"')
            await connection.execute(f'alter table views."{new}" rename to "{old}"')
        for table in PLACE:
            await connection.execute(
                f"delete from kept.{table} where subscriber = $1 and source = $2",
                live.name,
                source,
            )
            await connection.execute(
                f"update kept.{table} set subscriber = $1 where subscriber = $2 and source = $3",
                live.name,
                beside.name,
                source,
            )
