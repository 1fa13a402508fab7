"""The nine stages of commissioning, and the months in which they are usually gone through.

Law: the calendar is a custom, never a gate; it says what is late and keeps nobody from anything.
Source: Sunderland Children's Trust, Commissioner's Handbook, June 2008 and October 2009.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Activity = Literal["assess", "plan", "do", "review"]


class Stage(NamedTuple):
    """One of the nine."""

    number: int
    title: str
    activity: Activity


STAGES = (
    Stage(1, "Look at outcomes", "assess"),
    Stage(2, "Focus on particular groups", "assess"),
    Stage(3, "Needs analysis", "assess"),
    Stage(4, "Identify resources, set priorities", "plan"),
    Stage(5, "Plan services, focus on prevention", "plan"),
    Stage(6, "Commission effectively", "do"),
    Stage(7, "Pooled resources", "do"),
    Stage(8, "Workforce and market development", "do"),
    Stage(9, "Monitor and review", "review"),
)


class Season(NamedTuple):
    """First and last day of an activity, both counted."""

    begins_on: date
    ends_on: date


def season(activity: Activity, year: int) -> Season:
    """When an activity is due in the cycle that begins in April of a year."""
    match activity:
        case "assess":
            return Season(date(year, 4, 1), date(year, 6, 30))
        case "plan":
            return Season(date(year, 7, 1), date(year, 9, 30))
        case "do":
            return Season(date(year, 9, 1), date(year + 1, 3, 31))
        case "review":
            return Season(date(year, 12, 1), date(year + 1, 3, 31))


def cycle_of(day: date) -> int:
    """The year in whose April the cycle of a day began."""
    return day.year if day.month >= 4 else day.year - 1


def written(cycle: int) -> str:
    """`2026` as `2026/27`."""
    return f"{cycle}/{(cycle + 1) % 100:02}"
