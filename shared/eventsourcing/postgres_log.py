"""The log on PostgreSQL: concurrent appends are gathered and committed a batch at a time.

The lock that makes order commit order is paid once a batch. A batch never holds two appends that
touch the same stream, so each is judged against what was committed before it; a batch that fails
as a whole is asked again one by one, and only the guilty append fails. Asking again is safe where a
lost connection left open whether the batch was committed: the log knows its command ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from shared.eventsourcing.events import Envelope, Meta
from shared.eventsourcing.log import (
    Append,
    Appended,
    Epoch,
    Head,
    VersionConflict,
    Write,
    epoch_at,
)
from shared.postgres.pool import Pool

BATCH = 64
BACKSTOP_SECONDS = 0.25  # how often a waiting reader looks for what another replica appended

_APPEND = """
select * from log.append($1::uuid[], $2::integer[], $3::text[], $4::integer[],
    $5::integer[], $6::text[], $7::integer[], $8::text[], $9::uuid[], $10::text[],
    $11::bytea[], $12::bytea[], $13::date[], $14::boolean[], $15)
"""
_COLUMNS = """position, publication, stream, version, type, event_id, command_id, partition_key,
    body, meta, effective_on, recorded_at"""
_STREAM = f"select {_COLUMNS} from log.events where stream = $1 order by version"
_READ = f"select {_COLUMNS} from log.events where position > $1 order by position limit $2"
_PUBLISHED = (
    f"select {_COLUMNS} from log.events where publication > $1 order by publication limit $2"
)
_FIND = """
select max(position) as position, min(position) as first, stream, max(version) as version,
    (select p.publication from log.events p where p.publication is not null
     and p.position <= (select max(position) from log.events where command_id = $1)
     order by p.position desc limit 1) as publication
