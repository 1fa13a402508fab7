"""A router looks at its routes for addresses below its prefix, and answers as any other does."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Match
from starlette.types import Scope

from shared.http.routing import Router


def made(*routers: Router, root_path: str = "") -> httpx.AsyncClient:
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, root_path=root_path), base_url="http://test"
    )


@pytest.fixture
def parts() -> Router:
    router = Router(prefix="/v1/wholes/{whole}/parts")

    @router.get("/{part}")
    async def read(whole: str, part: str) -> str:
        return f"{whole} {part}"

    return router


@pytest.fixture
def wholes() -> Router:
    router = Router(prefix="/v1/wholes")

    @router.get("")
    async def every() -> str:
        return "every"

    @router.get("/{whole}")
    async def one(whole: str) -> str:
        return whole

    return router


async def test_every_router_still_answers_for_its_addresses(parts: Router, wholes: Router) -> None:
    async with made(parts, wholes) as client:
        assert (await client.get("/v1/wholes")).json() == "every"
        assert (await client.get("/v1/wholes/a")).json() == "a"
        assert (await client.get("/v1/wholes/a/parts/b")).json() == "a b"
        assert (await client.get("/v1/others")).status_code == 404
        assert (await client.post("/v1/wholes/a")).status_code == 405


async def test_a_slash_too_many_is_still_led_to_the_right_address(wholes: Router) -> None:
    async with made(wholes) as client:
        led = await client.get("/v1/wholes/", follow_redirects=True)
        assert led.json() == "every"


async def test_a_service_below_a_root_path_answers(wholes: Router) -> None:
    async with made(wholes, root_path="/behind") as client:
        assert (await client.get("/behind/v1/wholes/a")).json() == "a"


async def test_routes_below_another_prefix_are_not_looked_at(
    wholes: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Router(prefix="/v1/others")

    @others.get("/{other}")
    async def other(other: str) -> str:
        return other

    compared: list[str] = []
    [route] = others.routes
    original = route.matches

    def matches(scope: Scope) -> tuple[Match, Scope]:
        compared.append(scope["path"])
        return original(scope)

    monkeypatch.setattr(route, "matches", matches)
    async with made(others, wholes) as client:
        assert (await client.get("/v1/wholes/a")).json() == "a"
        assert compared == []
        assert (await client.get("/v1/others/b")).json() == "b"
    assert set(compared) == {"/v1/others/b"}
