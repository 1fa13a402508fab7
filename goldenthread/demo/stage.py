"""Where the demonstration is played: who speaks, what time it is, when everything has been heard.

Every word goes through the gateway as anyone's would; only rest is judged by asking each service.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import httpx

from goldenthread.house import Place, token

LONDON = ZoneInfo("Europe/London")
KEYS = UUID("7e9f8a55-0c2b-5d7e-9c0c-0a1b2c3d4e5f")
REST_SECONDS = 60.0
POLL_SECONDS = 0.004
ASK_SECONDS = 30.0
BUSY = 503
CLOCK_ATTEMPTS = 60
CLOCK_SECONDS = 0.5

Json = dict[str, Any]


class NotAccepted(Exception):
    """The API answered otherwise than the story has it."""


class NotAtRest(Exception):
    """Something is stopped, parked or never gets done."""


@dataclass(frozen=True)
class Person:
    """Someone in the story: an opaque id, an agency, roles. Never a name."""

    person: str
    agency: str
    roles: tuple[str, ...]


@dataclass
class Stage:
    """The house as the story plays in it."""

    addresses: Mapping[str, str]
    place: Place
    heard: Callable[[str], None] = lambda _: None
    requests: int = 0
    _tokens: dict[Person, str] = field(default_factory=dict[Person, str])
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=ASK_SECONDS))

    def close(self) -> None:
        self._client.close()

    # -- speaking

    def send(
        self,
        who: Person,
        method: str,
        path: str,
        body: Any = None,
        files: Any = None,
        key: str = "",
    ) -> httpx.Response:
        """One request. Its idempotency key is the story's own place, so a story told again after
        a crash says the same things and nothing happens twice.
        """
        self.requests += 1
        headers = {
            "Authorization": f"Bearer {self._token(who)}",
            "Idempotency-Key": str(uuid5(KEYS, key or f"{self.requests} {method} {path}")),
            "Accept": "application/json",
        }
        for attempt in range(40):
            try:
                response = self._client.request(
                    method,
                    f"{self.addresses['gateway']}{path}",
                    json=body,
                    files=files,
                    headers=headers,
                )
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code != BUSY:
                return response
            time.sleep(min(0.05 * 2**attempt, 0.5))
        raise NotAccepted(f"{method} {path}: nobody answers")

    def do(self, who: Person, path: str, body: Any = None, method: str = "POST") -> Json:
        """What must be accepted. Raises NotAccepted with the problem."""
        response = self.send(who, method, path, {} if body is None else body)
        if response.is_error:
            raise NotAccepted(f"{method} {path}: {response.status_code} {response.text}")
        return response.json()

    def made(self, who: Person, path: str, body: Any = None) -> str:
        """The id of what a command made."""
        return str(self.do(who, path, body)["id"])

    def refused(self, who: Person, path: str, body: Any, code: str, method: str = "POST") -> None:
        """What must be refused, and with this code. Raises NotAccepted otherwise."""
        response = self.send(who, method, path, body)
        found = response.json().get("code", "") if response.is_error else "accepted"
        if found != code:
            raise NotAccepted(f"{method} {path}: {found} where {code} was due: {response.text}")

    def read(self, who: Person, path: str) -> Any:
        response = self.send(who, "GET", path)
        if response.is_error:
            raise NotAccepted(f"GET {path}: {response.status_code} {response.text}")
        return response.json()

    def _token(self, who: Person) -> str:
        if who not in self._tokens:
            roles = frozenset(who.roles)
            self._tokens[who] = token(self.place, who.agency, who.person, roles, hours=12)
        return self._tokens[who]

    # -- time

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """That time of day in England."""
        return datetime.combine(day, time_of_day(hour, minute), LONDON)

    def go_to(self, day: date, hour: int = 10, minute: int = 0) -> None:
        """Puts every clock of the house to a time, and waits for all that follows."""
        self.settle()
        to = self.at(day, hour, minute)
        self._set_clock(to)
        self.heard(f"{to:%-d %B %Y}")
        self.settle()

    def _set_clock(self, to: datetime) -> None:
        """A service that did not answer is asked again, since the others have the time already."""
        for _ in range(CLOCK_ATTEMPTS):
            response = self.send(OPERATOR, "PUT", "/v1/sandbox/clock", {"now": to.isoformat()})
            if not response.is_error:
                return
            if not _unheard(response):
                raise NotAccepted(f"the clock would not move to {to}: {response.text}")
            time.sleep(CLOCK_SECONDS)
        raise NotAccepted(f"the clock would not move to {to}: a service does not answer")

    # -- rest

    def settle(self) -> None:
        """Waits until every checkpoint is at its source's head, until nothing moves any more.

        Raises NotAtRest where a subscriber has stopped or an event is parked.
        """
        deadline = time.monotonic() + REST_SECONDS
        before: object = None
        missing = ""
        while time.monotonic() < deadline:
            progress = self.progress()
            if not (missing := _missing(progress)):
                now = {name: at["position"] for name, at in progress.items()}
                if now == before:
                    return
                before = now
                continue
            time.sleep(POLL_SECONDS)
        raise NotAtRest(missing)

    def progress(self) -> dict[str, Json]:
        """How far each service has come, by its own word."""
        headers = {"Authorization": f"Bearer {self._token(OPERATOR)}"}
        found: dict[str, Json] = {}
        for name, address in self.addresses.items():
            for _ in range(600):
                try:
                    response = self._client.get(
                        f"{address}/v1/operations/progress", headers=headers
                    )
                    response.raise_for_status()
                except (httpx.TransportError, httpx.HTTPStatusError):
                    time.sleep(0.05)
                    continue
                found[name] = response.json()
                break
            else:
                raise NotAtRest(f"{name} does not answer")
        return found


def _unheard(response: httpx.Response) -> bool:
    """Whether all that is wrong is that a service did not answer, so that one may ask again."""
    faults: list[Json] = response.json().get("errors", [])
    return bool(faults) and all(fault["code"] == "service-unavailable" for fault in faults)


OPERATOR = Person("p-op01", "goldenthread", ("operator",))


def _missing(progress: Mapping[str, Json]) -> str:
    """Why the house is not at rest, or nothing. Raises NotAtRest for what will not mend itself."""
    for name, at in progress.items():
        if at["parked"]:
            raise NotAtRest(f"{name} has parked {at['parked']} events")
        for where in at["following"]:
            if where["stopped"]:
                raise NotAtRest(f"{where['subscriber']} of {name} has stopped: {where['stopped']}")
            source = progress[where["source"]]
            head = source["position" if where["source"] == name else "publication"]
            if where["number"] < head:
                return f"{where['subscriber']} of {name} is at {where['number']} of {head}"
        if at["due"]:
            return f"{name} has {at['due']} deadlines to issue"
    return ""
