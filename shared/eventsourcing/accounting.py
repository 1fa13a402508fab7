"""Accounts: which numbers of a source a subscriber has gone through, one bit for each.

A checkpoint only says how far somebody has come; that nothing was passed over on the way is said
by bits set one by one, by whoever had the event in hand, in the transaction that moves the
checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import asyncpg

from shared.eventsourcing.subscriptions import Numbered
from shared.postgres.pool import Connection

BLOCK = 1024
_BYTES = BLOCK // 8
_FULL = (1 << BLOCK) - 1


def write_after(n: int, condition: str = "") -> str:
    """Adds accounts given as three parameters after the nth to what is accounted for already."""
    return _write("$1", f"{_given(n)}{condition}")


def write_of_each(n: int, subscribers: str) -> str:
    """The same for every subscriber of a relation."""
    return _write("subscriber", f"{_given(n)}, {subscribers}")


def _given(n: int) -> str:
    columns = f"${n + 1}::integer[], ${n + 2}::bit(1024)[], ${n + 3}::uuid[]"
    return f"unnest({columns}) as new (block, bits, last_event)"


def _write(subscriber: str, source: str) -> str:
    return (
        "insert into kept.accounted (subscriber, source, block, bits, last_event)"
        f" select {subscriber}, $2, block, bits, last_event from {source}"
        " on conflict (subscriber, source, block) do update"
        " set bits = accounted.bits | excluded.bits, last_event = excluded.last_event"
    )


class Span(NamedTuple):
    """Consecutive numbers, both ends among them."""

    first: int
    last: int


class Accounts:
    """Numbers gone through, gathered block by block until they are written."""

    def __init__(self) -> None:
        self._bits: dict[int, int] = {}
        self._last: dict[int, UUID] = {}

    def add(self, numbered: Iterable[Numbered]) -> None:
        for block, gone_through in groupby(numbered, lambda item: item.number // BLOCK):
            bits, last = self._bits.get(block, 0), None
            for number, envelope in gone_through:
                bits |= 1 << number % BLOCK
                last = envelope
            if last is not None:
                self._bits[block], self._last[block] = bits, last.event_id

    def columns(self) -> tuple[list[int], list[asyncpg.BitString], list[UUID]]:
        """As the parameters that a statement of `write_after` takes."""
        bits = [_stored(bits) for bits in self._bits.values()]
        return list(self._bits), bits, list(self._last.values())


def _stored(bits: int) -> asyncpg.BitString:
    return asyncpg.BitString.frombytes(bits.to_bytes(_BYTES, "big"), bitlength=BLOCK)


def as_bits(stored: asyncpg.BitString) -> int:
    """Number `n` of block `b` is bit `n - b * 1024`, counted from the right."""
    return int.from_bytes(stored.bytes, "big")


def unaccounted(first: int, last: int, blocks: Mapping[int, int]) -> list[Span]:
    """The numbers from first to last without a bit, as spans in order."""
    found: list[Span] = []
    for block in range(first // BLOCK, last // BLOCK + 1) if first <= last else ():
        start = max(first - block * BLOCK, 0)
        end = min(last - block * BLOCK, BLOCK - 1)
        wanted = (_FULL >> (BLOCK - 1 - end)) & ~((1 << start) - 1)
        if missing := wanted & ~blocks.get(block, 0):
            found += (
                Span(block * BLOCK + low, block * BLOCK + high) for low, high in _runs(missing)
            )
    return joined(found)


def _runs(bits: int) -> Iterable[tuple[int, int]]:
    """The runs of ones, from the right."""
    place = 0
    while bits:
        zeros = (bits & -bits).bit_length() - 1
        bits >>= zeros
        ones = (~bits & (bits + 1)).bit_length() - 1
        yield place + zeros, place + zeros + ones - 1
        bits >>= ones
        place += zeros + ones


def joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbouring spans as one."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].last + 1 == span.first:
            found[-1] = Span(found[-1].first, span.last)
        else:
            found.append(span)
    return found


def counted(spans: Iterable[Span]) -> int:
    return sum(span.last - span.first + 1 for span in spans)


async def take_back(connection: Connection, subscriber: str, source: str, first: int) -> None:
    """Clears what is accounted for from a number on: those numbers now mean other events."""
    block, place = divmod(first, BLOCK)
    kept = _stored((1 << place) - 1)
    await connection.execute(
        "delete from kept.accounted where subscriber = $1 and source = $2"
        " and (block > $3 or block = $3 and $4)",
        subscriber, source, block, place == 0,
    )  # fmt: skip
    await connection.execute(
        "update kept.accounted set bits = bits & $4::bit(1024), last_event = null"
        " where subscriber = $1 and source = $2 and block = $3",
        subscriber, source, block, kept,
    )  # fmt: skip
