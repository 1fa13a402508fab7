"""The tables of the `proofs` schema, as anyone may query them; only the gateway's have rows.

Law: never imported by a running service, and of one shape with the migrations.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
)
from sqlmodel import Field, SQLModel

PROOFS = MetaData(schema="proofs")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class OfProofs(SQLModel):
    """A table of the `proofs` schema; only the gateway's has rows."""

    metadata: ClassVar[MetaData] = PROOFS  # pyright: ignore[reportIncompatibleVariableOverride]


def _number(*, primary_key: bool = False) -> Column[int]:
    return Column(BigInteger, primary_key=primary_key, nullable=False)


class ProofHeadTable(OfProofs, table=True):
    """How far a fund's tree has grown, and the posting it grew by last."""

    __tablename__ = "heads"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    size: int = Field(sa_column=_number())
    publication: int = Field(sa_column=_number())
    line: int = Field(sa_column=Column(Integer, nullable=False))
    turn: int = Field(sa_column=Column(Integer, nullable=False, server_default="1"))


class SetAsideTable(OfProofs, table=True):
    """A fund's former tree: a person accepted that the log was restored to before its end."""

    __tablename__ = "set_aside"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    turn: int = Field(sa_column=Column(Integer, primary_key=True))
    kept_as: str = Field(sa_column=_text())
    size: int = Field(sa_column=_number())
    set_aside_at: datetime = Field(sa_column=_instant())
    person: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())


class LeafTable(OfProofs, table=True):
    """A posting as it was hashed, byte for byte; `number` is its line of the fund's journal."""

    __tablename__ = "leaves"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=_number(primary_key=True))
    publication: int = Field(sa_column=_number())
    line: int = Field(sa_column=Column(Integer, nullable=False))
    posting: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class TileTable(OfProofs, table=True):
    """Up to 256 hashes of a tree's nodes, 32 bytes each."""

    __tablename__ = "tiles"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    level: int = Field(sa_column=Column(Integer, primary_key=True))
    place: int = Field(sa_column=_number(primary_key=True))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ComparedTable(OfProofs, table=True):
    """A view's table that was found to say what the trees say."""

    __tablename__ = "compared"  # pyright: ignore[reportAssignmentType]
    view: str = Field(sa_column=_text(primary_key=True))
    compared_at: datetime = Field(sa_column=_instant())


class HouseKeyTable(OfProofs, table=True):
    """A public key this house has signed with, the former ones too."""

    __tablename__ = "house_keys"  # pyright: ignore[reportAssignmentType]
    name: str = Field(sa_column=_text(primary_key=True))
    public: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    first_used_at: datetime = Field(sa_column=_instant())


class CheckpointNoteTable(OfProofs, table=True):
    """The root of a fund's tree at a size, signed."""

    __tablename__ = "checkpoints"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    size: int = Field(sa_column=_number(primary_key=True))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    note: str = Field(sa_column=_text())
    signed_at: datetime = Field(sa_column=_instant())


class AgencyKeyTable(OfProofs, table=True):
    """A public key under which an agency co-signs a fund's checkpoints."""

    __tablename__ = "agency_keys"  # pyright: ignore[reportAssignmentType]
    fund: str = Field(sa_column=_text(primary_key=True))
    verifier: str = Field(sa_column=_text(primary_key=True))
    agency: str = Field(sa_column=_text())
    registered_by: str = Field(sa_column=_text())
    registered_at: datetime = Field(sa_column=_instant())
    command_id: UUID = Field(sa_column=Column(Uuid, nullable=False, unique=True))
    request_hash: str = Field(sa_column=_text())
    retired_by: str | None = Field(sa_column=_text(nullable=True))
    retired_at: datetime | None = Field(sa_column=_instant(nullable=True))


class CosignatureTable(OfProofs, table=True):
    """An agency's signature line under a checkpoint."""

    __tablename__ = "cosignatures"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(
            ["fund", "size"],
            ["proofs.checkpoints.fund", "proofs.checkpoints.size"],
            onupdate="CASCADE",
        ),
    )
    fund: str = Field(sa_column=_text(primary_key=True))
    size: int = Field(sa_column=_number(primary_key=True))
    verifier: str = Field(sa_column=_text(primary_key=True))
    agency: str = Field(sa_column=_text())
    line: str = Field(sa_column=_text())
    given_by: str = Field(sa_column=_text())
    given_at: datetime = Field(sa_column=_instant())
    command_id: UUID = Field(sa_column=Column(Uuid, nullable=False, unique=True))
    request_hash: str = Field(sa_column=_text())


class SealTable(OfProofs, table=True):
    """The signed root over a period's balances, as the postings up to a checkpoint make them."""

    __tablename__ = "seals"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(
            ["fund", "size"],
            ["proofs.checkpoints.fund", "proofs.checkpoints.size"],
            onupdate="CASCADE",
        ),
    )
    fund: str = Field(sa_column=_text(primary_key=True))
    period: str = Field(sa_column=_text(primary_key=True))
    size: int = Field(sa_column=_number(primary_key=True))
    note: str = Field(sa_column=_text())
    made_at: datetime = Field(sa_column=_instant())


class SealedBalanceTable(OfProofs, table=True):
    """One balance under a seal, with the salt that hides it from whoever is shown another."""

    __tablename__ = "sealed_balances"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        ForeignKeyConstraint(
            ["fund", "period", "size"],
            ["proofs.seals.fund", "proofs.seals.period", "proofs.seals.size"],
            onupdate="CASCADE",
        ),
    )
    fund: str = Field(sa_column=_text(primary_key=True))
    period: str = Field(sa_column=_text(primary_key=True))
    size: int = Field(sa_column=_number(primary_key=True))
    place: int = Field(sa_column=Column(Integer, primary_key=True))
    account: str = Field(sa_column=_text())
    balance_pence: int = Field(sa_column=_number())
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
