"""Signed notes (c2sp.org/signed-note) and the checkpoints of a tree (c2sp.org/tlog-checkpoint).

Law: what is signed is the text, byte for byte; a signature names its key by name and key id, and
only Ed25519 (type 1) is spoken.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.proofs.merkle import HASH_BYTES

ED25519 = b"\x01"
ID_BYTES = 4
KEY_BYTES = 32
SIGNATURE_BYTES = 64
MOST_SIGNATURES = 64
_DASH = "\u2014 "
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class Unreadable(ValueError):
    """A key or a note is not written as it must be."""


class Verifier(msgspec.Struct, frozen=True):
    """A public key under a name; the same key under another name has another id."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        """As keys are handed round: `name+key id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{_in_base64(ED25519 + self.public)}"

    def has_signed(self, text: str, signature: Signature) -> bool:
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.raw, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(msgspec.Struct, frozen=True):
    """A private key under a name."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key().public_key().public_bytes_raw())

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def named(self, name: str) -> Signer:
        """The same key under another name."""
        return Signer(name, self.seed)

    def sign(self, text: str) -> Signature:
        return Signature(self.name, self.verifier.key_id, self._key().sign(text.encode()))

    def secret(self) -> str:
        """As the private key is kept (the form of golang.org/x/mod/sumdb/note)."""
        key_id = self.verifier.key_id.hex()
        return f"PRIVATE+KEY+{self.name}+{key_id}+{_in_base64(ED25519 + self.seed)}"


class Signature(msgspec.Struct, frozen=True):
    """One signature line of a note."""

    name: str
    key_id: bytes
    raw: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_in_base64(self.key_id + self.raw)}\n"


class Checkpoint(msgspec.Struct, frozen=True):
    """What a tree was at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_in_base64(self.root)}\n"


def parse_verifier(told: str) -> Verifier:
    """Raises Unreadable, also where the id is not the key's own."""
    name, key_id, rest = _parted(told)
    found = Verifier(name, _of_type(rest))
    if found.key_id.hex() != key_id:
        raise Unreadable(f"{key_id} is not the id of this key")
    return found


def parse_signer(told: str) -> Signer:
    """Raises Unreadable, never repeating what it was told."""
    if not told.startswith("PRIVATE+KEY+"):
        raise Unreadable("a signing key begins with PRIVATE+KEY+")
    name, key_id, rest = _parted(told.removeprefix("PRIVATE+KEY+"))
    found = Signer(name, _of_type(rest))
    if found.verifier.key_id.hex() != key_id:
        raise Unreadable("the signing key is not the one its id names")
    return found


def _parted(told: str) -> tuple[str, str, str]:
    parts = told.split("+", 2)
    if len(parts) != len(("name", "id", "key")) or not _NAME.fullmatch(parts[0]):
        raise Unreadable("a key is written name+id+key")
    return parts[0], parts[1], parts[2]


def _of_type(told: str) -> bytes:
    raw = from_base64(told)
    if raw[:1] != ED25519 or len(raw) != 1 + KEY_BYTES:
        raise Unreadable("only Ed25519 keys are taken: 32 bytes after a byte 1")
    return raw[1:]


def _in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def from_base64(told: str) -> bytes:
    """Raises Unreadable for anything that is not written as it would be written again."""
    try:
        raw = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("not base64") from error
    if _in_base64(raw) != told:
        raise Unreadable("base64 with bits to spare")
    return raw


def signed(text: str, signatures: Iterable[Signature]) -> str:
    """The note of a text, which ends with a new line, and its signatures."""
    return f"{text}\n{''.join(map(str, signatures))}"


def opened(note: str) -> tuple[str, tuple[Signature, ...]]:
    """A note's text and signatures, none of them judged. Raises Unreadable."""
    text, parting, lines = note.rpartition("\n\n")
    if not parting or not lines.endswith("\n"):
        raise Unreadable("a note is a text, an empty line, and signatures")
    if any(character < " " and character != "\n" for character in note):
        raise Unreadable("a note has no control characters")
    found = lines.removesuffix("\n").split("\n")
    if len(found) > MOST_SIGNATURES:
        raise Unreadable("too many signatures")
    return f"{text}\n", tuple(parse_signature(line) for line in found)


def parse_signature(line: str) -> Signature:
    """One signature line, without its new line. Raises Unreadable."""
    name, _, told = line.removeprefix(_DASH).partition(" ")
    raw = from_base64(told)
    long = len(raw) == ID_BYTES + SIGNATURE_BYTES
    if not (line.startswith(_DASH) and _NAME.fullmatch(name) and long):
        raise Unreadable("a signature line is: dash, key name, 68 bytes in base64")
    return Signature(name, raw[:ID_BYTES], raw[ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """Raises Unreadable; extension lines are not taken, for no one could check them."""
    lines = text.split("\n")
    if len(lines) != len(("origin", "size", "root", "")) or not lines[0] or lines[3]:
        raise Unreadable("a checkpoint has three lines: origin, size, root")
    if not _SIZE.fullmatch(lines[1]):
        raise Unreadable("the size of a checkpoint is a plain number")
    root = from_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise Unreadable("a root has 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)
