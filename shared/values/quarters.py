"""Financial years, and the quarters, months and whole years that returns and money belong to.

Law: a year runs from 1 April to 31 March; every day lies in exactly one period of each frequency.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

Frequency = Literal["monthly", "quarterly", "annual"]

FIRST_MONTH = 4
_MONTHS_IN = {"monthly": 1, "quarterly": 3, "annual": 12}
_YEAR = re.compile(r"(\d{4})/(\d{2})")
_PERIOD = re.compile(r"(\d{4})-(\d{2})-(?:Q([1-4])|M(0[1-9]|1[0-2])|(Y))")


def parse_year(year: str) -> int:
    """The calendar year `2026/27` starts in. Raises ValueError for any other form."""
    found = _YEAR.fullmatch(year)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"{year!r} is not a financial year such as 2026/27")
    return int(found[1])


def year_starting(starts: int) -> str:
    """The financial year that begins in April of a calendar year: 2026 as `2026/27`."""
    return f"{starts:04d}/{(starts + 1) % 100:02d}"


def next_year(year: str) -> str:
    return year_starting(parse_year(year) + 1)


def previous_year(year: str) -> str:
    return year_starting(parse_year(year) - 1)


def financial_year(day: date) -> str:
    return year_starting(day.year if day.month >= FIRST_MONTH else day.year - 1)


def parse_period(period: str) -> tuple[int, Frequency, int]:
    """`2026-27-Q2` as (2026, quarterly, 2). Raises ValueError for any other form."""
    found = _PERIOD.fullmatch(period)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"{period!r} is not a period such as 2026-27-Q1, 2026-27-M01 or 2026-27-Y")
    if found[3]:
        return int(found[1]), "quarterly", int(found[3])
    if found[4]:
        return int(found[1]), "monthly", int(found[4])
    return int(found[1]), "annual", 1


def _named(starts: int, frequency: Frequency, number: int) -> str:
    parts = {"quarterly": f"Q{number}", "monthly": f"M{number:02d}", "annual": "Y"}
    return f"{starts:04d}-{(starts + 1) % 100:02d}-{parts[frequency]}"


def frequency_of(period: str) -> Frequency:
    return parse_period(period)[1]


def year_of(period: str) -> str:
    """The financial year a period belongs to: `2026-27-Q2` to `2026/27`."""
    return year_starting(parse_period(period)[0])


def whole_year(year: str) -> str:
    """The annual period of a financial year: `2026/27` as `2026-27-Y`."""
    return _named(parse_year(year), "annual", 1)


def first_day(name: str) -> date:
    """The first day of a period, or of a financial year."""
    if "/" in name:
        return date(parse_year(name), FIRST_MONTH, 1)
    starts, frequency, number = parse_period(name)
    months = FIRST_MONTH - 1 + (number - 1) * _MONTHS_IN[frequency]
    return date(starts + months // 12, months % 12 + 1, 1)


def last_day(name: str) -> date:
    """The last day of a period, or of a financial year."""
    starts = first_day(name)
    length = 12 if "/" in name else _MONTHS_IN[frequency_of(name)]
    months = starts.month - 1 + length
    return date(starts.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def period_of(day: date, frequency: Frequency) -> str:
    starts = parse_year(financial_year(day))
    months_in = (day.month - FIRST_MONTH) % 12
    return _named(starts, frequency, months_in // _MONTHS_IN[frequency] + 1)


def next_period(period: str) -> str:
    return period_of(last_day(period) + timedelta(days=1), frequency_of(period))


def previous_period(period: str) -> str:
    return period_of(first_day(period) - timedelta(days=1), frequency_of(period))


def periods(starts_on: date, ends_on: date, frequency: Frequency) -> tuple[str, ...]:
    """Every period with a day between two dates, both included; none where they are reversed."""
    found: list[str] = []
    day = starts_on
    while day <= ends_on:
        found.append(period_of(day, frequency))
        day = last_day(found[-1]) + timedelta(days=1)
    return tuple(found)


def years(starts_on: date, ends_on: date) -> tuple[str, ...]:
    """Every financial year with a day between the two dates, both included."""
    return tuple(year_of(period) for period in periods(starts_on, ends_on, "annual"))


def months_of(period: str) -> tuple[str, ...]:
    """The months a quarter or a year is made of; of a month, itself."""
    return periods(first_day(period), last_day(period), "monthly")
