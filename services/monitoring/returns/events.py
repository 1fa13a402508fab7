"""The facts of a return; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.monitoring.returns.offers import Explained as Explained
from services.monitoring.returns.offers import Offer
from shared.eventsourcing.events import Event
from shared.published.monitoring import (
    ActionCompleted,
    Evidence,
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnReminded,
    ReturnRescheduled,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewMeetingHeld,
)
from shared.published.terms import PersonId, TextRef


class ReturnOpened(Event, frozen=True, kw_only=True, tag="monitoring.return-opened.v1"):
    """The period is over: the return may come."""

    opened_at: datetime


class DraftSaved(Event, frozen=True, kw_only=True, tag="monitoring.draft-saved.v1"):
    """The provider keeps an unfinished return; nobody judges it."""

    draft: TextRef
    saved_by: PersonId


class ReturnPrepared(Event, frozen=True, kw_only=True, tag="monitoring.return-prepared.v1"):
    """Figures that the rules let pass, made by one person and waiting for another's signature.

    With a `reason` they restate what stands. `content` is what came, byte for byte.
    """

    offer: Offer
    content: TextRef
    reason: TextRef | None = None
    prepared_by: PersonId
    prepared_at: datetime


class EvidenceAttached(Event, frozen=True, kw_only=True, tag="monitoring.evidence-attached.v1"):
    """A file that goes with the next figures that are signed."""

    evidence: Evidence
    attached_by: PersonId


class EvidenceRemoved(Event, frozen=True, kw_only=True, tag="monitoring.evidence-removed.v1"):
    """A file that no figures came with yet is taken back."""

    file: UUID
    removed_by: PersonId


class FiguresExplained(Event, frozen=True, kw_only=True, tag="monitoring.figures-explained.v1"):
    version: int
    explanations: tuple[Explained, ...]


class RestatementConsented(
    Event, frozen=True, kw_only=True, tag="monitoring.restatement-consented.v1"
):
    """The commissioner lets one more restatement of this period come."""

    reason: TextRef
    consented_by: PersonId


ReturnEvent = (
    ReturnScheduled
    | ReturnRescheduled
    | ReturnReminded
    | ReturnOpened
    | DraftSaved
    | EvidenceAttached
    | EvidenceRemoved
    | ReturnPrepared
    | ReturnSubmitted
    | FiguresExplained
    | ReturnRejected
    | QueryRaised
    | QueryAnswered
    | ReturnAccepted
    | RestatementConsented
    | ReturnRestated
    | ReturnOverdue
    | ExtensionGranted
    | ReviewMeetingHeld
    | ActionCompleted
    | ReturnCancelled
)
