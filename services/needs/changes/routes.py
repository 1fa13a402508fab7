"""The door of changes: partners see what the board decided on reviewed services."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.needs.changes.views import CHANGE_ROWS, ChangeRow
from shared.eventsourcing.view_store import ViewStore
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/service-changes", tags=["service changes"])

Changes = Annotated[ViewStore[ChangeRow], rows(CHANGE_ROWS)]


@router.get("")
async def list_service_changes(
    request: Request,
    changes: Changes,
    paging: Paging,
    actor: Annotated[Actor, allowed("board:read")],
) -> Listed[dict[str, Any]]:
    """Services that their review would redesign or end, and what the board decided of each."""
    found: dict[str, ChangeRow] = {}
    for partnership in await partnerships_of(request, actor.agency):
        found |= await changes.find(
            where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
        )
    return paging.page(
        {key: msgspec.to_builtins(found[key]) for key in sorted(found)[: paging.limit + 1]}
    )
