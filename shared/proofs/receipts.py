"""The receipt of a return or a sealed bid, checked without the house: signature, and file.

Law: the last line of a receipt's text is `sha256` and the hash, in hex, of the salt followed by
what was sent, byte for byte; a sealed bid, which nobody can read, needs no salt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from shared.proofs.notes import Unreadable, opened, parse_verifier


class Receipt(msgspec.Struct, frozen=True):
    """As the doors of receipts answer; `salt` is hex, and empty once what came was erased."""

    note: str
    salt: str
    verifier: str
    salted: bool = True


def receipt_checked(
    receipt: bytes, sent: bytes | None, keys: Iterable[str]
) -> tuple[bool, list[str]]:
    """Whether the receipt is sound, and what was found, line by line.

    `keys` are trusted because they came by another way. Without one, the signature is held against
    the key the receipt itself names, which proves nothing against the house; that is said. Without
    what was `sent`, only the words of the receipt are checked. Raises Unreadable.
    """
    try:
        told = msgspec.json.decode(receipt, type=Receipt)
        salt = bytes.fromhex(told.salt)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable("This is no receipt as its door answers.") from error
    text, signatures = opened(told.note)
    pinned = [parse_verifier(key) for key in keys]
    trusted = pinned or [parse_verifier(told.verifier)]
    signed = any(key.has_signed(text, one) for key in trusted for one in signatures)
    said = text.splitlines()
    if not pinned:
        said.append("NO KEY IS PINNED: the receipt is held against the key it names itself")
    said.append("signed by the key" if signed else "NOT SIGNED by the key")
    same = True
    if sent is not None and told.salted and not salt:
        same = False
        said.append("NOT CHECKED against the file: what came was erased, and the salt with it")
    elif sent is not None:
        same = text.endswith(f"\nsha256 {hashlib.sha256(salt + sent).hexdigest()}\n")
        said.append("the file is what came" if same else "the file is NOT what came")
    return signed and same, said
