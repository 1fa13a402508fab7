"""Counts England's working days, and says when a standstill and a London day end.

Law: the calendar is a table made once; a day the table does not reach is refused, never guessed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

StandstillRule = Literal["procurement-act", "provider-selection"]

FIRST_YEAR = 2015
LAST_YEAR = 2075
STANDSTILL_WORKING_DAYS = 8
SATURDAY = 5

BANK_HOLIDAYS: frozenset[date] = frozenset(
    holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
)
_LONDON = ZoneInfo("Europe/London")
_ONE_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


class BeyondTheCalendar(ValueError):
    """A day the table of bank holidays does not reach."""


def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday. Raises BeyondTheCalendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BeyondTheCalendar(f"{day} is outside {FIRST_YEAR} to {LAST_YEAR}")
    return day.weekday() < SATURDAY and day not in BANK_HOLIDAYS


def nth_working_day_after(day: date, n: int) -> date:
    """The nth working day, counting from the day after; `n` is at least 1, or ValueError."""
    if n < 1:
        raise ValueError("working days after a day are counted from 1")
    return _nth_working_day_from(day + _ONE_DAY, n)


def _nth_working_day_from(day: date, n: int) -> date:
    """The nth working day, the first being the day itself where it is one."""
    while True:
        n -= is_working_day(day)
        if n == 0:
            return day
        day += _ONE_DAY


def add_working_days(day: date, n: int) -> date:
    """So many working days later (minus: earlier); none leaves even a Sunday where it is."""
    step = _ONE_DAY if n >= 0 else -_ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(after: date, until: date) -> int:
    """How many working days lie after one day, up to and with another; 0 where it is not later."""
    return sum(
        is_working_day(after + timedelta(days=n)) for n in range(1, (until - after).days + 1)
    )


def end_of_day_london(day: date) -> datetime:
    """23:59:59 in London on that day, as aware UTC."""
    return datetime.combine(day, _LAST_SECOND, _LONDON).astimezone(UTC)


def standstill_ends(published_on: date, rule: StandstillRule) -> datetime:
    """The last second of the standstill of a notice published on a day.

    Procurement Act 2023 s.51: 8 working days beginning with the day of publication. Provider
    Selection Regime (SI 2023/1348): to midnight of the 8th working day after it. A notice
    published on a day that is no working day has its first working day still to come.
    """
    match rule:
        case "procurement-act":
            last = _nth_working_day_from(published_on, STANDSTILL_WORKING_DAYS)
        case "provider-selection":
            last = nth_working_day_after(published_on, STANDSTILL_WORKING_DAYS)
    return end_of_day_london(last)
