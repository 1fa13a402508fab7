"""Views on PostgreSQL: folds pages into rows in the transaction that moves the checkpoint.

A poison event parks its fold key: later events of that key queue behind it, all others flow. Skips
are on record and honoured in every rebuild.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic

import asyncpg
import msgspec
import structlog

from shared.eventsourcing.accounting import Accounts
from shared.eventsourcing.codec import Codec, NewerVersion
from shared.eventsourcing.events import Envelope, Recorded
from shared.eventsourcing.parking import Parked, Parking
from shared.eventsourcing.row_tables import ViewTables, Where, as_json, condition, transposed
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered, Source
from shared.eventsourcing.views import R, View, parted
from shared.postgres.pool import Connection, Pool

logger = structlog.get_logger(__name__)

REBUILD_PAGE = 5000
UNSTORABLE = (asyncpg.DataError, asyncpg.ProgramLimitExceededError, ValueError, TypeError)
"""What is raised by a row that no table can hold, such as one with a NUL in a string."""

Keyed = Sequence[tuple[int, Envelope, str]]


class KnownRow(msgspec.Struct, Generic[R], frozen=True):
    """A row as it was known at a time."""

    row: R
    known_at: datetime


@dataclass
class Work(Generic[R]):
    """One page's folding in memory: the rows touched, and what they emitted."""

    rows: dict[str, R | None]
    touched: set[str] = field(default_factory=set[str])
    lines: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    history: list[tuple[str, int, datetime, str]] = field(
        default_factory=list[tuple[str, int, datetime, str]]
    )


