"""The tables a service keeps beside its log, as anyone may query them; views make their own.

Imported by migrations and by people at a prompt, never by a running service: SQLModel costs memory
that the hot path does not need. A test holds these classes and the migrations to one shape.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB
from sqlmodel import Field, SQLModel

KEPT = MetaData(schema="kept")
PARTNERS = MetaData(schema="partners")


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


class MatchingProgressTable(Kept, table=True):
    """How far a run of the gateway's matching rules has come."""

    __tablename__ = "matching_progress"  # pyright: ignore[reportAssignmentType]
    reconciliation: str = Field(sa_column=_text(primary_key=True))
    run: str = Field(sa_column=_text())
    rule: str = Field(sa_column=_text())
    done: int = Field(sa_column=Column(Integer, nullable=False))
    total: int = Field(sa_column=Column(Integer, nullable=False))
    told_at: datetime = Field(sa_column=_instant())


class ReturnFilesTable(Kept, table=True):
    """How far a file of many returns has come in monitoring, and what became of each return."""

    __tablename__ = "return_files"  # pyright: ignore[reportAssignmentType]
    file: UUID = Field(primary_key=True)
    agency: str = Field(sa_column=_text())
    digest: str = Field(sa_column=_text())
    status: str = Field(sa_column=_text())
    told: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    begun_at: datetime = Field(sa_column=_instant())
    told_at: datetime = Field(sa_column=_instant())


class OfPartners(SQLModel):
    """A table of the `partners` schema; only the gateway's has rows."""

    metadata: ClassVar[MetaData] = PARTNERS  # pyright: ignore[reportIncompatibleVariableOverride]


class PartnerHeadTable(OfPartners, table=True):
    """How far an agency's log reaches, and in which incarnation."""

    __tablename__ = "heads"  # pyright: ignore[reportAssignmentType]
    agency: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    epoch: int = Field(sa_column=Column(Integer, nullable=False))


class PartnerEpochTable(OfPartners, table=True):
    """The first number of an agency's log in each incarnation that has written to it."""

    __tablename__ = "epochs"  # pyright: ignore[reportAssignmentType]
    agency: str = Field(sa_column=_text(primary_key=True))
    epoch: int = Field(sa_column=Column(Integer, primary_key=True))
    first_number: int = Field(sa_column=Column(BigInteger, nullable=False))


class PartnerEventTable(OfPartners, table=True):
    """One event of one agency's log, as that agency may see it; never changed."""

    __tablename__ = "events"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("agency", "event_id"),)
    agency: str = Field(sa_column=_text(primary_key=True))
    number: int = Field(sa_column=Column(BigInteger, primary_key=True))
    epoch: int = Field(sa_column=Column(Integer, nullable=False))
    source: str = Field(sa_column=_text())
    publication: int = Field(sa_column=Column(BigInteger, nullable=False))
    event_id: UUID
    type: str = Field(sa_column=_text())
    stream: str = Field(sa_column=_text())
    version: int = Field(sa_column=Column(Integer, nullable=False))
    partition_key: str = Field(sa_column=_text())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    effective_on: date = Field(sa_column=Column(Date, nullable=False))
    recorded_at: datetime = Field(sa_column=_instant())
    traceparent: str = Field(sa_column=_text())


class PartnerFactTable(OfPartners, table=True):
    """What must be known to say whom an event concerns."""

    __tablename__ = "facts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("facts_by_partnership", "partnership", postgresql_where=text("partnership <> ''")),
    )
    kind: str = Field(sa_column=_text(primary_key=True))
    id: str = Field(sa_column=_text(primary_key=True))
    partnership: str = Field(sa_column=_text())
    source: str = Field(sa_column=_text())
    content: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))


class PartnerWaitingTable(OfPartners, table=True):
    """An event of which it is not yet known whom it concerns."""

    __tablename__ = "waiting"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("waiting_by_key", "key"),)
    source: str = Field(sa_column=_text(primary_key=True))
    publication: int = Field(sa_column=Column(BigInteger, primary_key=True))
    key: str = Field(sa_column=_text())
    envelope: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class PublicRecordTable(OfPartners, table=True):
    """An event that is public; every log has it, also one that begins later."""

    __tablename__ = "public_record"  # pyright: ignore[reportAssignmentType]
    source: str = Field(sa_column=_text(primary_key=True))
    publication: int = Field(sa_column=Column(BigInteger, primary_key=True))
    envelope: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class WebhookTable(OfPartners, table=True):
    """Where an agency has its log sent, and how far that has come."""

    __tablename__ = "webhooks"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("webhooks_by_agency", "agency"),)
    webhook: UUID = Field(primary_key=True)
    agency: str = Field(sa_column=_text())
    url: str = Field(sa_column=_text())
    types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    status: str = Field(sa_column=_text())
    cursor: int = Field(sa_column=Column(BigInteger, nullable=False))
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    next_attempt_at: datetime = Field(sa_column=_instant())
    busy_until: datetime = Field(sa_column=_instant())
    request_hash: str = Field(sa_column=_text())
    created_at: datetime = Field(sa_column=_instant())


def _of_webhook() -> Column[UUID]:
    return Column(Uuid, ForeignKey("partners.webhooks.webhook", ondelete="CASCADE"), nullable=False)


class WebhookSecretTable(OfPartners, table=True):
    """A secret that signs; the former one until it expires."""

    __tablename__ = "webhook_secrets"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("webhook_secrets_by_webhook", "webhook"),)
    secret_id: UUID = Field(primary_key=True)
    webhook: UUID = Field(sa_column=_of_webhook())
    secret: str = Field(sa_column=_text())
    made_at: datetime = Field(sa_column=_instant())
    expires_at: datetime | None = Field(sa_column=_instant(nullable=True))


class WebhookDeliveryTable(OfPartners, table=True):
    """One attempt to deliver one event."""

    __tablename__ = "webhook_deliveries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("webhook_deliveries_by_webhook", "webhook", "delivery"),)
    delivery: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    webhook: UUID = Field(sa_column=_of_webhook())
    number: int = Field(sa_column=Column(BigInteger, nullable=False))
    event_id: UUID
    attempt: int = Field(sa_column=Column(Integer, nullable=False))
    attempted_at: datetime = Field(sa_column=_instant())
    took_ms: int = Field(sa_column=Column(Integer, nullable=False))
    status: int | None = Field(sa_column=Column(Integer, nullable=True))
    outcome: str = Field(sa_column=_text())
