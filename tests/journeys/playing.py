"""Plays the demonstration's two years against a real house, and remembers every word spoken.

Law: what is judged afterwards was asked and answered over HTTP; the databases are opened only to
read the logs themselves.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid5

import asyncpg
import httpx

from goldenthread.demo.founding import Story
from goldenthread.demo.stage import KEYS, OPERATOR, Json, Person, Stage
from goldenthread.demo.story import ACTS
from goldenthread.house import SERVICES, Running, token

T = TypeVar("T")
WRITES = frozenset({"POST", "PUT"})


class Spoken(NamedTuple):
    """One request of the story as it was last answered."""

    who: Person
    method: str
    path: str
    body: Any
    key: str
    answer: httpx.Response

    @property
    def idempotency_key(self) -> str:
        return str(uuid5(KEYS, self.key))

    @property
    def is_write(self) -> bool:
        return self.method in WRITES and not self.path.startswith("/v1/sandbox")


@dataclass
class Remembering(Stage):
    """A stage that keeps what was said on it."""

    spoken: list[Spoken] = field(default_factory=list[Spoken])

    def send(
        self,
        who: Person,
        method: str,
        path: str,
        body: Any = None,
        files: Any = None,
        key: str = "",
    ) -> httpx.Response:
        said = key or f"{self.requests + 1} {method} {path}"
        answer = super().send(who, method, path, body, files, key)
        self.spoken.append(Spoken(who, method, path, body, said, answer))
        return answer

    @property
    def accepted(self) -> list[Spoken]:
        """Every write that was answered 2xx."""
        return [word for word in self.spoken if word.is_write and word.answer.is_success]


@dataclass(frozen=True)
class Played:
    """A house in which the story has been told to its end."""

    running: Running
    stage: Remembering
    story: Story
    client: httpx.Client
    tokens: dict[Person, str] = field(default_factory=dict[Person, str])

    @property
    def told(self) -> int:
        """How many requests the story takes."""
        return len(self.stage.spoken)

    def asked(self, who: Person, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request through the gateway with a bearer token, and nothing tried again."""
        headers = {"Authorization": f"Bearer {self._token(who)}"} | sent.pop("headers", {})
        return self.client.request(method, f"{self.running.address}{path}", headers=headers, **sent)

    def _token(self, who: Person) -> str:
        if who not in self.tokens:
            self.tokens[who] = bearer(self.running, who)
        return self.tokens[who]

    def read(self, who: Person, path: str) -> Any:
        answer = self.asked(who, "GET", path)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def listed(self, who: Person, path: str) -> list[Json]:
        """All of a list, page after page."""
        found: list[Json] = []
        after = ""
        while True:
            page = self.read(who, f"{path}{'&' if '?' in path else '?'}limit=500&after={after}")
            found += page["items"]
            if not page["next"]:
                return found
            after = page["next"]

    def operated(self, service: str, method: str, path: str) -> httpx.Response:
        """A request of the operator to one service's own address."""
        return self.client.request(
            method,
            f"{self.running.addresses[service]}/v1/operations/{path}",
            headers={"Authorization": f"Bearer {self._token(OPERATOR)}"},
        )

    def positions(self) -> dict[str, int]:
        """How many events each log holds."""
        return {
            name: self.operated(name, "GET", "progress").json()["position"] for name in SERVICES
        }


@contextmanager
def ending(running: Running, stage: Remembering) -> Generator[Played]:
    """Tells the story on a stage, and keeps what is needed to ask how it ended."""
    try:
        with httpx.Client(timeout=60) as client:
            yield Played(running, stage, tell(stage), client)
    finally:
        stage.close()


def bearer(running: Running, who: Person) -> str:
    return token(running.place, who.agency, who.person, frozenset(who.roles))


@contextmanager
def folder() -> Generator[Path]:
    """A folder that the database's own account can pass through; gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="gt-journey-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def tell(stage: Remembering) -> Story:
    """Plays every act to the end, and waits for rest."""
    story = Story(stage)
    for act in ACTS:
        act.scene(story)
    stage.settle()
    return story


class Event(NamedTuple):
    """One event as its log keeps it."""

    position: int
    publication: int | None
    stream: str
    version: int
    type: str
    command_id: str


def log_of(running: Running, service: str) -> list[Event]:
    """A service's log, oldest first."""
    found = query(
        running,
        service,
        "select position, publication, stream, version, type, command_id::text"
        " from log.events order by position",
    )
    return [Event(*row) for row in found]


def query(running: Running, service: str, statement: str) -> list[Any]:
    async def asked() -> list[Any]:
        connection = await asyncpg.connect(running.environments[service]["DATABASE_URL"])
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    return at_once(asked())


def at_once(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def views_of(played: Played, service: str) -> list[str]:
    """The names of a service's views, in the order it follows them."""
    following: Iterable[Json] = played.operated(service, "GET", "progress").json()["following"]
    names = [str(where["subscriber"]) for where in following]
    return [name for name in names if contents(played, service, name) is not None]


def contents(played: Played, service: str, view: str) -> Any:
    """Every row of a view as text; None where there is no view of that name."""
    answer = played.operated(service, "GET", f"views/{view}/contents")
    return answer.json() if answer.is_success else None
