"""Views on PostgreSQL: folds pages into rows in the transaction that moves the checkpoint.

A poison event parks its fold key: later events of that key queue behind it, all others flow. Skips
are on record and honoured in every rebuild.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple

import asyncpg
import msgspec
import structlog

from shared.eventsourcing.accounting import Accounts
from shared.eventsourcing.folding import Due, Folding, Work, why
from shared.eventsourcing.parking import Parked, Parking
from shared.eventsourcing.row_tables import ViewTables, Where, condition
from shared.eventsourcing.sources import Source
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered
from shared.eventsourcing.views import R, View
from shared.eventsourcing.vouching import Witness
from shared.postgres.pool import Connection, Pool

logger = structlog.get_logger(__name__)

REBUILD_PAGE = 5000
UNSTORABLE = (
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    TypeError,
    OverflowError,  # what COPY raises of a number that is too large
)
"""What is raised by a row that no table can hold, such as one with a NUL in a string."""


class KnownRow(msgspec.Struct, Generic[R], frozen=True):
    """A row as it was known at a time."""

    row: R
    known_at: datetime


class Emitted(NamedTuple):
    """A line with its place: the number of its event in the source, and its own in that event."""

    number: int
    line: int
    known_at: datetime
    content: Any


class ViewStore(Generic[R]):
    """One view's tables, its place in its source, and the ways to read it."""

    def __init__(self, view: View[R], pool: Pool, suffix: str = "") -> None:
        self.view = view
        self.tables: ViewTables[R] = ViewTables(view, suffix)
        self.name = self.tables.name
        self.witness: Witness | None = None
        self._pool = pool
        self._folding: Folding[R] = Folding(view, self.tables)
        self._parking = Parking(self.name, view.name)

    async def prepare(self, *, bare: bool = False) -> None:
        """Makes the tables where they are not there yet; bare ones have no keys and no indexes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext($1))", self.tables.name)
            if await connection.fetchval("select to_regclass($1)", self.tables.table) is None:
                await connection.execute(self.tables.create())
                if not bare:
                    await connection.execute(self.tables.index())

    # -- following

    async def checkpoint(self, source: str) -> Checkpoint:
        return await self._parking.checkpoint(self._pool, source)

    def concerned(self, numbered: Sequence[Numbered]) -> bool:
        return self._folding.concerned(numbered)

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        """Folds a page. Harmless when repeated: the checkpoint is swapped with it."""
        try:
            await self._take(source, at, to, numbered, self._apply)
        except UNSTORABLE:  # by one event of the page; the slow way finds it and parks it
            await self._take(source, at, to, numbered, self._apply_singly)

    async def _take(
        self,
        source: str,
        at: Checkpoint,
        to: Checkpoint,
        numbered: Sequence[Numbered],
        apply: Callable[[Connection, Sequence[Due], set[str]], Awaitable[list[Parked]]],
    ) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.move(connection, source, at, to, numbered)
            blocked, skipped = await self._parking.set_aside(connection, source)
            parked = await apply(connection, self._folding.due(numbered, skipped), blocked)
            await self._parking.park(connection, source, parked)

    async def _apply(
        self, connection: Connection, due: Sequence[Due], blocked: set[str]
    ) -> list[Parked]:
        work = await self._load(connection, {item.key for item in due} - blocked)
        parked = self._folding.fold(work, due, blocked)
        await self._write(connection, work)
        return parked

    async def _apply_singly(
        self, connection: Connection, due: Sequence[Due], blocked: set[str]
    ) -> list[Parked]:
        parked: list[Parked] = []
        for item in due:
            try:
                async with connection.transaction():
                    parked += await self._apply(connection, [item], blocked)
            except UNSTORABLE as error:
                logger.exception("event-parked", view=self.name, number=item.number)
                blocked.add(item.key)
                parked.append(Parked(item.number, item.key, item.envelope, why(error)))
        return parked

    async def _load(self, connection: Connection, keys: set[str]) -> Work[R]:
        records = await connection.fetch(f"{self.tables.select()} where key = any($1)", list(keys))
        return Work({record["key"]: self.tables.make(record) for record in records})

    async def _write(self, connection: Connection, work: Work[R]) -> None:
        gone = [key for key in work.touched if work.rows[key] is None]
        kept = [(key, row) for key in work.touched if (row := work.rows[key]) is not None]
        if gone:
            await connection.execute(f"delete from {self.tables.table} where key = any($1)", gone)
        if kept:
            await connection.execute(
                self.tables.upsert(),
                [key for key, _ in kept],
                *self.tables.rows.arrays([row for _, row in kept]),
            )
        await self._copy_emitted(connection, work)

    async def _copy_emitted(self, connection: Connection, work: Work[R]) -> None:
        """Writes the lines and the history there are, and lets go of them."""
        tables = self.tables
        if work.lines and tables.lines:
            names = ["key", "number", "line", "known_at", *tables.lines.column_names]
            await _copy_in(connection, f"{tables.name}_lines", names, work.lines)
        if work.history:
            names = ["key", "number", "known_at", "row"]
            await _copy_in(connection, f"{tables.name}_history", names, work.history)
        work.lines.clear()
        work.history.clear()

    # -- rebuilding

    async def fold_all(self, source: Source) -> Checkpoint:
        """Folds the whole source into bare tables that nobody reads, then gives them their keys.

        Rows wait in memory, one a key; what else there is of an event leaves with its page, so
        that their number makes no difference. Raises one of UNSTORABLE, leaving what it wrote.
        """
        work: Work[R] = Work({})
        at = BEGINNING
        blocked: set[str] = set()
        accounts = Accounts()
        async with self._pool.acquire() as connection:
            _, skipped = await self._parking.set_aside(connection, source.name)
        while (page := await source.read(at.number, REBUILD_PAGE, 0.0)).envelopes:
            numbered = [Numbered(source.number(e), e) for e in page.envelopes]
            parked = self._folding.fold(work, self._folding.due(numbered, skipped), blocked)
            async with self._pool.acquire() as connection:
                await self._copy_emitted(connection, work)
                await self._parking.park(connection, source.name, parked)
            accounts.add(numbered)
            at = Checkpoint(page.envelopes[-1].epoch, numbered[-1].number)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._copy_rows(connection, work)
            await connection.execute(self.tables.index())
            if at != BEGINNING:
                await self._parking.move(connection, source.name, BEGINNING, at, ())
                await self._parking.account(connection, source.name, accounts)
        return at

    async def _copy_rows(self, connection: Connection, work: Work[R]) -> None:
        record = self.tables.rows.record
        rows = ((key, *record(row)) for key, row in work.rows.items() if row is not None)
        names = ["key", *self.tables.rows.column_names]
        await _copy_in(connection, self.tables.name, names, rows)

    # -- parked events

    async def retry(self, source: str, key: str) -> int:
        """Folds a parked key's events again up to the first that fails; says how many."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.hold(connection, source)
            waiting = await self._parking.waiting(connection, source, key)
            due = self._folding.again(key, waiting)
            still = {item.number for item in await self._apply_singly(connection, due, set())}
            done = [number for number, _ in waiting if number not in still]
            await self._parking.unpark(connection, source, done)
            return len(done)

    async def skip(self, source: str, number: int, person: str, reason: str, now: datetime) -> None:
        """Gives up one parked event, on record."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.skip(connection, source, number, person, reason, now)

    # -- reading

    async def get(self, key: str) -> R | None:
        record = await self._pool.fetchrow(f"{self.tables.select()} where key = $1", key)
        return self.tables.make(record) if record else None

    async def find(
        self,
        *,
        where: Where | None = None,
        contains: Where | None = None,
        after: str = "",
        limit: int = 1000,
    ) -> dict[str, R]:
        """Rows in key order: `where` equals, `contains` for json lists, `after` a cursor."""
        clause, values = condition(where or {}, contains or {}, 3)
        records = await self._pool.fetch(
            f"{self.tables.select()} where key > $1{clause} order by key limit $2",
            after,
            limit,
            *values,
        )
        return {record["key"]: self.tables.make(record) for record in records}

    async def holding(self, column: str, values: Sequence[str]) -> dict[str, R]:
        """All rows with one of the values in a column of text, or as their key."""
        if column != "key" and column not in self.tables.rows.column_names:
            raise ValueError(f"{column!r} is not a column")
        records = await self._pool.fetch(
            f'{self.tables.select()} where "{column}" = any($1::text[]) order by key', list(values)
        )
        return {record["key"]: self.tables.make(record) for record in records}

    async def every(self) -> dict[str, R]:
        """All rows in key order; for a view of few."""
        records = await self._pool.fetch(f"{self.tables.select()} order by key")
        return {record["key"]: self.tables.make(record) for record in records}

    async def known_at(self, key: str, at: datetime) -> KnownRow[R] | None:
        """The row as it was known at a time; needs a view with history."""
        record = await self._pool.fetchrow(
            f"select known_at, row from {self.tables.history_table}"
            " where key = $1 and known_at <= $2 order by number desc limit 1",
            key,
            at,
        )
        if record is None or record["row"] == "null":  # dropped by then
            return None
        return KnownRow(msgspec.json.decode(record["row"], type=self.view.row), record["known_at"])

    async def lines(self, key: str, known_at: datetime | None = None) -> list[Any]:
        """The lines a key has emitted, in order, as known at a time (None: now)."""
        records = await self._pool.fetch(
            f"select * from {self.tables.lines_table} where key = $1"
            " and ($2::timestamptz is null or known_at <= $2) order by number, line",
            key,
            known_at,
        )
        table = self.tables.lines
        return [table.make(record) for record in records] if table else []

    async def emitted(
        self, connection: Connection, key: str, after: tuple[int, int], limit: int
    ) -> list[Emitted]:
        """The lines a key has emitted after a place (event, line), in order."""
        records = await connection.fetch(
            f"select * from {self.tables.lines_table} where key = $1"
            " and (number, line) > ($2, $3) order by number, line limit $4",
            key,
            *after,
            limit,
        )
        table = self.tables.lines
        return [
            Emitted(record["number"], record["line"], record["known_at"], table.make(record))
            for record in records
            if table
        ]

    async def lines_of(self, keys: Sequence[str]) -> dict[str, list[Any]]:
        """The lines of several keys at once, each key's in order."""
        records = await self._pool.fetch(
            f"select * from {self.tables.lines_table} where key = any($1) order by number, line",
            list(keys),
        )
        found: dict[str, list[Any]] = {}
        for record in records:
            if self.tables.lines:
                found.setdefault(record["key"], []).append(self.tables.lines.make(record))
        return found

    async def in_order(
        self, after: int = 0, limit: int = 100, *, latest_first: bool = False
    ) -> list[Emitted]:
        """Lines of every key by the number of their event, from after a number, or from the last
        one back; for a view with `ordered_lines`.
        """
        order = "number desc, line desc" if latest_first else "number, line"
        records = await self._pool.fetch(
            f"select * from {self.tables.lines_table} where number > $1 order by {order} limit $2",
            after,
            limit,
        )
        table = self.tables.lines
        return [
            Emitted(record["number"], record["line"], record["known_at"], table.make(record))
            for record in records
            if table
        ]

    async def contents(self) -> Mapping[str, Sequence[Any]]:
        """Everything the view holds, table by table, in order; for comparing a rebuild."""
        found: dict[str, Sequence[Any]] = {}
        for name in self.tables.all_names():
            records = await self._pool.fetch(f'select t::text from views."{name}" t order by 1')
            part = name.removeprefix(self.name).removeprefix("_") or "rows"
            found[part] = [record[0] for record in records]
        return found


async def _copy_in(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    await connection.copy_records_to_table(
        table, schema_name="views", records=rows, columns=list(columns)
    )
