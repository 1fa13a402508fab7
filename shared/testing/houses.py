"""A whole service in the test's own process: real database, real HTTP, others' events given.

What another service would publish is appended to a log in memory and heard like a feed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from shared.eventsourcing.clock import london_date
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Event, Meta, Published, type_of
from shared.eventsourcing.log import Append, Log, NewEvent, Write
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.http.identity import Actor, Issuer, new_key, public_keys
from shared.http.permissions import scopes_of
from shared.kafka.settings import KafkaSettings
from shared.running.app import create_app
from shared.running.running import House, Plan
from shared.running.settings import Settings

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
KEY = new_key()
ISSUER = Issuer(KEY, "https://issuer.test")
SETTLE_SECONDS = 10.0


def token(agency: str, person: str, *roles: str, client: str = "tests") -> str:
    """A token as the development issuer would sign it, with everything its roles allow."""
    held = frozenset(roles)
    actor = Actor(client=client, agency=agency, person=person, roles=held, scopes=scopes_of(held))
    return ISSUER.token(actor, timedelta(hours=1))


NO_KAFKA = KafkaSettings()


def settings_of(dsn: str, *, sandbox: bool = True, kafka: KafkaSettings = NO_KAFKA) -> Settings:
    """Settings under which the tokens above are valid."""
    return Settings(
        database_url=dsn,
        token_keys=public_keys(KEY),
        token_issuer=ISSUER.name,
        sandbox=sandbox,
        kafka=kafka,
    )


class Caller:
    """Someone who calls the service's API: signed in, each POST with a key of its own."""

    def __init__(self, client: httpx.AsyncClient, bearer: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers=self._headers | _spelt(headers))

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.send("POST", path, body, **headers)

    async def put(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.send("PUT", path, body, **headers)

    async def post_raw(
        self, path: str, content: bytes | AsyncGenerator[bytes], media_type: str
    ) -> httpx.Response:
        """Posts bytes as they are, for what no client library would send."""
        headers = self._headers | {"idempotency-key": str(uuid4()), "content-type": media_type}
        return await self._client.post(path, content=content, headers=headers)

    async def send_raw(
        self, method: str, path: str, content: bytes, headers: dict[str, str]
    ) -> httpx.Response:
        """Sends bytes under headers that are quite one's own, also wrong ones."""
        return await self._client.request(
            method, path, content=content, headers=self._headers | headers
        )

    async def send(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        sent = self._headers | {"idempotency-key": str(uuid4())} | _spelt(headers)
        return await self._client.request(method, path, json=body, headers=sent)

    async def done(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Posts what must be accepted, and says what the answer was if it is not."""
        response = await self.post(path, body, **headers)
        assert response.is_success, f"{path}: {response.status_code} {response.text}"
        return response.json()


def _spelt(headers: Mapping[str, str]) -> dict[str, str]:
    """`idempotency_key` as `idempotency-key`."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


class RunningHouse:
    """A service in operation, and the logs of those it hears."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, heard: Mapping[str, Log]) -> None:
        self.app = app
        self.client = client
        self.heard = heard

    @property
    def house(self) -> House:
        return self.app.state.house

    def caller(self, agency: str, person: str, *roles: str) -> Caller:
        return Caller(self.client, token(agency, person, *roles))

    def nobody(self) -> Caller:
        return Caller(self.client, "")

    async def set_clock(self, to: datetime) -> None:
        """Puts the service's clock to an instant and lets everything due happen."""
        await self.settle()
        await self.house.set_clock(to)
        await self.settle()

    async def hear(self, service: str, stream: str, *events: Event) -> None:
        """Adds events of one stream (`kind/id`) to the log of another service, and settles."""
        log = self.heard[service]
        codec = Codec({type(event) for event in events})
        before = len(await log.read_stream(stream))
        new = tuple(
            NewEvent(
                type=type_of(type(event)),
                event_id=uuid4(),
                body=codec.encode(event),
                published=isinstance(event, Published),
                effective_on=getattr(event, "effective_on", None)
                or london_date(self.house.clock()),
            )
            for event in events
        )
        write = Write(stream, before, new, stream.partition("/")[2])
        append = Append(
            command_id=uuid4(), writes=(write,), meta=Meta(client=service), now=self.house.clock()
        )
        await log.append(append)
        await self.settle()

    async def settle(self) -> None:
        """Waits until every view and reaction is at its source's head and nothing is due."""
        while True:
            before = await self.house.log.head()
            for name, source in self.house.sources.items():
                head = (await source.read(2**62, 1, 0.0)).head
                assert await self.house.reached(name, head, SETTLE_SECONDS), name
            issued = await self.house.ticker.tick() if self.house.ticker else 0
            if not issued and await self.house.log.head() == before:
                return


@asynccontextmanager
async def open_house(
    plan: Plan,
    dsn: str,
    at: datetime | None = START,
    *,
    sandbox: bool = True,
    kafka: KafkaSettings = NO_KAFKA,
) -> AsyncGenerator[RunningHouse]:
    """Runs a service on a database with its clock at `at` (None: where it was left)."""
    heard = {name: MemoryLog(name) for name in plan.sources() if name != plan.name}
    settings = settings_of(dsn, sandbox=sandbox, kafka=kafka)
    app = create_app(plan, settings, {name: PublishedLog(log) for name, log in heard.items()})
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://test")
        await stack.enter_async_context(client)
        running = RunningHouse(app, client, heard)
        if at is not None:
            running.house.clock.set(at)
        yield running
