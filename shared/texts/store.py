"""Free text and files of one service: written before the event that cites them, erasable for good.

An erased text keeps its id, so that the events citing it still point at something that says so.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from shared.postgres.pool import Pool
from shared.published.terms import TextRef


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A stored text. `content` is None once it has been erased."""

    text: UUID
    owner: str
    kind: str
    media_type: str
    content: bytes | None
    erased_at: datetime | None


class TextStore:
    """The texts of one service. `owner` is the agency whose text it is, `kind` what it is for."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(
        self,
        text: UUID,
        kind: str,
        owner: str,
        content: bytes,
        now: datetime,
        media_type: str = "text/plain",
    ) -> TextRef:
        """Stores a text; one stored before under the same id stays, and its reference is given."""
        salt = secrets.token_bytes(16)
        digest = hashlib.sha256(salt + content).hexdigest()
        await self._pool.execute(
            "insert into kept.texts values ($1, $2, $3, $4, $5, $6, $7, $8)"
            " on conflict (text_id) do nothing",
            text, owner, kind, media_type, salt, digest, content, now,
        )  # fmt: skip
        kept = await self._pool.fetchval("select digest from kept.texts where text_id = $1", text)
        return TextRef(text=text, digest=kept)

    async def get(self, text: UUID) -> Text | None:
        row = await self._pool.fetchrow(
            "select text_id, owner, kind, media_type, content, erased_at from kept.texts"
            " where text_id = $1",
            text,
        )
        if row is None:
            return None
        return Text(
            text=row[0], owner=row[1], kind=row[2], media_type=row[3], content=row[4],
            erased_at=row[5],
        )  # fmt: skip

    async def salt(self, text: UUID) -> bytes:
        """What a text's digest was made with, for who holds the text; empty once it is erased."""
        found = await self._pool.fetchval("select salt from kept.texts where text_id = $1", text)
        return found or b""

    async def erase(self, text: UUID, now: datetime) -> bool:
        """Removes content and salt for good; says whether there was anything to remove."""
        status = await self._pool.execute(
            "update kept.texts set content = null, salt = '', erased_at = $2"
            " where text_id = $1 and erased_at is null",
            text,
            now,
        )
        return status.endswith(" 1")

    async def erase_again(self) -> None:
        """Erases whatever the log says is erased: after a restore from before, or a crash between.

        A stream `text/<id>` has events only once its text is erased.
        """
        await self._pool.execute(
            "update kept.texts set content = null, salt = '', erased_at = erased.recorded_at"
            " from log.events erased where erased_at is null and erased.version = 1"
            " and erased.stream >= 'text/' and erased.stream < 'text0'"
            " and text_id = substr(erased.stream, 6)::uuid"
        )
