"""The outermost layer of every service: how large a request may be, and headers no answer lacks."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import problem

PLAIN = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Edges:
    """Refuses bodies above `most_bytes` as they come, whether or not their length was said."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].isprintable():  # no name of anything, and no column could hold it
            nothing = problem(404, "not-found", "There is no such thing here.")
            await nothing(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if said.isdecimal() and int(said) > self._most_bytes:
            refusal = problem(413, "body-too-large", "The body is larger than this address takes.")
            await refusal(scope, Request(scope, receive).receive, send)
            return
        await self._app(scope, self._counting(receive), _marking(send))

    def _counting(self, receive: Receive) -> Receive:
        left = self._most_bytes

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        return counted


def _marking(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in PLAIN.items():
                headers.setdefault(name, value)
        await send(message)

    return marked
