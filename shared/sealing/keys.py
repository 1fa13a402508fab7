"""An opening officer's key: how it is made, kept, shown, and proved to be in the officer's hands.

Law: the private half stays with the officer; whoever registers a key proves that they have it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

POINT_BYTES = 65
PROOF_BYTES = 64
FEWEST_OFFICERS = 3
MOST_OFFICERS = 8
_HALF = PROOF_BYTES // 2
_CURVE = ec.SECP256R1()
_PANEL = b"goldenthread sealed bid 1 panel"


class Unreadable(ValueError):
    """A key, an envelope or a part is not written as docs/sealed-bids.md says."""


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it lies in a file: the point and, as PKCS #8, the private half, in base64."""

    goldenthread_opening_key: int
    public: str
    private: str


class OpeningKey:
    """A private key with its public half, an uncompressed point of P-256."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def __repr__(self) -> str:
        return f"OpeningKey({fingerprint(self.public)})"

    @classmethod
    def made(cls) -> OpeningKey:
        """A new key, drawn from the operating system's chance."""
        return cls(ec.generate_private_key(_CURVE))

    @classmethod
    def read(cls, content: bytes) -> OpeningKey:
        """A key as its file says. Raises Unreadable, never repeating what it read."""
        try:
            told = msgspec.json.decode(content, type=KeyFile)
        except msgspec.MsgspecError as error:
            raise Unreadable("This is no opening key: it is not the file that was made.") from error
        found = cls.from_pkcs8(from_base64(told.private))
        if told.goldenthread_opening_key != 1 or from_base64(told.public) != found.public:
            raise Unreadable("The two halves of this opening key do not belong together.")
        return found

    @classmethod
    def from_pkcs8(cls, der: bytes) -> OpeningKey:
        """Raises Unreadable for anything but a private key of P-256."""
        try:
            private = serialization.load_der_private_key(der, None)
        except (ValueError, TypeError) as error:
            raise Unreadable("This is no private key as PKCS #8.") from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != _CURVE.name:
            raise Unreadable("An opening key is one of P-256.")
        return cls(private)

    def pkcs8(self) -> bytes:
        return self._private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def file(self) -> bytes:
        """What is kept, readable by its officer alone."""
        kept = KeyFile(
            goldenthread_opening_key=1,
            public=in_base64(self.public),
            private=in_base64(self.pkcs8()),
        )
        return msgspec.json.encode(kept) + b"\n"

    def agreed_with(self, point: bytes) -> bytes:
        """The 32 bytes that this key and another's public half agree on. Raises Unreadable."""
        return self._private.exchange(ec.ECDH(), public_key(point))

    def proof(self, tender: str, officer: str) -> bytes:
        """That the private half is here: the registration signed once, 64 bytes `r || s`.

        A key for agreement may sign its own registration and nothing else (NIST SP 800-57 part 1
        rev. 5, 5.2).
        """
        text = registration(tender, officer, self.public)
        r, s = utils.decode_dss_signature(self._private.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    """Raises Unreadable for what is no uncompressed point on P-256."""
    if len(point) != POINT_BYTES or point[0] != 4:
        raise Unreadable("A public key is an uncompressed point of P-256, 65 bytes.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError as error:
        raise Unreadable("This public key is no point of P-256.") from error


def registration(tender: str, officer: str, public: bytes) -> bytes:
    """The text an officer signs to register a key for one tender."""
    said = f"Golden Thread opening key\ntender {tender}\nofficer {officer}\n"
    return f"{said}key {in_base64(public)}\n".encode()


def proves(proof: bytes, tender: str, officer: str, public: bytes) -> bool:
    """Whether whoever made the proof has the private half. Raises Unreadable for no point."""
    if len(proof) != PROOF_BYTES:
        return False
    r, s = (int.from_bytes(half, "big") for half in (proof[:_HALF], proof[_HALF:]))
    key = public_key(public)
    try:
        signature = utils.encode_dss_signature(r, s)
        key.verify(signature, registration(tender, officer, public), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def fingerprint(public: bytes) -> str:
    """A public key as people compare it."""
    return hashlib.sha256(public).hexdigest()


def panel(publics: Iterable[bytes]) -> str:
    """The fingerprint of all keys a tender's bids are sealed to, whatever their order."""
    return hashlib.sha256(_PANEL + b"".join(sorted(publics))).hexdigest()


def in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def from_base64(told: str) -> bytes:
    """Raises Unreadable for anything that is not written as it would be written again."""
    try:
        raw = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("This is not base64.") from error
    if in_base64(raw) != told:
        raise Unreadable("This is base64 with bits to spare.")
    return raw
