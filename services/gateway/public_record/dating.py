"""When a release is dated, so that no two of one process have the same date. Pure.

Law: merging puts releases in order by date alone, so a date is written to the nanosecond in UTC and
in one width: microseconds of when the event was recorded, one digit for the log it came from (in
the order in which the logs cause one another) and two that tell apart what one log recorded about
one thing in the same microsecond.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SOURCES = ("needs", "procurement", "contracts", "monitoring")
"""The logs, each caused only by those before it and by itself."""
NANOSECONDS_A_SOURCE = 100


def dated(recorded_at: datetime, source: str, last_ns: int) -> int:
    """The date of a release in nanoseconds since 1970; `last_ns` is that of the one before it in
    the same row. Deterministic, and later than `last_ns`.
    """
    microseconds = (recorded_at - EPOCH) // MICROSECOND
    own = microseconds * 1_000 + SOURCES.index(source) * NANOSECONDS_A_SOURCE
    return max(own, last_ns + 1)


def written(date_ns: int) -> str:
    """As RFC 3339, always to nine decimals, so that text and time have one order."""
    seconds, nanoseconds = divmod(date_ns, 1_000_000_000)
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09}Z"


def beginning(day: date | str) -> str:
    """The first instant of a day in London."""
    return datetime.combine(_day(day), time(), LONDON).isoformat()


def ending(day: date | str) -> str:
    """The last second of a day in London."""
    return datetime.combine(_day(day), time(23, 59, 59), LONDON).isoformat()


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
