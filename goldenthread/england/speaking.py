"""How the simulation speaks: many requests in flight, each counted, none lost to a busy moment.

Law: only the public address is spoken to; a request that is sent again keeps its key.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, TypeVar
from uuid import UUID, uuid5

import httpx

from goldenthread.demo.stage import BUSY, LONDON, OPERATOR, Json, NotAccepted, NotAtRest, Person
from goldenthread.house import Running, token

KEYS = UUID("0d7c1f4e-5a57-5f0e-9a44-6f1f0a4c5b21")
AT_ONCE = 12
ASK_SECONDS = 600.0
REST_SECONDS = 3600.0
AGAIN_SECONDS = 0.25
ATTEMPTS = 400
NAMED = re.compile(r"/[^/?]*[0-9:][^/?]*")

T = TypeVar("T")


@dataclass
class Kind:
    """One kind of request: how many, and how long their senders waited altogether."""

    count: int = 0
    seconds: float = 0.0


@dataclass
class Speaker:
    """Anyone in the country, speaking to one house."""

    running: Running
    kinds: dict[str, Kind] = field(default_factory=lambda: defaultdict(Kind))
    moved: Callable[[str], None] = lambda _: None
    _tokens: dict[Person, str] = field(default_factory=dict[Person, str])
    _written: dict[str, str] = field(default_factory=dict[str, str])
    _sent: int = 0

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=AT_ONCE * 2)
        self._client = httpx.AsyncClient(
            base_url=self.running.address, timeout=ASK_SECONDS, limits=limits
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(
        self, who: Person, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One request, sent until it is answered by more than `busy`. Raises NotAccepted."""
        self._sent += 1
        sent = {
            "Authorization": f"Bearer {self._token(who)}",
            "Idempotency-Key": str(uuid5(KEYS, f"{self._sent} {method} {path}")),
            "Accept": "application/json",
        } | headers
        began = time.perf_counter()
        for _ in range(ATTEMPTS):
            try:
                response = await self._client.request(method, path, json=body, headers=sent)
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code != BUSY:
                kind = self.kinds[kind_of(method, path)]
                kind.count += 1
                kind.seconds += time.perf_counter() - began
                return response
            await asyncio.sleep(AGAIN_SECONDS)
        raise NotAccepted(f"{method} {path}: nobody answers")

    async def do(self, who: Person, path: str, body: Any = None, method: str = "POST") -> Json:
        """What must be accepted. Raises NotAccepted with the problem."""
        response = await self.send(who, method, path, {} if body is None else body)
        if response.is_error:
            raise NotAccepted(f"{method} {path}: {response.status_code} {response.text}")
        self._written[who.agency] = response.headers.get("Log-Position", "")
        return response.json()

    async def seen(self, who: Person, path: str) -> Any:
        """Reads once the service's views have what this agency last wrote."""
        position = self._written[who.agency]
        return (await self.send(who, "GET", path, **{"Log-Position": position})).json()

    async def made(self, who: Person, path: str, body: Any = None) -> str:
        """The id of what a command made."""
        return str((await self.do(who, path, body))["id"])

    async def read(self, who: Person, path: str) -> Any:
        response = await self.send(who, "GET", path)
        if response.is_error:
            raise NotAccepted(f"GET {path}: {response.status_code} {response.text}")
        return response.json()

    def _token(self, who: Person) -> str:
        if who not in self._tokens:
            roles = frozenset(who.roles)
            self._tokens[who] = token(self.running.place, who.agency, who.person, roles, 24)
        return self._tokens[who]

    async def progress(self) -> Json:
        """How far every service has come, and whether all are at rest."""
        return await self.read(OPERATOR, "/v1/operations/all")

    async def settle(self) -> Json:
        """Waits until nothing moves any more. Raises NotAtRest where something is parked."""
        deadline, before = time.monotonic() + REST_SECONDS, None
        while time.monotonic() < deadline:
            at = await self.progress()
            if stuck := _stuck(at):
                raise NotAtRest(stuck)
            now = [(one["service"], one["position"]) for one in at["services"]]
            if at["at_rest"] and now == before:
                return at
            before = now
            await asyncio.sleep(AGAIN_SECONDS)
        raise NotAtRest(f"not at rest within {REST_SECONDS:.0f} s")

    async def go_to(self, day: date) -> None:
        """Puts every clock to ten in the morning of a day, and waits for all that follows.

        Where much falls due at once, a service may answer late and is told the time again.
        """
        await self.settle()
        to = datetime.combine(day, time_of_day(10), LONDON)
        self.moved(f"{to:%-d %B %Y}")
        for _ in range(ATTEMPTS):
            response = await self.send(
                OPERATOR, "PUT", "/v1/sandbox/clock", {"now": to.isoformat()}
            )
            if not response.is_error:
                break
            if any(one["code"] != "service-unavailable" for one in response.json()["errors"]):
                raise NotAccepted(f"the clock would not move to {to}: {response.text}")
            await asyncio.sleep(AGAIN_SECONDS)
        await self.settle()


def kind_of(method: str, path: str) -> str:
    """A request without the names in it: `POST /v1/awards/*/making`."""
    return f"{method} {NAMED.sub('/*', path.partition('?')[0].removeprefix('/v1'))}"


def _stuck(at: Json) -> str:
    for one in at["services"]:
        if one["parked"]:
            return f"{one['service']} has parked {one['parked']} events"
        for where in one["following"]:
            if where["stopped"]:
                return f"{where['subscriber']} of {one['service']} has stopped: {where['stopped']}"
    return ""


async def side_by_side(
    items: Iterable[T], each: Callable[[T], Awaitable[object]], at_once: int = AT_ONCE
) -> None:
    """Does the same for every item, so many at once; the first failure ends all."""
    free = asyncio.Semaphore(at_once)

    async def one(item: T) -> None:
        async with free:
            await each(item)

    try:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(one(item))
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed
