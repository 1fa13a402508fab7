"""What is monitored how often, and by when. Pure.

Law: the days are a custom, as those of the commissioning year; they say what is late and keep
nobody from anything. Source: Newcastle Children's Services Commissioning Framework, January 2008.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from services.monitoring.calendars.events import Monitored
from shared.published.terms import FinancialYear
from shared.values.quarters import last_day, parse_year

HALF = re.compile(r"^(20\d\d-\d\d)-H([12])$")
QUARTER = re.compile(r"^20\d\d-\d\d-Q[1-4]$")
YEAR = re.compile(r"^20\d\d-\d\d-Y$")
MONTHS_AFTER = 2
"""A period is looked at by the end of the second month after it."""


def periods_of(what: Monitored, year: FinancialYear) -> tuple[str, ...]:
    """The periods of a financial year `2026/27` for which something is looked at."""
    name = year.replace("/", "-")
    match what:
        case "scorecard":
            return tuple(f"{name}-Q{n}" for n in range(1, 5))
        case "improvement-plans":
            return (f"{name}-H1", f"{name}-H2")
        case "plan":
            return (f"{name}-Y",)


def is_period_of(what: Monitored, period: str) -> bool:
    form = {"scorecard": QUARTER, "improvement-plans": HALF, "plan": YEAR}[what]
    if not form.match(period):
        return False
    try:
        parse_year(year_of_period(period))
    except ValueError:
        return False
    return True


def year_of_period(period: str) -> FinancialYear:
    """`2026-27-H1` as `2026/27`."""
    return period[:7].replace("-", "/")


def over_on(period: str) -> date:
    """The last day of a quarter, half-year or year."""
    if half := HALF.match(period):
        return last_day(f"{half[1]}-Q{2 * int(half[2])}")
    return last_day(period)


def due_on(period: str) -> date:
    """The end of the second month after a period."""
    day = over_on(period) + timedelta(days=1)
    for _ in range(MONTHS_AFTER):
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day - timedelta(days=1)