from log.events where command_id = $1 group by stream order by first
"""
_META = "select meta from log.events where position = $1"
_METAS = "select distinct on (command_id) meta from log.events where command_id = any($1)"

_encode_meta = msgspec.json.Encoder().encode
_decode_meta = msgspec.json.Decoder(Meta).decode


class _Waiting(NamedTuple):
    append: Append
    answer: asyncio.Future[Appended]


class PostgresLog:
    """One service's history in its own database."""

    def __init__(self, name: str, pool: Pool, epochs: tuple[Epoch, ...]) -> None:
        self.name = name
        self._pool = pool
        self._epochs = epochs
        self._queue: list[_Waiting] = []
        self._appender: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()

    @classmethod
    async def open(cls, name: str, pool: Pool) -> PostgresLog:
        rows = await pool.fetch(
            "select epoch, first_position, first_publication from log.epochs order by epoch"
        )
        return cls(name, pool, tuple(Epoch(*row) for row in rows))

    async def append(self, append: Append) -> Appended:
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(append, answer))
        if self._appender is None or self._appender.done():
            self._appender = asyncio.create_task(self._drain())
        return await asyncio.shield(answer)

    async def _drain(self) -> None:
        while self._queue:
            batch = self._next_batch()
            try:
                await self._commit(batch)
            except Exception:  # noqa: BLE001 - every waiter hears of it, none hangs
                await self._one_by_one(batch)
            self._grown.set()
            self._grown = asyncio.Event()

    def _next_batch(self) -> list[_Waiting]:
        """As many waiting appends as share no stream and no command; the others keep their turn."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        touched: set[str | UUID] = set()
        for waiting in self._queue:
            needs = waiting.append.streams | {waiting.append.command_id}
            if len(batch) < BATCH and touched.isdisjoint(needs):
                batch.append(waiting)
            else:
                later.append(waiting)
            touched |= needs
        self._queue = later
        return batch

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            try:
                await self._commit([waiting])
            except Exception as alone:  # noqa: BLE001 - raised again in the guilty caller
                _fail(waiting, alone)

    async def _commit(self, batch: list[_Waiting]) -> None:
        appends = [waiting.append for waiting in batch]
        rows = await self._pool.fetch(_APPEND, *_columns(appends))
        for row in rows:
            request: int = row["request"]
            waiting = batch[request - 1]
            if row["outcome"] == "stale":
                _fail(waiting, VersionConflict(", ".join(sorted(waiting.append.streams))))
            elif row["outcome"] == "known":
                await self._answer_again(waiting)
            elif not waiting.answer.done():
                waiting.answer.set_result(_answer(waiting.append, row))

    async def _answer_again(self, waiting: _Waiting) -> None:
        known = await self.find(waiting.append.command_id)
        if known is not None and not waiting.answer.done():
            waiting.answer.set_result(known)

    async def find(self, command_id: UUID) -> Appended | None:
        rows = await self._pool.fetch(_FIND, command_id)
        if not rows:
            return None
        meta = _decode_meta(await self._pool.fetchval(_META, min(row["first"] for row in rows)))
        return Appended(
            position=max(row["position"] for row in rows),
            publication=rows[0]["publication"] or 0,
            versions={row["stream"]: row["version"] for row in rows},
            request_hash=meta.request_hash,
        )

    async def request_hashes(self, command_ids: Sequence[UUID]) -> frozenset[str]:
        rows = await self._pool.fetch(_METAS, command_ids)
        return frozenset(_decode_meta(row[0]).request_hash for row in rows)

    async def read_stream(self, stream: str) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_STREAM, stream))

    async def read(self, after: int, limit: int) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_READ, after, limit))

    async def read_published(self, after: int, limit: int) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_PUBLISHED, after, limit))

    def _envelopes(self, rows: Sequence[Any]) -> list[Envelope]:
        return [
            Envelope(
                position=row[0],
                publication=row[1],
                epoch=epoch_at(self._epochs, row[0]),
                stream=row[2],
                version=row[3],
                type=row[4],
                event_id=row[5],
                command_id=row[6],
                partition_key=row[7],
                body=row[8],
                meta=_decode_meta(row[9]),
                effective_on=row[10],
                recorded_at=row[11],
            )
            for row in rows
        ]

    async def publication_of(self, event_id: UUID) -> int | None:
        return await self._pool.fetchval(
            "select publication from log.events where event_id = $1", event_id
        )

    async def head(self) -> Head:
        [row] = await self._pool.fetch("select position, publication from log.head")
        return Head(position=row["position"], publication=row["publication"], epochs=self._epochs)

    async def wait(self, position: int, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            grown = self._grown
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or (await self.head()).position > position:
                return
            try:
                await asyncio.wait_for(grown.wait(), min(left, BACKSTOP_SECONDS))
            except TimeoutError:
                continue


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _answer(append: Append, row: Any) -> Appended:
    return Appended(
        position=row["last_position"],
        publication=row["last_publication"],
        versions={
            write.stream: write.expected_version + len(write.events) for write in append.writes
        },
        request_hash=append.meta.request_hash,
    )


def _columns(appends: Sequence[Append]) -> list[Any]:
    """The batch as the parallel arrays that `log.append` takes."""
    expects = [
        (n, stream, version)
        for n, append in enumerate(appends, 1)
        for stream, version in _expectations(append)
    ]
    events = [(n, *row) for n, append in enumerate(appends, 1) for row in _rows(append)]
    return [
        [append.command_id for append in appends],
        *_transposed(expects, 3),
        *_transposed(events, 10),
        max(append.now for append in appends),
    ]


def _expectations(append: Append) -> list[tuple[str, int]]:
    return [(write.stream, write.expected_version) for write in append.writes] + [
        (read.stream, read.version) for read in append.unchanged
    ]


def _rows(append: Append) -> list[tuple[Any, ...]]:
    meta = _encode_meta(append.meta)
    return [row for write in append.writes for row in _write_rows(write, meta)]


def _write_rows(write: Write, meta: bytes) -> list[tuple[Any, ...]]:
    return [
        (
            write.stream,
            version,
            new.type,
            new.event_id,
            write.partition_key,
            new.body,
            meta,
            new.effective_on,
            new.published,
        )
        for version, new in enumerate(write.events, write.expected_version + 1)
    ]


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return (
        [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
    )
