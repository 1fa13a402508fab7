"""A source that hears another service's feed over HTTP; the first of the two ways to hear."""

from __future__ import annotations

import httpx
import msgspec

from shared.eventsourcing.events import Envelope
from shared.eventsourcing.subscriptions import Page
from shared.feed.events import CloudEvent, to_envelope
from shared.feed.serving import read

_decode = msgspec.json.Decoder(list[CloudEvent]).decode
MARGIN_SECONDS = 10.0


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
