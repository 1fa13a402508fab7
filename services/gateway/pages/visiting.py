"""Who looks at a page, and asking the API in that person's name, in this process.

Law: a page shows only what the API answers to the token of the person who looks, so no page
decides about rights; what may be seen is decided where it is decided for everyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import httpx
import msgspec
from fastapi import Depends, Request, Security
from fastapi.security.http import HTTPBearer

from services.gateway.pages.names import agency_name
from shared.http.identity import Actor
from shared.http.permissions import Guard, Sessions, may, signed_in
from shared.http.problems import Problem, ProblemTold, Unauthenticated

HERE = "http://gateway.invalid"
JSON = {"Accept": "application/json"}


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person looking at a page."""

    actor: Actor
    api: Api
    agency_name: str

    def may(self, scope: str) -> bool:
        return may(self.actor, scope)


class Api:
    """The gateway's own API as one person may use it."""

    def __init__(self, request: Request, bearer: str) -> None:
        self._app = request.app
        self._position = ""
        self._headers = JSON | {"Authorization": f"Bearer {bearer}"}

    async def get(self, path: str, **query: Any) -> Any:
        """The answer's content. Raises ProblemTold with what the API says is wrong."""
        asked = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return self._content(await self._send("GET", path, params=asked or None))

    async def raw(self, path: str, accept: str, **query: Any) -> httpx.Response:
        """The answer as it came: a table, a file, a text. Raises ProblemTold."""
        asked = {name: str(value) for name, value in query.items() if value not in (None, "")}
        answer = await self._send("GET", path, params=asked, headers={"Accept": accept})
        if not answer.is_success:
            self._content(answer)
        return answer

    async def text(self, path: str) -> str:
        """A kept text; nothing where this person may not read it."""
        answer = await self._send("GET", path, headers={"Accept": "text/plain"})
        return answer.text if answer.is_success else ""

    async def find(self, path: str, **query: Any) -> Any:
        """The answer's content; None where the API has nothing to say to this person."""
        try:
            return await self.get(path, **query)
        except ProblemTold as problem:
            if problem.told.status in (403, 404, 502, 503):
                return None
            raise

    async def send(self, method: str, path: str, key: str, **sent: Any) -> Any:
        """A command under an idempotency key. Raises ProblemTold."""
        given: Mapping[str, str] = sent.pop("headers", {})
        headers = {"Idempotency-Key": key, **given}
        answer = await self._send(method, path, headers=headers, **sent)
        self._position = answer.headers.get("Log-Position", "")
        return self._content(answer)

    async def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            headers = self._headers | sent.pop("headers", {})
            if method == "GET" and self._position:  # what was just written shows
                headers |= {"Log-Position": self._position}
            return await client.request(method, path, headers=headers, **sent)

    def _content(self, response: httpx.Response) -> Any:
        content = msgspec.json.decode(response.content) if response.content else None
        if response.is_success:
            return content
        raise ProblemTold(Problem.model_validate(content))


class PublicRecord(Api):
    """What is public, asked for in the gateway's own name, so that everyone may see it."""

    def __init__(self, request: Request) -> None:
        super().__init__(request, request.app.state.house.settings.service_token)


class _Visit(Guard):
    """Lets every signed-in person pass; the API asked for the content decides the rest."""

    def __init__(self) -> None:
        self.model = HTTPBearer(bearerFormat="JWT").model
        self.scheme_name = "bearer"
        self.scope = ""

    async def __call__(self, request: Request) -> Actor:
        return await signed_in(request)


async def visiting(request: Request, actor: Annotated[Actor, Security(_Visit())]) -> Visitor:
    """The visitor, remembered with the request so that a page about a refusal knows them too."""
    request.state.visitor = visitor = await _visitor(request, actor)
    return visitor


async def api_for(request: Request) -> Api:
    """The API as whoever sent the request may use it: by their token, or by their session."""
    sessions: Sessions | None = getattr(request.app.state, "sessions", None)
    _, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if not bearer and sessions is not None:
        bearer = await sessions.bearer(request)
    return Api(request, bearer)


async def _visitor(request: Request, actor: Actor) -> Visitor:
    return Visitor(
        actor=actor,
        api=await api_for(request),
        agency_name=await agency_name(request, actor.agency),
    )


Visit = Annotated[Visitor, Depends(visiting)]
"""`visitor: Visit` in a page's route."""


async def maybe_visiting(request: Request) -> Visitor | None:
    """The visitor where somebody is signed in."""
    try:
        return await visiting(request, await signed_in(request))
    except Unauthenticated:
        return None


MaybeVisit = Annotated[Visitor | None, Depends(maybe_visiting)]
"""`visitor: MaybeVisit` on a page that is open to all, signed in or not."""
