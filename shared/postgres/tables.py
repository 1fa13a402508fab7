"""The tables a service keeps beside its log, as anyone may query them; views make their own.

Imported by migrations and by people at a prompt, never by a running service: SQLModel costs memory
that the hot path does not need. A test holds these classes and the migrations to one shape.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import BIT
from sqlmodel import Field, SQLModel

KEPT = MetaData(schema="kept")


def _text(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(Text, primary_key=primary_key, nullable=nullable)


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class Kept(SQLModel):
    """A table of the `kept` schema."""

    metadata: ClassVar[MetaData] = KEPT  # pyright: ignore[reportIncompatibleVariableOverride]


class CheckpointTable(Kept, table=True):
    """How far a subscriber has come in a source, and in which incarnation of it."""

    __tablename__ = "checkpoints"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    epoch: int = Field(sa_column=Column(Integer, nullable=False))
    number: int = Field(sa_column=Column(BigInteger, nullable=False))


class AccountedTable(Kept, table=True):
    """Which of 1024 numbers of a source a subscriber has gone through, one bit each."""

    __tablename__ = "accounted"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    block: int = Field(sa_column=Column(Integer, primary_key=True))
    bits: str = Field(sa_column=Column(BIT(1024), nullable=False))
    last_event: UUID | None = Field(default=None)


class AccountingTable(Kept, table=True):
    """The first number accounted for, where a subscriber's place is older than its accounts."""

    __tablename__ = "accounting"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    first: int = Field(sa_column=Column(BigInteger, nullable=False))


class ParkedTable(Kept, table=True):
    """An event set aside, or one waiting behind it, by fold key."""

    __tablename__ = "parked"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True))
    fold_key: str = Field(sa_column=_text())
    envelope: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reason: str = Field(sa_column=_text())
    parked_at: datetime = Field(sa_column=_instant())


class SkippedTable(Kept, table=True):
    """An event given up for a subscriber: by whom, why, when."""

    __tablename__ = "skipped"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True))
    person: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())
    skipped_at: datetime = Field(sa_column=_instant())


class RefusalTable(Kept, table=True):
    """A command of a reaction or deadline that the rules refused."""

    __tablename__ = "refusals"  # pyright: ignore[reportAssignmentType]
    command_id: UUID = Field(primary_key=True)
    origin: str = Field(sa_column=_text())
    stream: str = Field(sa_column=_text())
    command: str = Field(sa_column=_text())
    code: str = Field(sa_column=_text())
    detail: str = Field(sa_column=_text())
    refused_at: datetime = Field(sa_column=_instant())


class IssuedTable(Kept, table=True):
    """A deadline's command that has been issued."""

    __tablename__ = "issued"  # pyright: ignore[reportAssignmentType]
    command_id: UUID = Field(primary_key=True)
    issued_at: datetime = Field(sa_column=_instant())


class OrphanTable(Kept, table=True):
    """An event of this log whose cause its source no longer has: it was restored to before it."""

    __tablename__ = "orphans"  # pyright: ignore[reportAssignmentType]
    event_id: UUID = Field(primary_key=True)
    source: str = Field(sa_column=_text())
    reaction: str = Field(sa_column=_text())
    cause: UUID
    stream: str = Field(sa_column=_text())
    version: int = Field(sa_column=Column(Integer, nullable=False))
    type: str = Field(sa_column=_text())
    recorded_at: datetime = Field(sa_column=_instant())
    found_at: datetime = Field(sa_column=_instant())


class AcceptanceTable(Kept, table=True):
    """A subscriber put back to where its source was restored to: from where, by whom, why."""

    __tablename__ = "acceptances"  # pyright: ignore[reportAssignmentType]
    subscriber: str = Field(sa_column=_text(primary_key=True))
    source: str = Field(sa_column=_text(primary_key=True))
    accepted_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False)
    )
    epoch: int = Field(sa_column=Column(Integer, nullable=False))
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    back_to: int = Field(sa_column=Column(BigInteger, nullable=False))
    person: str = Field(sa_column=_text())
    reason: str = Field(sa_column=_text())


class TextTable(Kept, table=True):
    """A free text or file; erased, it keeps its id and loses content and salt."""

    __tablename__ = "texts"  # pyright: ignore[reportAssignmentType]
    text_id: UUID = Field(primary_key=True)
    owner: str = Field(sa_column=_text())
    kind: str = Field(sa_column=_text())
    media_type: str = Field(sa_column=_text())
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str = Field(sa_column=_text())
    content: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    stored_at: datetime = Field(sa_column=_instant())
    erased_at: datetime | None = Field(sa_column=_instant(nullable=True))


class SandboxClockTable(Kept, table=True):
    """What the sandbox takes for now, where it has been set."""

    __tablename__ = "sandbox_clock"  # pyright: ignore[reportAssignmentType]
    singleton: bool = Field(primary_key=True)
    at: datetime = Field(sa_column=_instant())
