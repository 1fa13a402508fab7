"""From a request to a handled command: the idempotency key, the version read, the answer.

The command id is made from client and key, so a repeated request is answered by the log itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid5

from fastapi import Depends, Header, Request, Response
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from pydantic import BaseModel

from shared.eventsourcing.commands import Command, Invalid, Missing
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Meta
from shared.eventsourcing.handle import AnyDecider, Context, Handler, KeyReused, Loaded, Step
from shared.eventsourcing.log import Appended, Unchanged
from shared.http.identity import Actor
from shared.http.ids import uuid7
from shared.published.terms import TextRef
from shared.texts.store import TextStore

_CLIENTS = UUID("0c5b6f0e-7d5e-5f0a-8a5a-3d0c9b6ad1f4")
S = TypeVar("S")


def command_id(actor: Actor, key: str) -> UUID:
    """The id of the command that an actor's Idempotency-Key names, for ever."""
    return uuid5(_CLIENTS, f"{actor.client}|{actor.agency}|{actor.person}|{key}")


class Accepted(BaseModel):
    """An accepted command: the object it changed and the version that object now has."""

    id: str
    version: int


class Handle:
    """Handles the commands of one request."""

    def __init__(
        self,
        request: Request,
        response: Response,
        key: str,
        if_match: str | None,
        digest: str,
        part: str = "",
    ) -> None:
        house = request.app.state.house
        self._handler: Handler = house.handler
        self.texts: TextStore = house.texts
        self._request = request
        self._response = response
        self._key = key
        self._if_match = if_match
        self._digest = digest
        self._part = part

    @property
    def digest(self) -> str:
        """The fingerprint of this request, for what is kept beside a log."""
        return self._digest

    def now(self) -> datetime:
        return self._handler.now()

    def new_id(self) -> str:
        """A fresh id for a stream; a repeated request gets the id of the first one's answer."""
        return str(uuid7(self.now()))

    def command_id(self, actor: Actor) -> UUID:
        whole = command_id(actor, self._key)
        return uuid5(whole, self._part) if self._part else whole

    # -- many commands in one request

    async def parts(self, actor: Actor, count: int, most: int) -> list[Handle]:
        """A handle for each of many commands: the key and its place name the command.

        A request of this kind never has more than `most`; so many are looked at for another request
        under the same key. Raises KeyReused, and Invalid where a version is named.
        """
        if self._if_match is not None:
            raise Invalid("Many objects have no one version.", pointer="/header/If-Match")
        handles = [
            Handle(self._request, Response(), self._key, None, self._digest, str(n))
            for n in range(max(count, most))
        ]
        known = await self._handler.log.request_hashes([one.command_id(actor) for one in handles])
        if known - {self._digest}:
            raise KeyReused
        return handles[:count]

    def reached(self, parts: Sequence[Handle]) -> None:
        """Answers with the furthest place in the log that any of the parts came to."""
        told = [one.position for one in parts if one.position]
        if told:
            self._tell(max(told))

    position: tuple[int, int] | None = None
    """Where in the log the last answer of this handle stands: position and publication."""

    async def keep_text(
        self, actor: Actor, kind: str, content: str | bytes, media_type: str = "text/plain"
    ) -> TextRef:
        """Stores free text for this request's command, to be cited by its event.

        `kind` tells several texts of one request apart; a repeated request gets the same reference.
        """
        raw = content.encode() if isinstance(content, str) else content
        # A key used again after a refusal, with a corrected body, must not find the refused text.
        text = uuid5(self.command_id(actor), f"{self._digest} {kind}")
        return await self.texts.put(text, kind, actor.agency, raw, self.now(), media_type)

    async def load(self, decider: Decider[Any, S, Any], subject: str) -> S:
        """The state of a stream. Raises Missing where it has no events."""
        return (await self.loaded(decider, subject)).state

    async def loaded(self, decider: Decider[Any, S, Any], subject: str) -> Loaded[S]:
        """A stream's state with its version, for what must not move meanwhile. Raises Missing."""
        loaded = await self._handler.load(decider, subject)
        if loaded.version == 0:
            raise Missing
        return loaded

    def part_id(self, actor: Actor, kind: str) -> str:
        """An id for what a command adds inside its stream; a repeated request gets it again."""
        return str(uuid5(self.command_id(actor), kind))

    async def __call__(
        self, actor: Actor, decider: AnyDecider, subject: str, command: Command
    ) -> Accepted:
        return await self.together(actor, [Step(decider, subject, command)])

    async def together(
        self, actor: Actor, steps: Sequence[Step], unchanged: Sequence[Unchanged] = ()
    ) -> Accepted:
        """Several streams, all or nothing; the answer is about the first."""
        appended = await self._handler.handle_together(steps, self._context(actor), unchanged)
        return self._answer(steps[0].decider, steps[0].subject, appended)

    async def answered(self, actor: Actor, decider: AnyDecider, subject: str) -> Accepted | None:
        """What this very request was answered before, if it was: for a route that judges the state
        before it has a command. Raises KeyReused.
        """
        known = await self._handler.answered(self._context(actor))
        return known and self._answer(decider, subject, known)

    def _context(self, actor: Actor) -> Context:
        return Context(
            command_id=self.command_id(actor),
            meta=Meta(
                client=actor.client,
                agency=actor.agency,
                person=actor.person,
                request_hash=self._digest,
                traceparent=_traceparent(),
            ),
            if_version=_version(self._if_match),
        )

    def _answer(self, decider: AnyDecider, subject: str, appended: Appended) -> Accepted:
        prefix = f"{decider.category}/"
        of_kind = {s: v for s, v in appended.versions.items() if s.startswith(prefix)}
        stream = next(iter(of_kind), decider.stream(subject))
        version = of_kind.get(stream, 0)
        self._tell((appended.position, appended.publication))
        if version:
            self._response.headers["ETag"] = f'"{version}"'
        return Accepted(id=stream.partition("/")[2], version=version)

    def _tell(self, position: tuple[int, int]) -> None:
        self.position = position
        self._response.headers["Log-Position"] = (
            f"{self._handler.log.name}={position[0]}/{position[1]}"
        )


def _traceparent() -> str:
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


def _version(if_match: str | None) -> int | None:
    """The version in an If-Match header: `"3"` is 3. Raises Invalid."""
    if if_match is None:
        return None
    bare = if_match.strip().removeprefix("W/").strip('"')
    if not bare.isdecimal():
        raise Invalid('If-Match must be a version such as "3"', pointer="/header/If-Match")
    return int(bare)


async def _handling(
    request: Request,
    response: Response,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)],
    if_match: Annotated[str | None, Header(alias="If-Match", max_length=64)] = None,
) -> Handle:
    content = await request.body()
    # The key, which is kept nowhere, salts the fingerprint: it must not confirm an erased text.
    path, query = request.scope["path"], request.scope["query_string"]
    asked = f"{idempotency_key}\n{request.method} {path}?".encode() + query
    digest = hashlib.sha256(asked + b"\n" + content).hexdigest()
    return Handle(request, response, idempotency_key, if_match, digest)


Handling = Annotated[Handle, Depends(_handling)]
"""`handle: Handling` in a route; calling it handles a command for the actor."""
