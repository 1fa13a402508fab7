"""Checkpoints, accounts, parked keys and skips: what any subscriber keeps about its place.

Every statement runs in the subscriber's own transaction, so its place and its work move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from shared.eventsourcing.accounting import Accounts, write_after, write_of_each
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.row_tables import transposed
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered, Overtaken
from shared.postgres.pool import Connection, Pool

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Envelope).decode

_FIRST = "insert into kept.checkpoints values ($1, $2, $3, $4) on conflict do nothing"
_SWAP = (
    "update kept.checkpoints set epoch = $3, number = $4"
    " where subscriber = $1 and source = $2 and epoch = $5 and number = $6"
)

_FIRST_ALL = (
    "insert into kept.checkpoints select name, $2, $3, $4 from unnest($1::text[]) as name"
    " on conflict do nothing"
)
_SWAP_ALL = (
    "update kept.checkpoints set epoch = $3, number = $4"
    " where subscriber = any($1) and source = $2 and epoch = $5 and number = $6"
)
_SET_ASIDE = """
select array(select distinct fold_key from kept.parked where subscriber = $1 and source = $2)
        as blocked,
    array(select number from kept.skipped where subscriber = $3 and source = $2) as skipped
"""


class NotParked(Missing):
    """No such event is parked for this subscriber."""

    code = "not-parked"


class Parked(NamedTuple):
    """An event set aside, or one waiting behind it."""

    number: int
    key: str
    envelope: Envelope
    reason: str


class SetAside(NamedTuple):
    """The fold keys that wait for a person, and the numbers given up on record."""

    blocked: set[str]
    skipped: set[int]


class Places:
    """The places of subscribers that a page holds nothing for: one statement moves them all."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def move(
        self,
        names: Sequence[str],
        source: str,
        at: Checkpoint,
        to: Checkpoint,
        numbered: Iterable[Numbered],
    ) -> set[str]:
        """Accounts for the page like `Parking.move`; says who was where the caller thinks."""
        accounts = Accounts()
        accounts.add(numbered)
        swap = _FIRST_ALL if at == BEGINNING else _SWAP_ALL
        place = (*to,) if at == BEGINNING else (*to, *at)
        write = write_of_each(len(place) + 2, "moved")
        rows = await self._pool.fetch(
            f"with moved as ({swap} returning subscriber), written as ({write})"
            " select subscriber from moved",
            sorted(names),
            source,
            *place,
            *accounts.columns(),
        )
        return {row[0] for row in rows}


class Parking:
    """One subscriber's place, kept by `name`; skips go by `known_as`, which outlives rebuilds."""

    def __init__(self, name: str, known_as: str) -> None:
        self._name = name
        self._known_as = known_as

    async def checkpoint(self, pool: Pool, source: str) -> Checkpoint:
        row = await pool.fetchrow(
            "select epoch, number from kept.checkpoints where subscriber = $1 and source = $2",
            self._name,
            source,
        )
        return Checkpoint(*row) if row else BEGINNING

    async def move(
        self,
        connection: Connection,
        source: str,
        at: Checkpoint,
        to: Checkpoint,
        numbered: Iterable[Numbered],
    ) -> None:
        """Swaps the checkpoint and accounts for what the caller has gone through to move it:
        applied, parked, skipped on record or found to be none of its own.

        Raises Overtaken if it is not where the caller thinks.
        """
        accounts = Accounts()
        accounts.add(numbered)
        swap = _FIRST if at == BEGINNING else _SWAP
        place = (*to,) if at == BEGINNING else (*to, *at)
        write = write_after(len(place) + 2, " where exists (select from moved)")
        moved = await connection.fetchval(
            f"with moved as ({swap} returning true), written as ({write})"
            " select exists (select from moved)",
            self._name,
            source,
            *place,
            *accounts.columns(),
        )
        if not moved:
            raise Overtaken(f"{self._name} is no longer at {at.number} of {source}")

    async def account(self, connection: Connection, source: str, accounts: Accounts) -> None:
        """Accounts for numbers gathered beforehand, in the transaction that moves the place."""
        await connection.execute(write_after(2), self._name, source, *accounts.columns())

    async def set_aside(self, connection: Connection, source: str) -> SetAside:
        """Asked after the place has moved, so that whoever held it meanwhile has been heard."""
        row = await connection.fetchrow(_SET_ASIDE, self._name, source, self._known_as)
        return SetAside(set(row["blocked"]), set(row["skipped"])) if row else SetAside(set(), set())

    async def park(self, connection: Connection, source: str, parked: Sequence[Parked]) -> None:
        if parked:
            await connection.execute(
                "insert into kept.parked select $1, $2, number, key, envelope, reason, now()"
                " from unnest($3::bigint[], $4::text[], $5::bytea[], $6::text[])"
                " as new (number, key, envelope, reason)",
                self._name,
                source,
                *transposed([(p.number, p.key, _encode(p.envelope), p.reason) for p in parked], 4),
            )

    async def hold(self, connection: Connection, source: str) -> None:
        """Keeps the checkpoint where it is until the transaction ends."""
        await connection.execute(
            "select from kept.checkpoints where subscriber = $1 and source = $2 for update",
            self._name,
            source,
        )

    async def waiting(self, connection: Connection, source: str, key: str) -> list[Numbered]:
        rows = await connection.fetch(
            "select number, envelope from kept.parked where subscriber = $1 and source = $2"
            " and fold_key = $3 order by number",
            self._name,
            source,
            key,
        )
        return [Numbered(row[0], _decode(row[1])) for row in rows]

    async def unpark(self, connection: Connection, source: str, numbers: Sequence[int]) -> bool:
        """Says whether any of them was parked."""
        status = await connection.execute(
            "delete from kept.parked where subscriber = $1 and source = $2 and number = any($3)",
            self._name,
            source,
            list(numbers),
        )
        return not status.endswith(" 0")

    async def skip(
        self,
        connection: Connection,
        source: str,
        number: int,
        person: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Gives up one parked event, on record. Raises NotParked."""
        removed = await self.unpark(connection, source, [number])
        if not removed:
            raise NotParked
        await connection.execute(
            "insert into kept.skipped values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            self._known_as,
            source,
            number,
            person,
            reason,
            now,
        )
