"""An endpoint of an agency as a test stands for it, and a worker that delivers to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec
from standardwebhooks import Webhook

from services.gateway.partners.logs import PartnerLogs
from services.gateway.partners.writer import PartnerWriter
from services.gateway.webhooks.endpoints import Endpoint, Endpoints
from services.gateway.webhooks.worker import Worker
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered
from shared.postgres.pool import Pool
from tests.gateway.partners.happened import SOURCES, heard

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLIC_ADDRESS = "93.184.216.34"


async def tell(pool: Pool) -> None:
    """Writes the story into the agencies' logs."""
    writer = PartnerWriter(pool)
    for source, events in SOURCES.items():
        page = [
            Numbered(number, heard(source, number, stream, event).recorded.envelope)
            for number, (stream, event) in enumerate(events, 1)
        ]
        await writer.take(source, BEGINNING, Checkpoint(1, page[-1].number), page)


def endpoint(agency: str = "acorn", *types: str, n: int = 1) -> Endpoint:
    return Endpoint(
        webhook=UUID(int=n), agency=agency, url=f"https://hooks{n}.{agency}.example/in?a=b",
        types=types, status="active", cursor=0, attempts=0, next_attempt_at=NOW,
        request_hash="h", created_at=NOW,
    )  # fmt: skip


@dataclass
class Receiver:
    """What an agency's system received, and what it answers: 204 unless told otherwise.

    `meanwhile` happens while a request is on its way, before it is answered.
    """

    answers: Callable[[int], int] = lambda _: 204
    meanwhile: Callable[[httpx.Request], Awaitable[None]] | None = None
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.meanwhile:
            await self.meanwhile(request)
        self.requests.append(request)
        return httpx.Response(self.answers(len(self.requests)), headers={"location": "/elsewhere"})

    @property
    def events(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(request.content) for request in self.requests]

    @property
    def numbers(self) -> list[int]:
        return [event["publication"] for event in self.events]

    def verified(self, secret: str = SECRET) -> None:
        """Every request as its receiver checks it, with the library it would use."""
        for request in self.requests:
            Webhook(secret).verify(request.content, dict(request.headers))


class Post:
    """A worker over real tables; what it sends goes to the receiver."""

    def __init__(self, pool: Pool, receiver: Receiver, *addresses: str) -> None:
        self.endpoints = Endpoints(pool)
        self.receiver = receiver
        self.addresses = list(addresses or (PUBLIC_ADDRESS,))
        self.asked: list[str] = []
        self.clock = datetime.now(UTC)
        self.worker = Worker(
            self.endpoints,
            PartnerLogs(pool),
            httpx.AsyncClient(transport=httpx.MockTransport(receiver)),
            self._resolve,
            signed_at=lambda: self.clock,
            chance=lambda: 0.5,
            sandbox=False,
        )

    async def _resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(f"{host}:{port}")
        return self.addresses

    async def stands(self, webhook: int = 1) -> Endpoint:
        return await self.endpoints.get(UUID(int=webhook))
