"""The funds' trees on PostgreSQL: leaves in the order of the contracts log, and the tiles above.

Law: a posting's bytes are stored once, when its fund's tree grows by them, and hashed as they are;
nobody writes them a second time. Growing moves the head in the same transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from services.gateway.proofs.leaves import leaf
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Connection, Pool
from shared.proofs.merkle import (
    Node,
    Range,
    consistency_path,
    inclusion_path,
    leaf_hash,
)
from shared.proofs.tiles import TileName, edge, grown, hash_in, needed, root_of, tile_of

PAGE = 1000  # small, so that whoever reads meanwhile does not wait for a page's hashes

_BEHIND = """
select b.key from {table} b left join proofs.heads h on h.fund = b.key
where exists (select from {lines} l where l.key = b.key
              and (l.number, l.line) > (coalesce(h.publication, 0), coalesce(h.line, -1)))
order by b.key
"""
_TILES = """
select t.level, t.place, t.hashes from proofs.tiles t
join unnest($2::integer[], $3::bigint[]) as asked (level, place) using (level, place)
where t.fund = $1
"""
_KEEP_TILES = """
insert into proofs.tiles (fund, level, place, hashes)
select $1, level, place, hashes from unnest($2::integer[], $3::bigint[], $4::bytea[])
    as new (level, place, hashes)
on conflict (fund, level, place) do update set hashes = excluded.hashes
"""


class TreeDamaged(Refused):
    """The hashes kept do not agree with one another; restore the gateway's database."""

    code = "tree-damaged"


class Head(NamedTuple):
    """How far a tree has grown, the place of the posting it grew by last, and which of the fund's
    trees it is: more than one where the log it follows was restored.
    """

    size: int
    publication: int
    line: int
    turn: int


async def locked(connection: Connection, fund: str) -> Head:
    """A fund's head, which nobody else moves until the transaction ends."""
    await connection.execute(
        "insert into proofs.heads values ($1, 0, 0, -1, 1) on conflict do nothing", fund
    )
    record = await connection.fetchrow(
        "select size, publication, line, turn from proofs.heads where fund = $1 for update", fund
    )
    return Head(*(record or ()))


async def tiles(
    connection: Connection | Pool, fund: str, names: Iterable[TileName]
) -> dict[TileName, bytes]:
    asked = list(names)
    records = await connection.fetch(
        _TILES, fund, [name.level for name in asked], [name.place for name in asked]
    )
    return {TileName(record[0], record[1]): record[2] for record in records}


async def hashes(connection: Connection | Pool, fund: str, ranges: Sequence[Range]) -> list[bytes]:
    """The roots over these ranges of leaves. Raises TreeDamaged."""
    found = await tiles(connection, fund, needed(ranges))
    try:
        return [root_of(leaves, found) for leaves in ranges]
    except (KeyError, ValueError) as error:
        raise TreeDamaged from error


async def root_at(connection: Connection | Pool, fund: str, size: int) -> bytes:
    return (await hashes(connection, fund, [(0, size)]))[0]


class Included(NamedTuple):
    """A posting's bytes, its hash, and the path from there to a root."""

    posting: bytes
    hash: bytes
    path: list[bytes]


class Trees:
    """Every fund's tree, which follows the lines of the funds' books."""

    def __init__(self, pool: Pool, books: ViewStore[Any]) -> None:
        self._pool = pool
        self._books = books

    async def behind(self) -> list[str]:
        """The funds whose books have lines that are in no tree."""
        lines = self._books.tables.lines_table
        statement = _BEHIND.format(table=self._books.tables.table, lines=lines)
        return [record[0] for record in await self._pool.fetch(statement)]

    async def grow(self, fund: str) -> int:
        """Takes every line there is; says how many. Harmless when repeated: the head is locked."""
        taken = 0
        while True:
            async with self._pool.acquire() as connection, connection.transaction():
                page = await self._grow(connection, fund)
            taken += page
            if page < PAGE:
                return taken

    async def _grow(self, connection: Connection, fund: str) -> int:
        head = await locked(connection, fund)
        lines = await self._books.emitted(connection, fund, (head.publication, head.line), PAGE)
        if not lines:
            return 0
        leaves = [leaf(one.number, one.line, one.known_at, one.content) for one in lines]
        kept = await tiles(connection, fund, edge(head.size))
        changed = grown(head.size, kept, [leaf_hash(one) for one in leaves])
        await connection.copy_records_to_table(
            "leaves",
            schema_name="proofs",
            columns=["fund", "number", "publication", "line", "posting"],
            records=[
                (fund, number, one.number, one.line, posting)
                for number, (one, posting) in enumerate(
                    zip(lines, leaves, strict=True), head.size + 1
                )
            ],
        )
        await connection.execute(
            _KEEP_TILES,
            fund,
            [name.level for name in changed],
            [name.place for name in changed],
            list(changed.values()),
        )
        await connection.execute(
            "update proofs.heads set size = $2, publication = $3, line = $4 where fund = $1",
            fund,
            head.size + len(lines),
            lines[-1].number,
            lines[-1].line,
        )
        return len(lines)

    async def head(self, fund: str) -> Head | None:
        record = await self._pool.fetchrow(
            "select size, publication, line, turn from proofs.heads where fund = $1", fund
        )
        return Head(*record) if record else None

    async def included(self, fund: str, number: int, size: int) -> Included | None:
        """A line of the journal and its path to the root of a size; None where it has none."""
        if not 0 < number <= size:
            return None
        path = inclusion_path(number - 1, size)
        node = Node(0, number - 1)
        posting, found = await asyncio.gather(
            self._pool.fetchval(
                "select posting from proofs.leaves where fund = $1 and number = $2", fund, number
            ),
            tiles(self._pool, fund, needed(path) | {tile_of(node)}),
        )
        if posting is None:
            return None
        try:
            own = hash_in(found[tile_of(node)], node)
            return Included(posting, own, [root_of(leaves, found) for leaves in path])
        except (KeyError, ValueError) as error:
            raise TreeDamaged from error

    async def consistency(self, fund: str, earlier: int, later: int) -> list[bytes]:
        """The proof that the tree of the later size began as that of the earlier."""
        return await hashes(self._pool, fund, consistency_path(earlier, later))


async def postings(
    connection: Connection | Pool, fund: str, after: int, limit: int
) -> list[tuple[int, bytes]]:
    """Stored postings with their numbers, after a number, in order."""
    records = await connection.fetch(
        "select number, posting from proofs.leaves where fund = $1 and number > $2"
        " order by number limit $3",
        fund,
        after,
        limit,
    )
    return [(record[0], record[1]) for record in records]
