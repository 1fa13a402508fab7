"""The door through which others hear a log: `GET /v1/feed`, by long polling."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.log import Log
from shared.eventsourcing.subscriptions import FirstNumber, PublishedLog, Source
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


FEED: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {BATCH: {"schema": {"type": "array"}}}}},
}
"""How a door that serves a source describes its answer."""

After = Annotated[int, Query(ge=0, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=5000)]
Seconds = Annotated[float, Query(ge=0, le=30)]
LastEventId = Annotated[UUID | None, Query(alias="lastEventId")]


@router.get("/v1/feed", **FEED)
async def read_feed(
    request: Request,
    _: Annotated[Actor, allowed("feed:read")],
    last_event_id: LastEventId = None,
    after: After = 0,
    limit: Limit = 1000,
    timeout: Seconds = 0,  # noqa: ASYNC109 - the feed's own word
) -> Response:
    """Published events after `lastEventId` (or after a publication), oldest first.

    With `timeout`, an empty answer waits that many seconds for an event. 409: unknown-event.
    """
    log: Log = request.app.state.house.log
    if last_event_id is not None:
        after = known(await log.publication_of(last_event_id))
    return await answer(PublishedLog(log), after, limit, timeout)


async def answer(source: Source, after: int, limit: int, seconds: float) -> Response:
    """The next events of a source as a batch of CloudEvents, with its head and incarnations."""
    page = await source.read(after, limit, seconds)
    batch = [to_cloud_event(source.name, envelope) for envelope in page.envelopes]
    return Response(
        msgspec.json.encode(batch),
        media_type=BATCH,
        headers={
            "Log-Head": str(page.head),
            "Log-Epochs": written(page.epochs),
            "Cache-Control": "no-store",
        },
    )


def known(number: int | None) -> int:
    """The number of the event that a reader names. Raises UnknownEvent."""
    if number is None:
        raise UnknownEvent
    return number
