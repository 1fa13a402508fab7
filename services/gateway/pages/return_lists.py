"""Returns as whoever owes or judges them looks for them: what is pressing first. Pure.

Law: what a person has to do is told from the return's own status and date, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from shared.values.working_days import working_days_between

Json = Mapping[str, Any]
SOON_WORKING_DAYS = 10
OWED = ("open", "draft", "rejected", "scheduled")
OPEN_TO_FILL_IN = ("open", "draft", "rejected")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; `name` is its anchor."""

    name: str
    title: str
    items: tuple[Json, ...]


def grouped(items: Iterable[Json], today: date, agency: str, *, signs: bool = False) -> list[Group]:
    """Overdue, due in the next ten working days, waiting for the reader's answer or signature, open
    and due later, then the rest; each by date.
    """
    found: dict[str, list[Json]] = {
        "overdue": [], "soon": [], "waiting": [], "open": [], "rest": [],
    }  # fmt: skip
    for one in sorted(items, key=lambda one: (one["due_at"], one["contract"], one["period"])):
        waits = signs and one["provider"] == agency and one.get("prepared", False)
        found["waiting" if waits else _place(one, today, agency)].append(one)
    titles = {
        "overdue": "Overdue",
        "soon": f"Due in the next {SOON_WORKING_DAYS} working days",
        "waiting": "Waiting for your signature" if signs else "Waiting for your answer",
        "open": "Open, due later",
        "rest": "All others",
    }
    return [Group(name=n, title=titles[n], items=tuple(some)) for n, some in found.items()]


def _place(one: Json, today: date, agency: str) -> str:
    status, due_on = one["status"], _day(one["due_at"])
    mine = one["provider"] == agency
    if status == "queried" and mine:
        return "waiting"
    if status in ("submitted", "answered") and not mine:
        return "waiting"
    if status not in OWED:
        return "rest"
    if one["overdue"] or due_on < today:
        return "overdue"
    if working_days_between(today, due_on) <= SOON_WORKING_DAYS:
        return "soon"
    return "open" if status in OPEN_TO_FILL_IN else "rest"


def _day(said: str) -> date:
    return datetime.fromisoformat(said).date()


def filtered(items: Iterable[Json], contract: str, period: str) -> list[Json]:
    return [
        one
        for one in items
        if (not contract or one["contract"] == contract) and (not period or one["period"] == period)
    ]
