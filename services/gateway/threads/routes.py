"""The door of the thread: from any object to need and outcome, from any need to money spent."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.gateway.threads.graph import Direction, Kind, Ref, Strand, thread, together
from services.gateway.threads.views import AGREED, REVIEWED, VIEWS, StrandRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/threads", tags=["threads"])

PROVIDERS_OWN = frozenset({AGREED.name, REVIEWED.name})


def _store(request: Request, name: str) -> ViewStore[StrandRow]:
    return request.app.state.house.stores[name]


async def _rows(request: Request, name: str, column: str, value: str) -> list[StrandRow]:
    store = _store(request, name)
    found: list[StrandRow] = []
    after = ""
    while page := await store.find(where={column: value}, after=after):
        found += page.values()
        after = max(page)
    return found


async def seen_by(request: Request, agency: str) -> Strand:
    """All of the thread an agency may see: its partnerships', or the contracts it provides."""
    found: list[StrandRow] = []
    for partnership in await partnerships_of(request, agency):
        for view in VIEWS:
            found += await _rows(request, view.name, "partnership", partnership)
    for name in sorted(PROVIDERS_OWN):
        found += await _rows(request, name, "provider", agency)
    return together(row.strand for row in found)


@router.get("/{kind}/{id}")
async def read_thread(
    request: Request,
    kind: Kind,
    id: Id,
    actor: Annotated[Actor, allowed("thread:read")],
    direction: Direction = "both",
) -> dict[str, Any]:
    """Everything that led to an object (back) and everything that came of it (forward).

    Every edge points from need towards money. 404: not-found, also where the object is another's.
    """
    found = thread(await seen_by(request, actor.agency), Ref(kind, id), direction)
    if found is None:
        raise Missing
    return {
        "start": {"kind": kind, "id": id},
        "direction": direction,
        "nodes": [msgspec.to_builtins(node) for node in found.nodes],
        "edges": [
            {
                "from": edge.source._asdict(),
                "relation": edge.relation,
                "to": edge.target._asdict(),
            }
            for edge in found.edges
        ],
    }
