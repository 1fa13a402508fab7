"""The facts of a return; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from datetime import datetime

from shared.eventsourcing.events import Event
from shared.published.monitoring import (
    ActionCompleted,
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewMeetingHeld,
)
from shared.published.terms import MeasureId, PersonId, Term, TextRef


class ReturnOpened(Event, frozen=True, kw_only=True, tag="monitoring.return-opened.v1"):
    """The period is over: the return may come."""

    opened_at: datetime


class DraftSaved(Event, frozen=True, kw_only=True, tag="monitoring.draft-saved.v1"):
    """The provider keeps an unfinished return; nobody judges it."""

    draft: TextRef
    saved_by: PersonId


class Explained(Term, frozen=True, kw_only=True):
    """Why a figure that a rule asks about is right; `measure` is empty for the whole return."""

    rule: str
    measure: MeasureId = ""
    text: TextRef


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
    | ReturnOpened
    | DraftSaved
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
