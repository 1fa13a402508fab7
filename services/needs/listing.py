"""Which objects of the house a list may hold.

Law: without a partnership named, only what is public; with one, its partners see drafts too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from shared.http.identity import Actor
from shared.http.membership import members_of


async def readable(
    request: Request, actor: Actor, partnership: str | None
) -> tuple[Mapping[str, Any], bool]:
    """The condition on the rows, and whether the actor's agency is a partner. Raises Missing."""
    if partnership is None:
        return {"public": True}, False
    if actor.agency in await members_of(request, partnership):
        return {"partnership": partnership}, True
    return {"partnership": partnership, "public": True}, False
