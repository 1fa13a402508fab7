"""How a framework stands, and how facts change it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec.structs import replace

from services.needs.frameworks.events import (
    Entry,
    FlexibilityStated,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkEntryRemoved,
    FrameworkEvent,
    LevelStated,
    StatementWritten,
)

WANTED = ("vision", "value", "principle", "governance", "pooling")
"""What no framework is adopted without."""


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version: a draft, or adopted. `revision` counts the changes of the draft."""

    number: int = 0
    revision: int = 0
    drafting: bool = False
    entries: tuple[Entry, ...] = ()
    in_force_from: date | None = None

    @property
    def about(self) -> str:
        return about(self.number, self.revision)


def about(number: int, revision: int) -> str:
    """What the board's decision on a draft is about; any later change makes it another."""
    return f"framework-{number}.{revision}"


def lacking(entries: Iterable[Entry]) -> list[str]:
    """The sections nothing has been written in, of those that are wanted."""
    written = {one.section for one in entries if isinstance(one, StatementWritten)}
    return [section for section in WANTED if section not in written]


def evolve(framework: Framework, event: FrameworkEvent) -> Framework:
    """The framework after one more fact."""
    match event:
        case FrameworkDrafted():
            return replace(framework, number=event.number, revision=0, drafting=True)
        case StatementWritten() | LevelStated() | FlexibilityStated():
            entries = (*framework.entries, event)
        case FrameworkEntryRemoved():
            entries = tuple(one for one in framework.entries if one.entry != event.entry)
        case FrameworkAdopted():
            return replace(framework, drafting=False, in_force_from=event.in_force_from)
    return replace(framework, entries=entries, revision=framework.revision + 1)
