"""The forwarding doors: every prefix of the public API that another service answers for.

They carry no guard of their own: the service that answers has one on each of its routes.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.proxy.forwarding import forward
from services.gateway.proxy.prefixes import PREFIXES

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _door(service: str, path: str) -> Route:
    async def pass_on(request: Request) -> Response:
        return await forward(request, service)

    return Route(path, pass_on, methods=METHODS, include_in_schema=False)


router = APIRouter(
    routes=[
        _door(service, path)
        for service, own in PREFIXES.items()
        for prefix in own
        for path in (f"/v1/{prefix}", f"/v1/{prefix}/{{rest:path}}")
    ]
)
