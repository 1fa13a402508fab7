"""Long streams, folded once and remembered, so that a command costs what was added since.

Law: what is remembered is a fold of the log's own first events, up to a version; it is a saving and
never a truth: whoever is told of a conflict forgets it and folds from the beginning.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

S = TypeVar("S")

LONG = 32  # events; a shorter stream is folded before anything could be looked up
MOST = 256  # streams


class Loaded(NamedTuple, Generic[S]):
    """A stream's state and the version it was folded to (0: it does not exist)."""

    state: S
    version: int


class Folded:
    """The states of the long streams that were loaded last."""

    def __init__(self, long: int = LONG, most: int = MOST) -> None:
        self._long = long
        self._most = most
        self._states: OrderedDict[str, Loaded[Any]] = OrderedDict()

    def of(self, stream: str) -> Loaded[Any] | None:
        known = self._states.get(stream)
        if known is not None:
            self._states.move_to_end(stream)
        return known

    def keep(self, stream: str, loaded: Loaded[Any]) -> None:
        """Remembers a long stream's state, in the place of the one asked for longest ago."""
        if loaded.version < self._long:
            return
        self._states[stream] = loaded
        self._states.move_to_end(stream)
        if len(self._states) > self._most:
            self._states.popitem(last=False)

    def forget(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._states.pop(stream, None)
