"""The facts of a serious incident; others hear of both, in `shared.published`."""

from __future__ import annotations

from shared.published.monitoring import (
    IncidentClosed,
    OfficerAcknowledged,
    OfficerSilent,
    OfficerTold,
    SeriousIncidentReported,
)

IncidentEvent = (
    SeriousIncidentReported | OfficerTold | OfficerSilent | OfficerAcknowledged | IncidentClosed
)
