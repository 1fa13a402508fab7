"""Deadlines as a calendar that others can subscribe to (RFC 5545).

Law: a deadline keeps its identity when it moves, so that a calendar moves it and adds no second.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar, Event

from services.gateway.overviews.due import Due, Kind

SAID: dict[Kind, str] = {
    "return": "Return due",
    "explanation": "Explanation due",
    "decision": "Decision on an explanation due",
    "meeting": "Meeting about a case due",
    "plan": "Improvement plan due",
    "milestone": "Milestone of a plan due",
    "exception-report": "Exception report due",
    "formal-review": "Formal review due",
    "notice-answer": "Answer to a notice due",
    "bids-close": "Bids close",
    "standstill-ends": "Standstill ends",
    "action": "Action of a review meeting due",
}


def calendar(deadlines: Iterable[Due], now: datetime) -> bytes:
    made: Any = Calendar()
    made.add("prodid", "-//Golden Thread//deadlines//EN")
    made.add("version", "2.0")
    for one in deadlines:
        made.add_component(_entry(one, now))
    return made.to_ical()


def _entry(one: Due, now: datetime) -> Event:
    entry: Any = Event()
    entry.add("uid", f"{one.kind}:{one.of}:{one.id}@goldenthread")
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("dtstart", one.due_at.astimezone(UTC))
    entry.add("summary", f"{SAID[one.kind]}: {one.title}")
    entry.add("description", f"From {one.by}: {one.id}")
    return entry
