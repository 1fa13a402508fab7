"""The API described: one OpenAPI document of all five services, and a page to read it on.

Law: nothing comes from another origin, and no script or style stands in the page itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from services.gateway.proxy.forwarding import Upstreams
from services.gateway.proxy.merging import merged
from services.gateway.proxy.prefixes import PREFIXES
from shared.eventsourcing.commands import Missing

ASSETS = Path(__file__).parents[1] / "pages" / "assets"
SERVED = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Golden Thread: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<noscript>The description itself is at <a href="/v1/openapi.json">/v1/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "/v1/openapi.json",
    dom_id: "#api",
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
  });
});
"""


async def read_description(request: Request) -> Response:
    """The OpenAPI 3.1 document of every public path, whoever answers for it."""
    found = await _descriptions(request.app.state.upstreams)
    absent = PREFIXES.keys() - found.keys()
    return JSONResponse(merged(request.app.openapi(), found, absent))


async def _descriptions(upstreams: Upstreams) -> dict[str, dict[str, Any]]:
    async def one(service: str) -> tuple[str, dict[str, Any] | None]:
        try:
            answer = await upstreams[service].get("/v1/openapi.json")
        except httpx.HTTPError:
            return service, None
        return service, answer.json() if answer.is_success else None

    told = await asyncio.gather(*(one(service) for service in PREFIXES if service in upstreams))
    return {service: document for service, document in told if document is not None}


async def show_page(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


async def start_script(_: Request) -> Response:
    return Response(START, media_type="text/javascript")


async def asset(request: Request) -> Response:
    name: str = request.path_params["name"]
    if name not in SERVED or not (ASSETS / name).is_file():
        raise Missing
    return FileResponse(
        ASSETS / name, media_type=SERVED[name], headers={"Cache-Control": "public, max-age=3600"}
    )


router = APIRouter(
    routes=[
        Route("/v1/openapi.json", read_description, include_in_schema=False),
        Route("/docs", show_page, include_in_schema=False),
        Route("/docs/start.js", start_script, include_in_schema=False),
        Route("/docs/{name}", asset, include_in_schema=False),
    ]
)
