"""The log on PostgreSQL: one table, read by position, by publication and by stream.

It is written by `GroupCommit` alone; what grows is told to this process's own readers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.eventsourcing.events import Envelope, Meta
from shared.eventsourcing.group_commit import GroupCommit
from shared.eventsourcing.log import Append, Appended, Epoch, Head, epoch_at
from shared.postgres.pool import Pool

_COLUMNS = """position, publication, stream, version, type, event_id, command_id, partition_key,
    body, meta, effective_on, recorded_at"""
_STREAM = f"select {_COLUMNS} from log.events where stream = $1 and version > $2 order by version"
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

_decode_meta = msgspec.json.Decoder(Meta).decode


class PostgresLog:
    """One service's history in its own database."""

    def __init__(self, name: str, pool: Pool, epochs: tuple[Epoch, ...]) -> None:
        self.name = name
        self._pool = pool
        self._epochs = epochs
        self._grown = asyncio.Event()
        self._commits = GroupCommit(pool, self.find, self._has_grown)

    @classmethod
    async def open(cls, name: str, pool: Pool) -> PostgresLog:
        rows = await pool.fetch(
            "select epoch, first_position, first_publication from log.epochs order by epoch"
        )
        return cls(name, pool, tuple(Epoch(*row) for row in rows))

    async def append(self, append: Append) -> Appended:
        return await self._commits.append(append)

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        return self._epochs

    @property
    def growth(self) -> asyncio.Event:
        return self._grown

    def _has_grown(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()

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

    async def read_stream(self, stream: str, after: int = 0) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_STREAM, stream, after))

    async def read(self, after: int, limit: int) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_READ, after, limit))

    async def read_published(self, after: int, limit: int) -> list[Envelope]:
        return self._envelopes(await self._pool.fetch(_PUBLISHED, after, limit))

    def _envelopes(self, rows: Sequence[Any]) -> list[Envelope]:
        if not rows:
            return []
        epoch, last = (epoch_at(self._epochs, rows[n][0]) for n in (0, -1))
        return [
            Envelope(
                position=row[0],
                publication=row[1],
                epoch=epoch if epoch == last else epoch_at(self._epochs, row[0]),
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
