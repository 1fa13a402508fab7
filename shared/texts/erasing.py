"""The erasing of a text as a fact in the log of the service that kept it.

The fact outlives every copy of the text: whoever restores an older copy erases it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Event
from shared.published.terms import PersonId

Ground = Literal["asked-by-the-person", "entered-by-mistake", "no-longer-needed"]


class TextErased(Event, frozen=True, kw_only=True, tag="texts.text-erased.v1"):
    """The text of this stream's id is gone for good."""

    ground: Ground
    erased_by: PersonId
    erased_at: datetime


class EraseText(Command, frozen=True, kw_only=True):
    ground: Ground
    erased_by: PersonId
    now: datetime


def decide(command: EraseText, erased: bool) -> Sequence[TextErased]:
    """A text erased before stays erased; nothing more happens."""
    if erased:
        return []
    return [TextErased(ground=command.ground, erased_by=command.erased_by, erased_at=command.now)]


def evolve(_: bool, __: TextErased) -> bool:
    return True


TEXTS: Decider[EraseText, bool, TextErased] = Decider(
    category="text", initial=False, decide=decide, evolve=evolve, events=(TextErased,)
)
