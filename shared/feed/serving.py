"""The door through which others hear a log: `GET /v1/feed`, by long polling."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.log import Log
from shared.eventsourcing.subscriptions import FirstNumber, PublishedLog
from shared.feed.events import BATCH, to_cloud_event
from shared.http.identity import Actor
from shared.http.permissions import allowed

router = APIRouter(tags=["feed"])


class UnknownEvent(Refused):
    """This log never published an event of that id; begin again from the first."""

    code = "unknown-event"


def written(epochs: tuple[FirstNumber, ...]) -> str:
    """Incarnations as a header: `1:1,2:91`."""
    return ",".join(f"{epoch}:{first}" for epoch, first in epochs)


def read(header: str) -> tuple[FirstNumber, ...]:
    pairs = (part.split(":") for part in header.split(",") if part)
    return tuple(FirstNumber(int(epoch), int(first)) for epoch, first in pairs)


@router.get(
    "/v1/feed",
    response_class=Response,
    responses={200: {"content": {BATCH: {"schema": {"type": "array"}}}}},
)
async def read_feed(
    request: Request,
    _: Annotated[Actor, allowed("feed:read")],
    last_event_id: Annotated[UUID | None, Query(alias="lastEventId")] = None,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    timeout: Annotated[float, Query(ge=0, le=30)] = 0,  # noqa: ASYNC109 - the feed's own word
) -> Response:
    """Published events after `lastEventId` (or after a publication), oldest first.

    With `timeout`, an empty answer waits that many seconds for an event. 409: unknown-event.
    """
    log: Log = request.app.state.house.log
    if last_event_id is not None:
        after = await _publication(log, last_event_id)
    page = await PublishedLog(log).read(after, limit, timeout)
    batch = [to_cloud_event(log.name, envelope) for envelope in page.envelopes]
    return Response(
        msgspec.json.encode(batch),
        media_type=BATCH,
        headers={
            "Log-Head": str(page.head),
            "Log-Epochs": written(page.epochs),
            "Cache-Control": "no-store",
        },
    )


async def _publication(log: Log, event_id: UUID) -> int:
    publication = await log.publication_of(event_id)
    if publication is None:
        raise UnknownEvent
    return publication
