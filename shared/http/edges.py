"""The outermost layer of every service: how large a request may be, and headers no answer lacks."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import problem

PLAIN = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Edges:
    """Refuses bodies above `most_bytes` as they come, whether or not their length was said; the
    addresses named in `large` take as much as stands there.
    """

    def __init__(
        self, app: ASGIApp, most_bytes: int, large: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._large = large or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not scope["path"].isprintable():  # no name of anything, and no column could hold it
            nothing = problem(404, "not-found", "There is no such thing here.")
            await nothing(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        most = self._large.get(scope["path"], self._most_bytes)
        if said.isdecimal() and int(said) > most:
            refusal = problem(413, "body-too-large", "The body is larger than this address takes.")
            await refusal(scope, Request(scope, receive).receive, send)
            return
        await self._app(scope, self._counting(receive, most), _marking(send))

    @staticmethod
    def _counting(receive: Receive, left: int) -> Receive:

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
