"""Appends of one process, gathered while the last ones are being committed, a batch at a time.

The lock that makes order commit order is paid once a batch. A batch never holds two appends that
touch the same stream, so each is judged against what was committed before it. What nothing stands
against goes the short way; anything else is judged by `log.append`, and only the guilty fail.
Asking again is safe where a lost connection left open whether it was committed: the log knows its
command ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from shared.eventsourcing.log import Append, Appended, VersionConflict, Write
from shared.postgres.pool import Connection, Pool

BATCH = 64
LINGER_SECONDS = 0.05

_APPEND_ONE = "select log.append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
_APPEND_TOGETHER = """
select log.append_together($1::uuid[], $2::text[], $3::integer[], $4::uuid[], $5::text[],
    $6::integer[], $7::text[], $8::uuid[], $9::text[], $10::bytea[], $11::bytea[], $12::date[],
    $13::integer[], $14, $15)
"""
_APPEND = """
select * from log.append($1::uuid[], $2::integer[], $3::text[], $4::integer[],
    $5::integer[], $6::text[], $7::integer[], $8::text[], $9::uuid[], $10::text[],
    $11::bytea[], $12::bytea[], $13::date[], $14::boolean[], $15)
"""

_encode_meta = msgspec.json.Encoder().encode

Find = Callable[[UUID], Awaitable[Appended | None]]


class _Waiting(NamedTuple):
    append: Append
    answer: asyncio.Future[Appended]


class GroupCommit:
    """The one way into a log. `find` knows earlier answers; `grown` is told of every commit.

    Between commits it keeps its connection a little while, for the next append.
    """

    def __init__(self, pool: Pool, find: Find, grown: Callable[[], None]) -> None:
        self._pool = pool
        self._find = find
        self._grown = grown
        self._queue: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
        self._idle: asyncio.Future[None] | None = None

    async def append(self, append: Append) -> Appended:
        """Raises VersionConflict. Whoever no longer waits for the answer does not undo it."""
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(append, answer))
        if self._idle is not None:
            _wake(self._idle)
        elif self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        return await answer

    async def _commit_all(self) -> None:
        while self._queue:
            batch: list[_Waiting] = []
            try:
                async with self._pool.acquire() as connection:
                    while self._queue or await self._more():
                        batch = self._next_batch()
                        await self._commit(connection, batch)
            except Exception:  # noqa: BLE001 - every waiter hears of it, none hangs
                await self._one_by_one(batch or self._next_batch())

    async def _more(self) -> bool:
        """Whether another append comes before long."""
        loop = asyncio.get_running_loop()
        self._idle = loop.create_future()
        timer = loop.call_later(LINGER_SECONDS, _wake, self._idle)
        try:
            await self._idle
        finally:
            timer.cancel()
            self._idle = None
        return bool(self._queue)

    async def _commit(self, connection: Connection, batch: list[_Waiting]) -> None:
        if not await self._unopposed(connection, batch):
            await self._judged(connection, batch)
        self._grown()

    def _next_batch(self) -> list[_Waiting]:
        """As many waiting appends as share no stream and no command; the others keep their turn."""
        if len(self._queue) == 1:
            alone, self._queue = self._queue, []
            return alone
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

    async def _unopposed(self, connection: Connection, batch: list[_Waiting]) -> bool:
        """Appends all of the batch, or nothing and says so."""
        if len(batch) == 1 and (single := _single(batch[0].append)):
            stands = await connection.fetchval(_APPEND_ONE, *single)
            if stands is not None:
                _answer(batch[0], *stands)
            return stands is not None
        stood = await connection.fetchval(_APPEND_TOGETHER, *_together([w.append for w in batch]))
        if stood is None:
            return False
        position, publication = stood
        for waiting in batch:
            for write in waiting.append.writes:
                position += len(write.events)
                publication += sum(new.published for new in write.events)
            _answer(waiting, position, publication)
        return True

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            try:
                async with self._pool.acquire() as connection:
                    await self._judged(connection, [waiting])
            except Exception as alone:  # noqa: BLE001 - raised again in the guilty caller
                _fail(waiting, alone)
        self._grown()

    async def _judged(self, connection: Connection, batch: list[_Waiting]) -> None:
        rows = await connection.fetch(_APPEND, *_judgement([waiting.append for waiting in batch]))
        for row in rows:
            request: int = row["request"]
            waiting = batch[request - 1]
            if row["outcome"] == "stale":
                _fail(waiting, VersionConflict(", ".join(sorted(waiting.append.streams))))
            elif row["outcome"] == "known":
                await self._answer_again(waiting)
            else:
                _answer(waiting, row["last_position"], row["last_publication"])

    async def _answer_again(self, waiting: _Waiting) -> None:
        known = await self._find(waiting.append.command_id)
        if known is not None and not waiting.answer.done():
            waiting.answer.set_result(known)


def _wake(idle: asyncio.Future[None]) -> None:
    if not idle.done():
        idle.set_result(None)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _answer(waiting: _Waiting, position: int, publication: int) -> None:
    if waiting.answer.done():
        return
    append = waiting.append
    waiting.answer.set_result(
        Appended(
            position=position,
            publication=publication,
            versions={
                write.stream: write.expected_version + len(write.events) for write in append.writes
            },
            request_hash=append.meta.request_hash,
        )
    )


def _single(append: Append) -> tuple[Any, ...] | None:
    """An append of one event to one stream as the values that `log.append_one` takes."""
    if len(append.writes) != 1 or append.unchanged or len(append.writes[0].events) != 1:
        return None
    [write] = append.writes
    [new] = write.events
    return (
        append.command_id,
        write.stream,
        write.expected_version,
        new.type,
        new.event_id,
        write.partition_key,
        new.body,
        _encode_meta(append.meta),
        new.effective_on,
        new.published,
        append.now,
    )


def _together(appends: Sequence[Append]) -> list[Any]:
    """The batch as the parallel arrays that `log.append_together` takes."""
    events: list[tuple[Any, ...]] = []
    published = 0
    for append in appends:
        meta = _encode_meta(append.meta)
        for write in append.writes:
            for version, new in enumerate(write.events, write.expected_version + 1):
                published += new.published
                events.append(
                    (
                        append.command_id,
                        write.stream,
                        version,
                        new.type,
                        new.event_id,
                        write.partition_key,
                        new.body,
                        meta,
                        new.effective_on,
                        published if new.published else None,
                    )
                )
    return [
        [append.command_id for append in appends],
        *_transposed([pair for append in appends for pair in _expectations(append)], 2),
        *_transposed(events, 10),
        published,
        max(append.now for append in appends),
    ]


def _judgement(appends: Sequence[Append]) -> list[Any]:
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
