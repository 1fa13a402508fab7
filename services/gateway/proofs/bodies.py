"""What goes through the doors of proofs: hashes and signatures in base64, notes as texts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from shared.http.bodies import Body

Told = Annotated[
    str, StringConstraints(min_length=1, max_length=600, pattern=r"^[^\x00-\x09\x0b-\x1f]*$")
]
Hash = Annotated[str, Field(description="SHA-256, in base64")]


class RegisterKey(Body):
    """An agency's verifier key, as c2sp.org/signed-note writes it: name+id+key."""

    verifier: Told


class Cosign(Body):
    """A signature line of a signed note, over the checkpoint's text."""

    signature: Told


class SealPeriod(Body):
    """The period whose balances are to be sealed: 2026-27-Q2 or 2026-27-Y."""

    period: Annotated[str, StringConstraints(max_length=20)]


class KeyRead(BaseModel):
    """An agency's key; one that is retired signs no more."""

    agency: str
    verifier: str
    registered_by: str
    registered_at: datetime
    retired_by: str | None = None
    retired_at: datetime | None = None


class KeysRead(BaseModel):
    """Who signs this fund's tree: the house, the newest key first, and the agencies."""

    ledger: list[str]
    agencies: list[KeyRead]


class CosignatureRead(BaseModel):
    """An agency's signature under a checkpoint."""

    agency: str
    verifier: str
    signature: str
    given_by: str
    given_at: datetime


class CheckpointRead(BaseModel):
    """A signed root. `note` is the signed note with every co-signature, byte for byte."""

    size: int
    root: Hash
    signed_at: datetime
    note: str
    cosignatures: list[CosignatureRead]


class ProofsRead(BaseModel):
    """Where a fund's proofs stand.

    `size` postings are in the tree; `compared` says that the books, as they are shown, were found
    to say what was signed.
    """

    origin: str
    size: int
    compared: bool
    keys: list[str]
    checkpoint: CheckpointRead | None


class InclusionRead(BaseModel):
    """That a line of the journal is in a signed tree: from `posting` as a leaf up the `path`."""

    number: int
    posting: str
    leaf_hash: Hash
    size: int
    root: Hash
    path: list[Hash]
    note: str


class ConsistencyRead(BaseModel):
    """That the tree of the later size began as that of the earlier one."""

    earlier: int
    earlier_root: Hash
    later: int
    later_root: Hash
    path: list[Hash]


class SealRead(BaseModel):
    """A seal: the signed root over a period's balances."""

    period: str
    size: int
    made_at: datetime
    note: str


class BalanceRead(BaseModel):
    """That a balance is under a seal: from `leaf` up the `path` to the root."""

    period: str
    size: int
    account: str
    balance_pence: int
    leaf: str
    place: int
    balances: int
    path: list[Hash]
    note: str
