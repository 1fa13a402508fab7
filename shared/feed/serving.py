"""The door through which others hear a log: `GET /v1/feed`, by long polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from shared.eventsourcing.commands import Refused
from shared.eventsourcing.log import Log
from shared.eventsourcing.sources import FirstNumber, Page, PublishedLog, Source
from shared.feed.events import BATCH, to_cloud_event
from shared.http.identity import Actor
from shared.http.permissions import allowed

router = APIRouter(tags=["feed"])

LINES = "application/x-ndjson"
MOST_IN_LINE = 500
GATHER_SECONDS = 0.008  # what is published meanwhile comes in one line


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

STREAM: dict[str, Any] = {
    "response_class": StreamingResponse,
    "responses": {200: {"content": {LINES: {"schema": {"type": "string"}}}}},
}

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


@router.get("/v1/feed/stream", **STREAM)
async def stream_feed(
    request: Request,
    _: Annotated[Actor, allowed("feed:read")],
    timeout: Seconds = 0,  # noqa: ASYNC109 - the feed's own word
) -> StreamingResponse:
    """Events as they are published from now on, for `timeout` seconds: a batch a line.

    The first line is an empty batch, by which time nothing published is missed.
    """
    log: Log = request.app.state.house.log
    return StreamingResponse(
        _lines(log, timeout), media_type=LINES, headers={"Cache-Control": "no-store"}
    )


async def _lines(log: Log, seconds: float) -> AsyncGenerator[bytes]:
    source, loop = PublishedLog(log), asyncio.get_running_loop()
    deadline = loop.time() + seconds
    at = (await log.head()).publication
    yield b"[]\n"
    while (left := deadline - loop.time()) > 0:
        page = await source.read(at, MOST_IN_LINE, left)
        if page.envelopes:
            at = source.number(page.envelopes[-1])
            yield _batch(source, page) + b"\n"
            await asyncio.sleep(GATHER_SECONDS)


async def answer(source: Source, after: int, limit: int, seconds: float) -> Response:
    """The next events of a source as a batch of CloudEvents, with its head and incarnations."""
    page = await source.read(after, limit, seconds)
    return Response(
        _batch(source, page),
        media_type=BATCH,
        headers={
            "Log-Head": str(page.head),
            "Log-Epochs": written(page.epochs),
            "Cache-Control": "no-store",
        },
    )


def _batch(source: Source, page: Page) -> bytes:
    return msgspec.json.encode([to_cloud_event(source.name, one) for one in page.envelopes])


def known(number: int | None) -> int:
    """The number of the event that a reader names. Raises UnknownEvent."""
    if number is None:
        raise UnknownEvent
    return number
