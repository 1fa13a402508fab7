"""The sealed envelope, byte by byte: written and read, nothing in it opened.

Law: an envelope has one way to be written; whatever is written otherwise is refused.
"""

from __future__ import annotations

import hashlib
from itertools import combinations

import msgspec

from shared.sealing.keys import (
    FEWEST_OFFICERS,
    MOST_OFFICERS,
    POINT_BYTES,
    Unreadable,
    public_key,
)

MAGIC = b"GTBID\x00\x00\x01"
HASH_BYTES = 32
WRAPPED_BYTES = 40
NONCE_BYTES = 12
TAG_BYTES = 16
PAGE_BYTES = 4096
MOST_CONTENT_BYTES = 256 * 1024
MOST_NAME_BYTES = 80
LENGTH_BYTES = 2
MOST_ENVELOPE_BYTES = MOST_CONTENT_BYTES + PAGE_BYTES + 4096

Pair = tuple[int, int]


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed bid. `wrapped` has the secret once for each pair of officers, in `pairs` order."""

    tender: str
    provider: str
    officers: tuple[bytes, ...]
    ephemeral: bytes
    commitment: bytes
    checks: tuple[bytes, ...]
    wrapped: tuple[bytes, ...]
    nonce: bytes
    sealed: bytes

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return pairs_of(len(self.officers))

    def context(self) -> bytes:
        """The salt of every derivation: who and what this envelope is for, hashed."""
        return context_of(self.tender, self.provider, self.officers, self.ephemeral)

    def head(self) -> bytes:
        """Everything before the sealed bytes, which are bound to it."""
        return b"".join(
            (
                opening_bytes(self.tender, self.provider, self.officers, self.ephemeral),
                self.commitment,
                *self.checks,
                *self.wrapped,
                self.nonce,
            )
        )

    def written(self) -> bytes:
        return self.head() + self.sealed


def pairs_of(officers: int) -> tuple[Pair, ...]:
    """(0, 1), (0, 2) … in order."""
    return tuple(combinations(range(officers), 2))


def opening_bytes(
    tender: str, provider: str, officers: tuple[bytes, ...], ephemeral: bytes
) -> bytes:
    named = b"".join(
        len(n).to_bytes(LENGTH_BYTES, "big") + n for n in map(_name, (tender, provider))
    )
    return MAGIC + named + bytes([len(officers)]) + b"".join(officers) + ephemeral


def context_of(tender: str, provider: str, officers: tuple[bytes, ...], ephemeral: bytes) -> bytes:
    return hashlib.sha256(opening_bytes(tender, provider, officers, ephemeral)).digest()


def _name(told: str) -> bytes:
    """Raises Unreadable for a name of no bytes or more than 80."""
    raw = told.encode()
    if not 0 < len(raw) <= MOST_NAME_BYTES:
        raise Unreadable("A tender and a provider are named in 1 to 80 bytes.")
    return raw


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        found = self._raw[self._at : self._at + count]
        if len(found) != count:
            raise Unreadable("The envelope ends before its end.")
        self._at += count
        return found

    def name(self) -> str:
        count = int.from_bytes(self.take(LENGTH_BYTES), "big")
        if not 0 < count <= MOST_NAME_BYTES:
            raise Unreadable("A tender and a provider are named in 1 to 80 bytes.")
        try:
            return self.take(count).decode()
        except UnicodeDecodeError as error:
            raise Unreadable("A name in the envelope is not UTF-8.") from error

    def many(self, count: int, each: int) -> tuple[bytes, ...]:
        return tuple(self.take(each) for _ in range(count))

    def rest(self) -> bytes:
        return self._raw[self._at :]


def parse(raw: bytes) -> Envelope:
    """Raises Unreadable, whose sentence says what is not as it must be."""
    if len(raw) > MOST_ENVELOPE_BYTES:
        raise Unreadable(f"An envelope has {MOST_ENVELOPE_BYTES} bytes at most.")
    found = _parsed(raw)
    pages, over = divmod(len(found.sealed) - TAG_BYTES, PAGE_BYTES)
    if pages < 1 or over:
        raise Unreadable(f"What is sealed comes in pages of {PAGE_BYTES} bytes, and a tag of 16.")
    return found


def parse_head(raw: bytes) -> Envelope:
    """An envelope without what is sealed in it, as officers get it. Raises Unreadable."""
    found = _parsed(raw)
    if found.sealed:
        raise Unreadable("There is more here than the head of an envelope.")
    return found


def _parsed(raw: bytes) -> Envelope:
    reader = _Reader(raw)
    if reader.take(len(MAGIC)) != MAGIC:
        raise Unreadable("This is no sealed bid, or one of another version.")
    tender, provider = reader.name(), reader.name()
    count = reader.take(1)[0]
    if not FEWEST_OFFICERS <= count <= MOST_OFFICERS:
        raise Unreadable(f"A bid is sealed to {FEWEST_OFFICERS} to {MOST_OFFICERS} officers.")
    officers = reader.many(count, POINT_BYTES)
    if list(officers) != sorted(set(officers)):
        raise Unreadable("The officers' keys must be in order, each once.")
    ephemeral = reader.take(POINT_BYTES)
    for point in (*officers, ephemeral):
        public_key(point)
    return Envelope(
        tender=tender,
        provider=provider,
        officers=officers,
        ephemeral=ephemeral,
        commitment=reader.take(HASH_BYTES),
        checks=reader.many(count, HASH_BYTES),
        wrapped=reader.many(len(pairs_of(count)), WRAPPED_BYTES),
        nonce=reader.take(NONCE_BYTES),
        sealed=reader.rest(),
    )
