"""What an entry must be to be written, and an action to be done. Pure: no clock, no I/O, no chance.

Law: an idea and nothing else says what it costs; an action and nothing else has an owner and a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Protocol, TypeVar

from shared.entries.refusals import (
    ActionUnclear,
    AlreadyDone,
    CostUnclear,
    DoneLater,
    EntryUnknown,
    NotAnAction,
    SectionFixed,
)

Cost = Literal["no-cost", "low-cost", "costed"]
CHEAP: frozenset[Cost | None] = frozenset({"no-cost", "low-cost"})
"""An idea at one of these costs is what every card and curve needs at least once."""


class Entry(Protocol):
    """An entry as its room keeps it, or as somebody asks for it."""

    @property
    def section(self) -> str: ...
    @property
    def cost(self) -> Cost | None: ...
    @property
    def owner(self) -> str: ...
    @property
    def due_on(self) -> date | None: ...


E = TypeVar("E", bound=Entry)


def standing(entries: Mapping[str, E], entry: str) -> E:
    """The entry of that name. Refuses: EntryUnknown."""
    found = entries.get(entry)
    if found is None:
        raise EntryUnknown
    return found


def check_written(asked: Entry, before: Entry | None) -> None:
    """Refuses: SectionFixed (for other words of one that stands), CostUnclear, ActionUnclear."""
    if before is not None and before.section != asked.section:
        raise SectionFixed
    if (asked.cost is not None) != (asked.section == "what-works"):
        raise CostUnclear
    is_action = asked.section == "action"
    if bool(asked.owner) != is_action or (asked.due_on is not None) != is_action:
        raise ActionUnclear


def check_done(entry: Entry, done_on: date, today: date, *, already: bool) -> None:
    """Refuses: NotAnAction, AlreadyDone, DoneLater."""
    if entry.section != "action":
        raise NotAnAction
    if already:
        raise AlreadyDone
    if done_on > today:
        raise DoneLater
