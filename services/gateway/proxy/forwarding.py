"""Forwards requests: bodies stream through, answers come back as the service gave them.

Law: what belongs to one connection is never passed on to the next (RFC 9110, section 7.6.1); a
browser's session reaches a service only as the bearer token it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from shared.eventsourcing.commands import Missing, Refused
from shared.http.permissions import Sessions
from shared.http.problems import problem

logger = structlog.get_logger(__name__)

HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
OURS_ALONE = frozenset({"host", "cookie", "set-cookie"})

Upstreams = Mapping[str, httpx.AsyncClient]
"""A client for each other service, by name; its base address is the service's."""


class ServiceUnavailable(Refused):
    """The service that answers for this does not answer; try again, with the same key."""

    code = "service-unavailable"


def passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers that are not one connection's own affair, nor this origin's."""
    listed = list(headers)
    named = {
        name.strip().lower()
        for header, value in listed
        if header.lower() == "connection"
        for name in value.split(",")
    }
    left_out = HOP_BY_HOP | OURS_ALONE | named
    return [(name, value) for name, value in listed if name.lower() not in left_out]


async def forward(request: Request, service: str) -> Response:
    """The service's answer. 503: service-unavailable."""
    upstreams: Upstreams = request.app.state.upstreams
    client = upstreams.get(service)
    if client is None:
        return unavailable()
    try:
        answer = await client.send(await _onward(client.base_url, request), stream=True)
    except httpx.HTTPError as error:
        logger.warning("service-unavailable", service=service, error=type(error).__name__)
        return unavailable()
    response = StreamingResponse(
        answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose)
    )
    headers = passed_on(answer.headers.multi_items())
    response.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return response


async def _onward(base: httpx.URL, request: Request) -> httpx.Request:
    """The request as the service is to get it: with nothing of the client's own, which would
    carry one answer's cookies into another caller's request.
    """
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    if ".." in request.url.path.split("/"):
        raise Missing
    query: bytes = request.scope["query_string"]
    url = base.copy_with(raw_path=path + (b"?" + query if query else b""))
    headers = passed_on(request.headers.items())
    if "authorization" not in request.headers:
        headers += await _session(request)
    has_body = {"content-length", "transfer-encoding"} & set(request.headers)
    content: Any = request.stream() if has_body else None
    return httpx.Request(request.method, url, headers=headers, content=content)


async def _session(request: Request) -> list[tuple[str, str]]:
    sessions: Sessions = request.app.state.sessions
    token = await sessions.bearer(request)
    return [("authorization", f"Bearer {token}")] if token else []


def unavailable() -> Response:
    return problem(
        503, ServiceUnavailable.code, ServiceUnavailable.sentence(), headers={"Retry-After": "1"}
    )
