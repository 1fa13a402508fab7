"""What a view is: a pure fold from the events of one source to rows, one row per fold key.

Everything a view holds can be dropped and made again from the log; its tables are derived from its
row, so a new shape is a new table and no migration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from shared.eventsourcing.events import Event, Recorded

R = TypeVar("R", bound=msgspec.Struct)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a view. Scalars become columns of their own; anything nested becomes jsonb."""


Folded = R | None | tuple[R, Sequence[msgspec.Struct]]


@dataclass(frozen=True)
class View(Generic[R]):
    """A fold and the shape of what it makes.

    `source` names the service whose log is followed: its own by position, others by publication.
    `key` is the fold key an event belongs to (None: not for this view); a poison event parks its
    key and nothing else. `fold` gives the key's new row, None to drop it, or the row together with
    lines of the type `emits`, which are kept and never changed. With `history` each version of a
    row is kept with the time it became known. With `ordered_lines` they can be read in the order of
    their events over all keys. `searched` columns are lists of which a value is looked for.
    """

    name: str
    source: str
    row: type[R]
    events: tuple[type[Event], ...]
    key: Callable[[Recorded], str | None]
    fold: Callable[[R | None, Recorded], Folded[R]]
    emits: type[msgspec.Struct] | None = None
    history: bool = False
    indexes: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    ordered_lines: bool = False


def parted(folded: Any) -> tuple[Any, Sequence[msgspec.Struct]]:
    """The two halves of what a fold returns: the row, and the lines it emits."""
    if isinstance(folded, tuple):
        return folded  # pyright: ignore[reportUnknownVariableType]
    return folded, ()


def subject_of(recorded: Recorded) -> str:
    """The usual fold key: the id of the stream."""
    return recorded.subject
