"""What a representation does to a standstill, after a tender or without one. Pure."""

from __future__ import annotations

from datetime import datetime

from shared.eventsourcing.clock import london_date
from shared.values.working_days import StandstillRule, end_of_day_london, nth_working_day_after

FURTHER_DECISION_WORKING_DAYS = 5


def resumed_until(
    ends_at: datetime | None, rule: StandstillRule, decided_at: datetime
) -> datetime | None:
    """When a standstill ends once the last representation is decided on.

    Provider Selection Regime (SI 2023/1348 reg. 12): at least five working days after the
    further decision.
    """
    if ends_at is None or rule == "procurement-act":
        return ends_at
    further = nth_working_day_after(london_date(decided_at), FURTHER_DECISION_WORKING_DAYS)
    return max(ends_at, end_of_day_london(further))
