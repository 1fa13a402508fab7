"""When a duty falls due, counted from the days that are known. Pure.

Law: a standstill counts England's working days, everything else counts calendar days; what waits
for a day that is not known yet says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from shared.eventsourcing.clock import london_date
from shared.law.duties import Duty
from shared.published.procurement import Regime
from shared.values.quarters import last_day, period_of
from shared.values.working_days import StandstillRule, standstill_ends

BIDS_DAYS_AFTER_PLANNED_NOTICE = 10
PLANNED_NOTICE_LEAST_DAYS = 40
PLANNED_NOTICE_MOST_DAYS = 366
PIPELINE_ENDS = (5, 26)


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """When a duty is due: `due_on` its last day, or `waits_for` the fact that sets it.

    `ends_at` is the last second of a standstill. `late` where a day that is known breaks it.
    """

    counted: str
    waits_for: str = ""
    due_on: date | None = None
    ends_at: datetime | None = None
    late: bool = False


Days = Mapping[str, date | None]


def standstill_rule(regime: Regime) -> StandstillRule:
    return "provider-selection" if regime == "provider-selection" else "procurement-act"


def least_days_for_bids(opened_on: date, planned_on: date | None, days: int = 25) -> int:
    """Procurement Act 2023 s.54: 25 days, or 10 after a planned procurement notice that was
    published at least 40 days and at most 12 months before (s.15).
    """
    if planned_on is None:
        return days
    before = (opened_on - planned_on).days
    timely = PLANNED_NOTICE_LEAST_DAYS <= before <= PLANNED_NOTICE_MOST_DAYS
    return BIDS_DAYS_AFTER_PLANNED_NOTICE if timely else days


def clock_of(duty: Duty, regime: Regime, days: Days) -> Clock | None:
    """The clock of a duty; None where the law sets none."""
    match duty.notice:
        case "UK1":
            return _pipeline(days.get("opened"))
        case "time-for-bids":
            return _bids(duty, days)
        case "standstill":
            return _standstill(days.get("notice"), regime)
        case "UK5" | "psr-intention":
            return _before(days.get("notice"), "before the award")
        case "UK6":
            return _before(days.get("signed"), "before the contract is signed")
        case "UK7" | "psr-award":
            if duty.days is None:
                return Clock(counted="as soon as reasonably practicable after the contract")
            return _after(days.get("signed"), duty.days, "the signature of the contract")
        case "UK8":
            return _after_quarter(duty.days or 0)
        case "UK9":
            if "yearly" in duty.reason:
                return Clock(counted=f"{duty.days} days after the event", waits_for="such an event")
            return _after(_a_year_on(days.get("signed")), 0, "a year of the contract")
        case "UK11":
            return _after(days.get("ends"), duty.days or 0, "the end of the contract")
        case "payment-compliance":
            return Clock(counted=f"{duty.days} days after 31 March and 30 September")
        case "UK10":
            return Clock(counted="before the change", waits_for="a change")
        case "psr-change" | "psr-abandonment":
            return Clock(counted=f"{duty.days} days", waits_for="such an event")
        case _:
            return None


def _pipeline(opened_on: date | None) -> Clock:
    counted = "from 1 April to 26 May, 18 months ahead"
    if opened_on is None:
        return Clock(counted=counted, waits_for="the day of the tender")
    in_year = date(opened_on.year, *PIPELINE_ENDS)
    due = in_year if in_year <= opened_on else date(opened_on.year - 1, *PIPELINE_ENDS)
    return Clock(counted=counted, due_on=due)


def _bids(duty: Duty, days: Days) -> Clock:
    opened_on = days.get("opened")
    if opened_on is None:
        return Clock(counted=f"{duty.days} days", waits_for="the tender notice")
    least = least_days_for_bids(opened_on, days.get("planned"), duty.days or 0)
    first = opened_on + timedelta(days=least)
    closes_on = days.get("bids_close")
    return Clock(
        counted=f"{least} days after the tender notice, at least",
        due_on=first,
        late=closes_on is not None and closes_on < first,
    )


def _standstill(notice_on: date | None, regime: Regime) -> Clock:
    rule = standstill_rule(regime)
    counted = (
        "to midnight of the 8th working day after the day of the notice"
        if rule == "provider-selection"
        else "8 working days beginning with the day of the notice"
    )
    if notice_on is None:
        return Clock(counted=counted, waits_for="the notice")
    ends_at = standstill_ends(notice_on, rule)
    return Clock(counted=counted, due_on=london_date(ends_at), ends_at=ends_at)


def _before(day: date | None, counted: str) -> Clock:
    return Clock(counted=counted, due_on=day, waits_for="" if day else "that day")


def _after(day: date | None, days: int, what: str) -> Clock:
    counted = f"{days} days after {what}" if days else f"at the end of {what}"
    if day is None:
        return Clock(counted=counted, waits_for=what)
    return Clock(counted=counted, due_on=day + timedelta(days=days))


def _after_quarter(days: int) -> Clock:
    return Clock(counted=f"{days} days after each quarter with such a payment")


def quarter_notice_due(paid_on: date, days: int = 30) -> date:
    """The last day of the notice of a payment made on a day (s.70)."""
    return last_day(period_of(paid_on, "quarterly")) + timedelta(days=days)


def _a_year_on(day: date | None) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
