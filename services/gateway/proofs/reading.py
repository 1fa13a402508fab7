"""What was signed of the funds, read back: checkpoints, seals, one balance of a seal, bundles.

Law: everything here is read as it was stored; nothing is signed or made by a reader.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from services.gateway.proofs.cosigning import Cosigning, full_note
from services.gateway.proofs.seals import Balance, leaf
from services.gateway.proofs.signing import SignedCheckpoint
from services.gateway.proofs.tree import PAGE, postings, tiles
from shared.eventsourcing.commands import Missing
from shared.postgres.pool import Pool
from shared.proofs.merkle import Node, inclusion_path, leaf_hash
from shared.proofs.merkle import root as root_over
from shared.proofs.notes import Verifier
from shared.proofs.tiles import hash_in, tile_of

FORMAT = "goldenthread-ledger-proof/1"
_CHECKPOINT = "fund, size, root, note, signed_at"


class KeptSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A seal as it is kept."""

    fund: str
    period: str
    size: int
    note: str
    made_at: datetime


class BalanceProof(NamedTuple):
    """One balance of a seal, and the path from its leaf to the seal's root."""

    balance: Balance
    leaf: bytes
    place: int
    balances: int
    path: list[bytes]


class Proofs:
    """What there is of a fund's proofs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.cosigning = Cosigning(pool)

    async def checkpoints(self, fund: str, after: int, limit: int) -> list[SignedCheckpoint]:
        records = await self._pool.fetch(
            f"select {_CHECKPOINT} from proofs.checkpoints where fund = $1 and size > $2"
            " order by size limit $3",
            fund,
            after,
            limit,
        )
        return [msgspec.convert(dict(record), SignedCheckpoint) for record in records]

    async def checkpoint(self, fund: str, size: int) -> SignedCheckpoint:
        """Raises Missing."""
        found = await self.checkpoints(fund, size - 1, 1)
        if not found or found[0].size != size:
            raise Missing
        return found[0]

    async def seals(self, fund: str) -> list[KeptSeal]:
        records = await self._pool.fetch(
            "select fund, period, size, note, made_at from proofs.seals where fund = $1"
            " order by size, period",
            fund,
        )
        return [msgspec.convert(dict(record), KeptSeal) for record in records]

    async def balances(self, seal: KeptSeal) -> list[Balance]:
        records = await self._pool.fetch(
            "select account, balance_pence, salt from proofs.sealed_balances"
            " where fund = $1 and period = $2 and size = $3 order by place",
            seal.fund,
            seal.period,
            seal.size,
        )
        return [Balance(*record) for record in records]

    async def seal(self, fund: str, period: str, size: int | None) -> KeptSeal:
        """A period's seal at a size, or its latest. Raises Missing."""
        found = [
            one
            for one in await self.seals(fund)
            if one.period == period and size in (None, one.size)
        ]
        if not found:
            raise Missing
        return found[-1]

    async def balance(self, seal: KeptSeal, account: str) -> BalanceProof:
        """Raises Missing where the period has no such account."""
        balances = await self.balances(seal)
        place = next((n for n, one in enumerate(balances) if one.account == account), None)
        if place is None:
            raise Missing
        hashes = [leaf_hash(leaf(seal.period, one)) for one in balances]
        path = [root_over(hashes[start:end]) for start, end in inclusion_path(place, len(balances))]
        own = leaf(seal.period, balances[place])
        return BalanceProof(balances[place], own, place, len(balances), path)

    # -- bundles

    async def bundle(
        self, fund: str, keys: Sequence[Verifier], last: SignedCheckpoint
    ) -> AsyncGenerator[bytes]:
        """Everything an auditor needs up to a checkpoint, line by line; the last line sums it up.

        What is read was stored once and is never changed, so that pages make one whole.
        """
        count: dict[str, int] = {}
        sum_of_all = hashlib.sha256()
        async for record in self._records(fund, keys, last):
            count[record["kind"]] = count.get(record["kind"], 0) + 1
            line = _line(record)
            sum_of_all.update(line)
            yield line
        yield _line(
            {
                "kind": "end",
                "postings": count.get("posting", 0),
                "checkpoints": count.get("checkpoint", 0),
                "seals": count.get("seal", 0),
                "sha256": sum_of_all.hexdigest(),
            }
        )

    async def _records(
        self, fund: str, keys: Sequence[Verifier], last: SignedCheckpoint
    ) -> AsyncGenerator[dict[str, Any]]:
        origin = last.note.partition("\n")[0]
        yield {"kind": "bundle", "format": FORMAT, "origin": origin}
        for key in keys:
            yield {"kind": "key", "verifier": str(key)}
        for key in await self.cosigning.keys(fund):
            yield {"kind": "key", "verifier": key.verifier}
        checkpoints = await self.checkpoints(fund, 0, last.size)
        seals = await self.seals(fund)
        done = 0
        for checkpoint in checkpoints:
            if checkpoint.size > last.size:
                return
            async for record in self._postings(fund, done, checkpoint.size):
                yield record
            done = checkpoint.size
            given = await self.cosigning.under(fund, [checkpoint.size])
            yield {"kind": "checkpoint", "note": full_note(checkpoint, given)}
            for seal in seals:
                if seal.size == checkpoint.size:
                    yield {"kind": "seal", "note": seal.note}
                    for balance in await self.balances(seal):
                        yield _balance_record(seal, balance)

    async def _postings(self, fund: str, after: int, to: int) -> AsyncGenerator[dict[str, Any]]:
        while after < to:
            page = await postings(self._pool, fund, after, min(PAGE, to - after))
            if not page:
                return
            nodes = {number: Node(0, number - 1) for number, _ in page}
            kept = await tiles(self._pool, fund, set(map(tile_of, nodes.values())))
            for number, posting in page:
                node = nodes[number]
                yield {
                    "kind": "posting",
                    "number": number,
                    "hash": hash_in(kept[tile_of(node)], node).hex(),
                    "posting": posting.decode(),
                }
            after = page[-1][0]


def _balance_record(seal: KeptSeal, balance: Balance) -> dict[str, Any]:
    return {
        "kind": "balance",
        "account": balance.account,
        "balance_pence": balance.balance_pence,
        "salt": balance.salt.hex(),
        "hash": leaf_hash(leaf(seal.period, balance)).hex(),
    }


def _line(record: dict[str, Any]) -> bytes:
    """A record in the one way a verifier takes it."""
    told = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{told}\n".encode()
