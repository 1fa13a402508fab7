"""Deadlines: what must happen when a time has come and nobody has done anything.

Events set and clear named deadlines of their stream; one ticker issues the command that is due, and
the decider checks again. The command id is made from the deadline, so it is issued once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from shared.eventsourcing.commands import Command
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import AnyDecider
from shared.eventsourcing.views import Row, View

_NAMESPACE = UUID("5d3f4a7e-0f5b-5c1c-9a65-6c1f0f7f3b11")


@dataclass(frozen=True)
class Timed:
    """The deadlines of one stream type.

    `due` says which named deadlines an event sets (a time) or clears (None); `command` makes the
    command that a deadline issues, told its name and the time now.
    """

    decider: AnyDecider
    due: Callable[[Recorded], Mapping[str, datetime | None]]
    command: Callable[[str, datetime], Command]


class DueRow(Row, frozen=True, kw_only=True):
    """The deadlines of one stream; `next_due_at` is the earliest."""

    due: dict[str, datetime]
    next_due_at: datetime | None


def deadlines(service: str, timed: Sequence[Timed]) -> View[DueRow]:
    """The view of every deadline that a service's own events have set."""
    by_category = {item.decider.category: item for item in timed}

    def fold(row: DueRow | None, recorded: Recorded) -> DueRow | None:
        category = recorded.stream.partition("/")[0]
        changes = by_category[category].due(recorded)
        due = {**(row.due if row else {}), **changes}
        left = {name: at for name, at in due.items() if at is not None}
        return DueRow(due=left, next_due_at=min(left.values())) if left else None

    return View(
        name="deadlines",
        source=service,
        row=DueRow,
        events=tuple(event for item in timed for event in item.decider.events),
        key=lambda recorded: recorded.stream,
        fold=fold,
        indexes=("next_due_at",),
    )


def command_id(stream: str, name: str, due_at: datetime) -> UUID:
    """The same deadline always issues the same command."""
    return uuid5(_NAMESPACE, f"{stream} {name} {due_at.isoformat()}")
