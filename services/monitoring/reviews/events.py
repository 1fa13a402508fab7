"""The facts of a formal review; those that others may hear are in `shared.published`."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.monitoring import ReviewConcluded, ReviewDue, ReviewOpened
from shared.published.needs import ServiceChange
from shared.published.reviewing import FindingKind
from shared.published.terms import PersonId, TextRef


class FindingRecorded(Event, frozen=True, kw_only=True, tag="monitoring.finding-recorded.v1"):
    finding: TextRef
    recorded_by: PersonId
    kind: FindingKind = "other"


class ReviewDecided(Event, frozen=True, kw_only=True, tag="monitoring.review-decided.v1"):
    """The board decided on the conclusion; `change` is what becomes of the service."""

    decision: str
    change: ServiceChange
    effective_on: date


ReviewEvent = ReviewDue | ReviewOpened | FindingRecorded | ReviewConcluded | ReviewDecided
