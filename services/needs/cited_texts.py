"""Shows a text that an object cites.

Law: only what the reader's view of the object cites is ever looked up, and an erased text says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from shared.eventsourcing.commands import Missing
from shared.published.terms import TextRef
from shared.texts.store import TextStore


class CitedText(BaseModel):
    """A text as it reads now; `content` is null once it has been erased."""

    text: UUID
    content: str | None
    erased_at: datetime | None = None


async def cited(texts: TextStore, text: UUID, citing: Iterable[TextRef | None]) -> CitedText:
    """The text, if one of the references names it. Raises Missing."""
    if text not in {reference.text for reference in citing if reference is not None}:
        raise Missing
    stored = await texts.get(text)
    if stored is None:
        raise Missing
    content = None if stored.content is None else stored.content.decode()
    return CitedText(text=text, content=content, erased_at=stored.erased_at)
