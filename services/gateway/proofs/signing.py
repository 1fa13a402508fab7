"""Signs the funds' trees: checkpoints of what they are, seals over the balances of a period.

Law: nothing is signed that is not consistent with everything signed before; what is signed is kept
for ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.gateway.proofs import tree
from services.gateway.proofs.seals import Balance, Seal, until
from shared.eventsourcing.clock import Now
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Connection, Pool
from shared.proofs.notes import Checkpoint, Signer, Verifier, parse_signer, signed
from shared.values.quarters import year_of

SALT_BYTES = 16

_BALANCES = """
select account, sum(amount_pence)::bigint from {lines}
where key = $1 and year = $2 and ($3::date is null or effective_on <= $3)
  and (number, line) <= ($4, $5)
group by account
"""


class NotSigning(Refused):
    """This house has no key to sign its ledgers with; its operator sets LEDGER_SIGNING_KEY."""

    code = "no-signing-key"


class NothingPosted(Refused):
    """Nothing has been posted in this fund, so there is nothing to sign."""

    code = "nothing-posted"


class OriginChanged(Refused):
    """This fund's tree was signed under another name before; a tree has one name for ever."""

    code = "origin-changed"


class KeysDiffer(ValueError):
    """Keys that sign side by side must have one name."""


class SignedCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint as it is kept."""

    fund: str
    size: int
    root: bytes
    note: str
    signed_at: datetime


def signers(told: str) -> tuple[Signer, ...]:
    """Keys parted by white space, the newest first: all of them sign while one follows another.

    Raises Unreadable, KeysDiffer.
    """
    found = tuple(parse_signer(one) for one in told.split())
    if len({one.name for one in found}) > 1:
        raise KeysDiffer
    return found


class Signing:
    """The house's keys, and what is signed with them."""

    def __init__(self, pool: Pool, books: ViewStore[Any], keys: Sequence[Signer], now: Now) -> None:
        self._pool = pool
        self._books = books
        self._keys = tuple(keys)
        self._now = now

    @property
    def can(self) -> bool:
        return bool(self._keys)

    def keys_of(self, fund: str, turn: int = 1) -> list[Signer]:
        """The house's keys under the name of a fund's tree, which no other tree ever has.

        Raises NotSigning.
        """
        if not self._keys:
            raise NotSigning
        which = f"{fund}/{turn}" if turn > 1 else fund
        return [key.named(f"{key.name}/{which}") for key in self._keys]

    async def verifiers(self, fund: str) -> list[Verifier]:
        """The public keys of this house under the name of a fund's tree, former ones last.

        Raises NotSigning.
        """
        turn = await self._pool.fetchval("select turn from proofs.heads where fund = $1", fund)
        keys = self.keys_of(fund, turn or 1)
        records = await self._pool.fetch(
            "select public from proofs.house_keys where name = $1 order by first_used_at desc",
            self._keys[0].name,
        )
        known = [Verifier(keys[0].name, record[0]) for record in records]
        return list(dict.fromkeys([*(key.verifier for key in keys), *known]))

    async def sign(self, fund: str) -> SignedCheckpoint:
        """The checkpoint of a tree as it is now: a new one, or the one it has of that size.

        Raises NotSigning, NothingPosted, OriginChanged, TreeDamaged.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            return await self._sign(connection, fund, await tree.locked(connection, fund))

    async def _sign(self, connection: Connection, fund: str, head: tree.Head) -> SignedCheckpoint:
        keys = self.keys_of(fund, head.turn)
        if head.size == 0:
            raise NothingPosted
        last = await latest(connection, fund)
        if last and last.size == head.size:
            return last
        if last and not last.note.startswith(f"{keys[0].name}\n"):
            raise OriginChanged
        ranges = [(0, head.size), *([(0, last.size)] if last else [])]
        root, *before = await tree.hashes(connection, fund, ranges)
        if last and before != [last.root]:
            raise tree.TreeDamaged
        text = Checkpoint(keys[0].name, head.size, root).text()
        made = SignedCheckpoint(
            fund=fund,
            size=head.size,
            root=root,
            note=signed(text, [key.sign(text) for key in keys]),
            signed_at=self._now(),
        )
        await connection.executemany(
            "insert into proofs.house_keys values ($1, $2, $3) on conflict do nothing",
            [(key.name, key.verifier.public, made.signed_at) for key in self._keys],
        )
        await connection.execute(
            "insert into proofs.checkpoints values ($1, $2, $3, $4, $5)",
            *msgspec.structs.astuple(made),
        )
        return made

    async def seal(self, fund: str, period: str) -> int:
        """Seals a period's balances as the tree has them now, and says at what size.

        Asked again before anything was posted, the seal there is. Raises NoSealedPeriod,
        NotSigning, NothingPosted, TreeDamaged.
        """
        to_day = until(period)
        async with self._pool.acquire() as connection, connection.transaction():
            head = await tree.locked(connection, fund)
            checkpoint = await self._sign(connection, fund, head)
            known = await connection.fetchval(
                "select size from proofs.seals where fund = $1 and period = $2 and size = $3",
                fund,
                period,
                head.size,
            )
            if known is None:
                statement = _BALANCES.format(lines=self._books.tables.lines_table)
                found = await connection.fetch(
                    statement, fund, year_of(period), to_day, head.publication, head.line
                )
                balances = tuple(
                    Balance(account, pence, secrets.token_bytes(SALT_BYTES))
                    for account, pence in sorted(map(tuple, found))
                )
                keys = self.keys_of(fund, head.turn)
                await self._keep_seal(connection, checkpoint, period, balances, keys)
        return head.size

    async def _keep_seal(
        self,
        connection: Connection,
        checkpoint: SignedCheckpoint,
        period: str,
        balances: tuple[Balance, ...],
        keys: Sequence[Signer],
    ) -> None:
        seal = Seal(
            origin=keys[0].name,
            period=period,
            size=checkpoint.size,
            head=checkpoint.root,
            made_at=self._now(),
            balances=balances,
        )
        text = seal.text()
        place = (checkpoint.fund, period, checkpoint.size)
        await connection.execute(
            "insert into proofs.seals values ($1, $2, $3, $4, $5)",
            *place,
            signed(text, [key.sign(text) for key in keys]),
            seal.made_at,
        )
        await connection.executemany(
            "insert into proofs.sealed_balances values ($1, $2, $3, $4, $5, $6, $7)",
            [
                (*place, n, one.account, one.balance_pence, one.salt)
                for n, one in enumerate(balances)
            ],
        )


async def latest(connection: Connection | Pool, fund: str) -> SignedCheckpoint | None:
    record = await connection.fetchrow(
        "select fund, size, root, note, signed_at from proofs.checkpoints where fund = $1"
        " order by size desc limit 1",
        fund,
    )
    return msgspec.convert(dict(record), SignedCheckpoint) if record else None
