"""Tokens: how they are made, read and known again. Nothing here is kept but hashes.

Law: a token is 80 bits of chance, so its hash cannot be turned round by trying; what marks it as
spent is made with a key that is destroyed when the vote closes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O or U: they are misread
LENGTH = 16
RECEIPT_LENGTH = 12
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_token() -> str:
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(letters: str) -> str:
    """In fours, as people read them: `7KQ2-M9XA`."""
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def read(typed: str) -> str:
    """What was meant, however it was typed: without spaces, in capitals, O as 0."""
    return typed.strip().upper().translate(MISREAD)


def fingerprint(vote: str, token: str) -> str:
    """The hash by which a vote knows a token again."""
    return hashlib.sha256(f"token {vote} {read(token)}".encode()).hexdigest()


def mark(key: bytes, token: str) -> str:
    """What a spent token leaves behind; without the key it leads to no token and to no hash."""
    return hmac.new(key, read(token).encode(), hashlib.sha256).hexdigest()


def new_key() -> bytes:
    return secrets.token_bytes(32)


def receipt(of: str) -> str:
    """A receipt such as `7KQ2-M9XA-40FD` for a ballot, the same again for the same ballot."""
    number = int.from_bytes(hashlib.sha256(of.encode()).digest()[:8])
    letters = "".join(ALPHABET[number >> 5 * n & 31] for n in range(RECEIPT_LENGTH))
    return grouped(letters)
