"""A source that hears another service's feed over HTTP; the first of the two ways to hear."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec

from shared.eventsourcing.events import Envelope
from shared.eventsourcing.sources import Page
from shared.feed.events import CloudEvent, to_envelope
from shared.feed.serving import read

_decode = msgspec.json.Decoder(list[CloudEvent]).decode
MARGIN_SECONDS = 10.0
STREAM_SECONDS = 10.0
"""How long one answer goes on; a service that stops has no longer to wait for it."""


class HttpFeed:
    """Another service's published events, counted by publication."""

    def __init__(self, name: str, client: httpx.AsyncClient) -> None:
        self.name = name
        self._client = client

    def number(self, envelope: Envelope) -> int:
        return envelope.publication or 0

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        """Raises httpx.HTTPError where the feed does not answer."""
        response = await self._client.get(
            "/v1/feed",
            params={"after": after, "limit": limit, "timeout": wait_seconds},
            timeout=wait_seconds + MARGIN_SECONDS,
        )
        response.raise_for_status()
        envelopes = [to_envelope(event) for event in _decode(response.content)]
        headers = response.headers
        return Page(envelopes, int(headers["Log-Head"]), read(headers["Log-Epochs"]))


class FeedStream:
    """Another service's feed as a broadcast: one answer that goes on, a batch a line."""

    unheard: tuple[type[Exception], ...] = (httpx.HTTPError, msgspec.MsgspecError)

    def __init__(self, name: str, client: httpx.AsyncClient) -> None:
        self.name = name
        self._client = client

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[AsyncIterator[list[Envelope]]]:
        async with self._client.stream(
            "GET",
            "/v1/feed/stream",
            params={"timeout": STREAM_SECONDS},
            timeout=STREAM_SECONDS + MARGIN_SECONDS,
        ) as response:
            response.raise_for_status()
            lines = response.aiter_lines()
            await anext(lines)  # it begins with what there was before: nothing
            yield self._heard(lines)

    async def _heard(self, lines: AsyncIterator[str]) -> AsyncGenerator[list[Envelope]]:
        async for line in lines:
            yield [to_envelope(event) for event in _decode(line)]