class ViewStore(Generic[R]):
    """One view's tables, its place in its source, and the ways to read it."""

    def __init__(self, view: View[R], pool: Pool, suffix: str = "") -> None:
        self.view = view
        self.tables: ViewTables[R] = ViewTables(view, suffix)
        self.name = self.tables.name
        self._pool = pool
        self._codec = Codec(view.events)
        self._parking = Parking(self.name, view.name)

    async def prepare(self) -> None:
        """Makes the tables where they are not there yet."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext($1))", self.tables.name)
            if await connection.fetchval("select to_regclass($1)", self.tables.table) is None:
                await connection.execute(self.tables.create())

    # -- following

    async def checkpoint(self, source: str) -> Checkpoint:
        return await self._parking.checkpoint(self._pool, source)

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
        apply: Callable[[Connection, Keyed, set[str]], Awaitable[list[Parked]]],
    ) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.move(connection, source, at, to, numbered)
            blocked = await self._parking.blocked(connection, source)
            skipped = await self._parking.skipped(connection, source)
            parked = await apply(connection, self._keyed(numbered, skipped), blocked)
            await self._parking.park(connection, source, parked)

    async def _apply(self, connection: Connection, keyed: Keyed, blocked: set[str]) -> list[Parked]:
        work = await self._load(connection, {key for _, _, key in keyed} - blocked)
        parked = self._fold_keyed(work, keyed, blocked)
        await self._write(connection, work)
        return parked

    async def _apply_singly(
        self, connection: Connection, keyed: Keyed, blocked: set[str]
    ) -> list[Parked]:
        parked: list[Parked] = []
        for number, envelope, key in keyed:
            try:
                async with connection.transaction():
                    parked += await self._apply(connection, [(number, envelope, key)], blocked)
            except UNSTORABLE as error:
                logger.exception("event-parked", view=self.name, number=number)
                blocked.add(key)
                parked.append(Parked(number, key, envelope, why(error)))
        return parked

    def _keyed(
        self, numbered: Sequence[Numbered], skipped: set[int]
    ) -> list[tuple[int, Envelope, str]]:
        return [
            (number, envelope, key)
            for number, envelope in numbered
            if number not in skipped and (key := self._key(envelope)) is not None
        ]

    def _fold_keyed(self, work: Work[R], keyed: Keyed, blocked: set[str]) -> list[Parked]:
        """Folds in order; a key that fails is blocked, and what follows of it parks with it."""
        parked: list[Parked] = []
        for number, envelope, key in keyed:
            reason = "behind an earlier event" if key in blocked else ""
            reason = reason or self._fold(work, key, number, envelope)
            if reason:
                blocked.add(key)
                parked.append(Parked(number, key, envelope, reason))
        return parked

    def _key(self, envelope: Envelope) -> str | None:
        """The fold key; what cannot even be opened parks the partition it belongs to."""
        if not self._codec.knows(envelope.type):
            return None
        try:
            return self.view.key(self._codec.open(envelope))
        except NewerVersion:
            raise
        except Exception:
            logger.exception("no-fold-key", view=self.name, position=envelope.position)
            return envelope.partition_key

    def _fold(self, work: Work[R], key: str, number: int, envelope: Envelope) -> str:
        """Folds one event into the work; returns why it could not, or nothing."""
        try:
            recorded = self._codec.open(envelope)
            row, lines = parted(self.view.fold(work.rows.get(key), recorded))
            row = None if row is None else self.tables.rows.as_stored(row)
        except Exception as error:
            logger.exception("event-parked", view=self.name, key=key, number=number)
            return why(error)
        self._keep(work, key, number, recorded, row, lines)
        return ""

    def _keep(
        self,
        work: Work[R],
        key: str,
        number: int,
        recorded: Recorded,
        row: R | None,
        lines: Sequence[msgspec.Struct],
    ) -> None:
        if self.view.history and row != work.rows.get(key):
            work.history.append((key, number, recorded.recorded_at, as_json(row)))
        work.rows[key] = row
        work.touched.add(key)
        if self.tables.lines:
            work.lines += [
                (key, number, n, recorded.recorded_at, *self.tables.lines.record(line))
                for n, line in enumerate(lines)
            ]

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
        if work.lines and self.tables.lines:
            await self._insert_lines(connection, work.lines)
        if work.history:
            await connection.execute(
                f"insert into {self.tables.history_table} select key, number, known_at, row::jsonb"
                " from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::text[])"
                " as new (key, number, known_at, row)",
                *transposed(work.history, 4),
            )

    async def _insert_lines(self, connection: Connection, lines: list[tuple[Any, ...]]) -> None:
        columns = self.tables.lines.columns if self.tables.lines else []
        arrays = "".join(f", ${n}::{column.array}" for n, column in enumerate(columns, 5))
        names = "".join(f', "{column.name}"' for column in columns)
        values = "".join(f', new."{column.name}"::{column.sql}' for column in columns)
        await connection.execute(
            f"insert into {self.tables.lines_table} (key, number, line, known_at{names})"
            f" select new.key, new.number, new.line, new.known_at{values} from unnest($1::text[],"
            f" $2::bigint[], $3::integer[], $4::timestamptz[]{arrays})"
            f" as new (key, number, line, known_at{names})",
            *transposed(lines, 4 + len(columns)),
        )

    # -- rebuilding

    async def fold_all(self, source: Source) -> Checkpoint:
        """Folds the whole source in memory, then copies everything in; the tables must be empty."""
        work: Work[R] = Work({})
        at = BEGINNING
        parked: list[Parked] = []
        accounts = Accounts()
        async with self._pool.acquire() as connection:
            skipped = await self._parking.skipped(connection, source.name)
        while (page := await source.read(at.number, REBUILD_PAGE, 0.0)).envelopes:
            numbered = [Numbered(source.number(e), e) for e in page.envelopes]
            blocked = {item.key for item in parked}
            parked += self._fold_keyed(work, self._keyed(numbered, skipped), blocked)
            accounts.add(numbered)
            at = Checkpoint(page.envelopes[-1].epoch, numbered[-1].number)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._copy(connection, work)
            await self._parking.park(connection, source.name, parked)
            if at != BEGINNING:
                await self._parking.move(connection, source.name, BEGINNING, at, ())
                await self._parking.account(connection, source.name, accounts)
        return at

    async def _copy(self, connection: Connection, work: Work[R]) -> None:
        tables = self.tables
        rows = [(key, *tables.rows.record(row)) for key, row in work.rows.items() if row]
        names = ["key", *(column.name for column in tables.rows.columns)]
        await _copy_in(connection, tables.name, names, rows)
        if tables.lines:
            names = ["key", "number", "line", "known_at", *(c.name for c in tables.lines.columns)]
            await _copy_in(connection, f"{tables.name}_lines", names, work.lines)
        if self.view.history:
            names = ["key", "number", "known_at", "row"]
            await _copy_in(connection, f"{tables.name}_history", names, work.history)

    # -- parked events

    async def retry(self, source: str, key: str) -> int:
        """Folds a parked key's events again up to the first that fails; says how many."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.hold(connection, source)
            waiting = await self._parking.waiting(connection, source, key)
            keyed = [(number, envelope, key) for number, envelope in waiting]
            still = {item.number for item in await self._apply_singly(connection, keyed, set())}
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

    async def contents(self) -> Mapping[str, Sequence[Any]]:
        """Everything the view holds, table by table, in order; for comparing a rebuild."""
        found: dict[str, Sequence[Any]] = {}
        for name in self.tables.all_names():
            records = await self._pool.fetch(f'select t::text from views."{name}" t order by 1')
            part = name.removeprefix(self.name).removeprefix("_") or "rows"
            found[part] = [record[0] for record in records]
        return found


def why(error: Exception) -> str:
    """The reason kept with a parked event; a NUL, for one, no table could keep."""
    return f"{type(error).__name__}: {error}"[:500].replace("\0", "")


async def _copy_in(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    if rows:
        await connection.copy_records_to_table(
            table, schema_name="views", records=rows, columns=list(columns)
        )
