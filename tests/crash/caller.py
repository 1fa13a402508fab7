"""A caller that does not give up: the same key again until there is an answer, which is kept.

Law: whatever was answered 2xx is remembered with its command, and can be asked again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import httpx

from goldenthread.demo.stage import Json, Person
from goldenthread.house import Place, token
from shared.http.handling import command_id
from shared.http.identity import Actor
from shared.http.permissions import scopes_of

T = TypeVar("T")
ASK_SECONDS = 20.0
PATIENCE_SECONDS = 600.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 3.0
AGAIN = frozenset({502, 503, 504})
CLIENT = "goldenthread"


class NeverAnswered(Exception):
    """A request was neither accepted nor refused for as long as anyone would wait."""


class RefusedUnderFire(Exception):
    """The rules refused what they must accept."""


class Asked(NamedTuple):
    """One write as it is sent, again and again with the same key."""

    who: Person
    method: str
    path: str
    body: Any
    key: str

    @property
    def command_id(self) -> UUID:
        """What the log knows it by."""
        who = self.who
        actor = Actor(
            client=CLIENT,
            agency=who.agency,
            person=who.person,
            roles=frozenset(who.roles),
            scopes=scopes_of(frozenset(who.roles)),
        )
        return command_id(actor, self.key)


class Answered(NamedTuple):
    """A write that was answered 2xx, what it said, and where it says it stands."""

    asked: Asked
    said: Json
    service: str
    position: int


@dataclass
class Caller:
    """Everyone who calls the house's public door, and the memory of what they were told."""

    address: str
    place: Place
    client: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(
            timeout=ASK_SECONDS,
            limits=httpx.Limits(max_connections=400, max_keepalive_connections=100),
        )
    )
    requests: int = 0
    unheard: int = 0
    failures: Counter[str] = field(default_factory=Counter[str])
    accepted: list[Answered] = field(default_factory=list[Answered])
    _tokens: dict[Person, str] = field(default_factory=dict[Person, str])

    async def write(self, asked: Asked, yet: frozenset[str] = frozenset()) -> Json:
        """Asks until it is accepted; a refusal with a code in `yet` may pass with time.

        Raises RefusedUnderFire, NeverAnswered.
        """
        answered = await self.answer(asked, yet)
        self.accepted.append(answered)
        return answered.said

    async def answer(self, asked: Asked, yet: frozenset[str] = frozenset()) -> Answered:
        """The answer to a write, which is not remembered."""
        response = await self._until(asked, lambda refused: _code(refused) in yet)
        if response.is_error:
            raise RefusedUnderFire(f"{asked.method} {asked.path}: {response.text}")
        service, _, numbers = response.headers.get("Log-Position", "=0/0").partition("=")
        return Answered(asked, response.json(), service, int(numbers.partition("/")[0]))

    async def read_until(self, who: Person, path: str, found: Callable[[Json], T | None]) -> T:
        """Reads until what is looked for is there. Raises NeverAnswered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for n in range(10**6):
            if time.monotonic() > deadline:
                break
            response = await self._until(Asked(who, "GET", path, None, ""), lambda _: False)
            there = found(response.json()) if response.is_success else None
            if there is not None:
                return there
            await asyncio.sleep(_pause(n))
        raise NeverAnswered(f"GET {path}: what is looked for never came")

    async def _until(
        self, asked: Asked, passes: Callable[[httpx.Response], bool]
    ) -> httpx.Response:
        """The first answer that is no excuse. Raises NeverAnswered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        last = "nothing"
        for n in range(10**6):
            if time.monotonic() > deadline:
                break
            response = await self._sent(asked)
            if response is None:
                self.unheard += 1
            elif response.status_code >= 500:
                last = response.text
                if response.status_code not in AGAIN:
                    self.failures[f"{response.status_code} {asked.method} {last[:80]}"] += 1
            elif not (response.is_error and passes(response)):
                return response
            else:
                last = response.text
            await asyncio.sleep(_pause(n))
        raise NeverAnswered(f"{asked.method} {asked.path}: last heard {last}")

    async def _sent(self, asked: Asked) -> httpx.Response | None:
        """One attempt; None where no answer came."""
        self.requests += 1
        headers = {"Authorization": f"Bearer {self._token(asked.who)}"}
        if asked.key:
            headers["Idempotency-Key"] = asked.key
        try:
            return await self.client.request(
                asked.method, f"{self.address}{asked.path}", json=asked.body, headers=headers
            )
        except httpx.TransportError:
            return None

    def _token(self, who: Person) -> str:
        if who not in self._tokens:
            roles = frozenset(who.roles)
            self._tokens[who] = token(self.place, who.agency, who.person, roles, hours=48)
        return self._tokens[who]


def _pause(n: int) -> float:
    """Longer each time, so that many callers together do not keep down what they wait for."""
    longest = min(FIRST_PAUSE_SECONDS * 2 ** min(n, 10), LONGEST_PAUSE_SECONDS)
    return random.uniform(longest / 2, longest)  # noqa: S311 - not secret


def _code(response: httpx.Response) -> str:
    return str(response.json().get("code", ""))
