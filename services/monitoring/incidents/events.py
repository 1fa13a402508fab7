"""The facts of a serious incident; others hear of both, in `shared.published`."""

from __future__ import annotations

from shared.published.monitoring import (
    IncidentClosed,
    OfficerAcknowledged,
    OfficerTold,
    SeriousIncidentReported,
)

IncidentEvent = SeriousIncidentReported | OfficerTold | OfficerAcknowledged | IncidentClosed
