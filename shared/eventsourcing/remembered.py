"""A small view kept in memory, for what every request asks.

Law: it is never older than this process's place in the view, and otherwise a second at most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Generic

from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import R

SECONDS = 1.0  # a key that is retried changes its row and moves nobody's place


class Remembered(Generic[R]):
    """All rows of a view, read again whenever `place` has moved."""

    def __init__(self, store: ViewStore[R], place: Callable[[], int]) -> None:
        self._store = store
        self._place = place
        self._rows: Mapping[str, R] = {}
        self._at = -1
        self._until = 0.0

    async def rows(self) -> Mapping[str, R]:
        """Every row by its key, in key order."""
        at, now = self._place(), asyncio.get_running_loop().time()
        if at != self._at or now >= self._until:
            self._rows = await self._store.every()
            self._at, self._until = at, now + SECONDS
        return self._rows
