"""The facts of a planned procurement; those that others may hear are in `shared.published`."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.published.terms import PersonId, TextRef


class TimeAllowed(Event, frozen=True, kw_only=True, tag="procurement.time-allowed.v1"):
    """Why this procurement takes more or less time than is usual."""

    working_days: int
    reason: TextRef
    allowed_by: PersonId


PlannedEvent = ProcurementPlanned | PlannedProcurementMoved | PlannedProcurementBegun | TimeAllowed
