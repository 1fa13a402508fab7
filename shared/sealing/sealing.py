"""Sealing a bid and opening it again; every step is a well-kept primitive of `cryptography`.

Law: two parts of different officers open an envelope and one does not, whoever else has it; only
one content can ever come out of an envelope, whichever pair opens it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from hmac import compare_digest

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.sealing.envelopes import (
    HASH_BYTES,
    MOST_CONTENT_BYTES,
    NONCE_BYTES,
    PAGE_BYTES,
    Envelope,
    context_of,
    pairs_of,
)
from shared.sealing.keys import FEWEST_OFFICERS, MOST_OFFICERS, OpeningKey, Unreadable

SECRET_BYTES = 32
PART_BYTES = 32
COUNT_BYTES = 4
_SAYS = b"goldenthread sealed bid 1 "


class NotOpened(Exception):
    """These two parts do not open this envelope."""


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """What must be drawn anew for every envelope, and never used for two."""

    ephemeral: OpeningKey
    secret: bytes
    nonce: bytes

    def __repr__(self) -> str:
        return "Chance()"


def drawn() -> Chance:
    return Chance(
        ephemeral=OpeningKey.made(),
        secret=secrets.token_bytes(SECRET_BYTES),
        nonce=secrets.token_bytes(NONCE_BYTES),
    )


def seal(
    content: bytes,
    tender: str,
    provider: str,
    officers: Iterable[bytes],
    chance: Chance | None = None,
) -> bytes:
    """The envelope of a bid. `chance` is given by tests of the format alone.

    Raises Unreadable for too much content, too few or too many officers, a wrong key or name.
    """
    keys = tuple(sorted(set(officers)))
    if not FEWEST_OFFICERS <= len(keys) <= MOST_OFFICERS:
        raise Unreadable(f"A bid is sealed to {FEWEST_OFFICERS} to {MOST_OFFICERS} officers.")
    by = chance or drawn()
    context = context_of(tender, provider, keys, by.ephemeral.public)
    parts = [_part(by.ephemeral.agreed_with(key), context, key) for key in keys]
    unsealed = Envelope(
        tender=tender,
        provider=provider,
        officers=keys,
        ephemeral=by.ephemeral.public,
        commitment=_derived(by.secret, context, b"commitment"),
        checks=tuple(_check(part, context, key) for part, key in zip(parts, keys, strict=True)),
        wrapped=tuple(
            aes_key_wrap(_pair_key((keys[i], parts[i]), (keys[j], parts[j]), context), by.secret)
            for i, j in pairs_of(len(keys))
        ),
        nonce=by.nonce,
        sealed=b"",
    )
    cipher = AESGCM(_derived(by.secret, context, b"content"))
    head = unsealed.head()
    return head + cipher.encrypt(by.nonce, _padded(content), head)


def part_of(key: OpeningKey, envelope: Envelope) -> bytes:
    """What an officer gives towards opening one envelope; it opens nothing by itself, and nothing
    else. Raises Unreadable where the envelope is not sealed to this key.
    """
    if key.public not in envelope.officers:
        raise Unreadable("This bid is not sealed to this key.")
    return _part(key.agreed_with(envelope.ephemeral), envelope.context(), key.public)


def fits(part: bytes, officer: bytes, envelope: Envelope) -> bool:
    """Whether a part is the one the bidder said this officer would give."""
    said = envelope.checks[envelope.officers.index(officer)]
    return compare_digest(_check(part, envelope.context(), officer), said)


def opened(envelope: Envelope, parts: Mapping[bytes, bytes]) -> bytes:
    """The content, by the first pair of the parts (by officer's public key) that opens it.

    Parts that fit are tried first. Raises NotOpened.
    """
    fitting = [key for key in parts if fits(parts[key], key, envelope)]
    order = [*fitting, *(key for key in parts if key not in fitting)]
    for i, j in pairs_of(len(order)):
        first, second = sorted((order[i], order[j]))
        try:
            return _opened_by(envelope, (first, parts[first]), (second, parts[second]))
        except NotOpened:
            continue
    raise NotOpened


Given = tuple[bytes, bytes]
"""An officer's public key, and the part given."""


def _opened_by(envelope: Envelope, first: Given, second: Given) -> bytes:
    """`first` and `second` in the order of the envelope. Raises NotOpened."""
    keys: Sequence[bytes] = envelope.officers
    context = envelope.context()
    wrapped = envelope.wrapped[envelope.pairs.index((keys.index(first[0]), keys.index(second[0])))]
    try:
        secret = aes_key_unwrap(_pair_key(first, second, context), wrapped)
        if not compare_digest(_derived(secret, context, b"commitment"), envelope.commitment):
            raise NotOpened
        cipher = AESGCM(_derived(secret, context, b"content"))
        padded = cipher.decrypt(envelope.nonce, envelope.sealed, envelope.head())
    except (InvalidUnwrap, InvalidTag, ValueError) as error:
        raise NotOpened from error
    return _unpadded(padded)


def _part(agreed: bytes, context: bytes, officer: bytes) -> bytes:
    return _derived(agreed, context, b"part", officer)


def _check(part: bytes, context: bytes, officer: bytes) -> bytes:
    return _derived(part, context, b"check", officer)


def _pair_key(first: Given, second: Given, context: bytes) -> bytes:
    return _derived(first[1] + second[1], context, b"pair", first[0], second[0])


def _derived(key: bytes, context: bytes, purpose: bytes, *officers: bytes) -> bytes:
    info = _SAYS + purpose + b"".join(officers)
    return HKDF(hashes.SHA256(), HASH_BYTES, salt=context, info=info).derive(key)


def _padded(content: bytes) -> bytes:
    """Length, content, zeros up to a whole page: its length tells nothing but how many pages."""
    if len(content) > MOST_CONTENT_BYTES:
        raise Unreadable(f"A bid has {MOST_CONTENT_BYTES} bytes at most.")
    said = len(content).to_bytes(COUNT_BYTES, "big") + content
    return said + bytes(-len(said) % PAGE_BYTES)


def _unpadded(padded: bytes) -> bytes:
    """Raises NotOpened where the padding is not as it must be."""
    count = int.from_bytes(padded[:COUNT_BYTES], "big")
    content = padded[COUNT_BYTES : COUNT_BYTES + count]
    if count > MOST_CONTENT_BYTES or len(content) != count or _padded(content) != padded:
        raise NotOpened
    return content
