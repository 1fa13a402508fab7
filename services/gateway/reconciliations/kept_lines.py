"""Both sides' lines in the deletable store, and the few that were looked at last in memory.

Law: lines never change once stored; those of an erased text are never shown from memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from services.gateway.reconciliations.lines import Line
from services.gateway.reconciliations.refusals import LinesErased
from shared.postgres.pool import Pool
from shared.texts.store import TextStore

MEDIA_TYPE = "application/msgpack"
REMEMBERED = 8


def packed(lines: Sequence[Line]) -> bytes:
    return msgspec.msgpack.encode(lines)


class KeptLines:
    """Reads lines by the reference of their text."""

    def __init__(self, pool: Pool, texts: TextStore) -> None:
        self._pool = pool
        self._texts = texts
        self._known: OrderedDict[UUID, Mapping[int, Line]] = OrderedDict()

    async def read(self, text: UUID) -> Mapping[int, Line]:
        """By number, in the order in which they were stored. Raises LinesErased."""
        known = self._known.get(text)
        if known is not None and await self._stands(text):
            self._known.move_to_end(text)
            return known
        self._known.pop(text, None)
        kept = await self._texts.get(text)
        if kept is None or kept.content is None:
            raise LinesErased
        decoded = msgspec.msgpack.decode(kept.content, type=tuple[Line, ...])
        lines = {line.number: line for line in decoded}
        self._known[text] = lines
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return lines

    async def _stands(self, text: UUID) -> bool:
        return bool(
            await self._pool.fetchval(
                "select erased_at is null from kept.texts where text_id = $1", text
            )
        )
