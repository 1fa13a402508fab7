"""One origin for every API: what is forwarded arrives untouched, and comes back untouched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.main import PLAN
from services.gateway.proxy.merging import merged
from services.gateway.proxy.prefixes import PREFIXES, service_of
from shared.running.running import Plan
from shared.testing.houses import KEY, Caller, RunningHouse, open_house, token
from tests.gateway import story

PROBLEM: dict[str, Any] = {
    "type": "/problems/bids-still-sealed",
    "title": "Conflict",
    "status": 409,
    "code": "bids-still-sealed",
    "detail": "Wait.",
    "errors": [],
}


async def echo(request: Request) -> Response:
    """Says what arrived."""
    return JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": dict(request.headers),
            "body": (await request.body()).decode(),
        },
        201,
        {"ETag": '"4"', "Log-Position": "procurement=9/7", "Connection": "X-Inner", "X-Inner": "1",
         "Set-Cookie": "inner=1"},
    )  # fmt: skip


async def refuse(_: Request) -> Response:
    return JSONResponse(PROBLEM, 409, media_type="application/problem+json")


async def progress(_: Request) -> Response:
    return JSONResponse(
        {"service": "procurement", "position": 9, "publication": 7, "due": 0, "parked": 0,
         "memory_bytes": 1, "following": []}
    )  # fmt: skip


async def clock(request: Request) -> Response:
    asked = await request.json()
    request.app.state.clocks.append((asked["now"], request.headers["authorization"]))
    return JSONResponse(asked)


async def description(_: Request) -> Response:
    return JSONResponse(
        {
            "openapi": "3.1.0",
            "info": {"title": "p", "version": "1"},
            "paths": {
                "/v1/tenders": {"get": {"operationId": "list-tenders"}},
                "/v1/operations/progress": {"get": {"operationId": "read-progress"}},
            },
            "components": {},
        }
    )


def small_service() -> Starlette:
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    service = Starlette(
        routes=[
            Route("/v1/tenders/t1/open-bids", refuse, methods=["POST"]),
            Route("/v1/tenders/{rest:path}", echo, methods=every),
            Route("/v1/tenders", echo, methods=every),
            Route("/v1/operations/progress", progress),
            Route("/v1/sandbox/clock", clock, methods=["PUT"]),
            Route("/v1/openapi.json", description),
        ]
    )
    service.state.clocks = []
    return service


def silent(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there")


@pytest.fixture
def procurement() -> Starlette:
    return small_service()


@pytest.fixture
async def house(
    service_database: str, procurement: Starlette, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningHouse]:
    """A gateway beside a small service of the procurement prefixes, and a monitoring that is
    silent."""
    monkeypatch.setenv("ISSUER_KEY", json.dumps(KEY.as_dict(private=True)))
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(open_house(PLAN, service_database))
        transports: dict[str, httpx.AsyncBaseTransport] = {
            "procurement": httpx.ASGITransport(app=procurement),
            "monitoring": httpx.MockTransport(silent),
        }
        running.app.state.upstreams = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url=f"http://{name}")
            )
            for name, transport in transports.items()
        }
        yield running


def test_each_prefix_has_one_service() -> None:
    assert service_of("/v1/tenders/t1/bids") == "procurement"
    assert service_of("/v1/returns") == "monitoring"
    assert service_of("/v1/contract-views/c1") is None
    assert service_of("/v1/operations/progress") is None
    assert service_of("/tenders") is None


@pytest.mark.parametrize("service", sorted(PREFIXES))
def test_every_door_of_every_service_can_be_reached(service: str) -> None:
    if find_spec(f"services.{service}.main") is None:
        pytest.skip(f"{service} is not there yet")
    plan: Plan = import_module(f"services.{service}.main").PLAN
    paths = {
        route.path for router in plan.routers for route in router.routes if isinstance(route, Route)
    }
    assert paths
    assert {path for path in paths if service_of(path) != service} == set()


async def test_a_request_arrives_as_it_was_sent(house: RunningHouse) -> None:
    sent = {
        "Authorization": "Bearer abc", "Idempotency-Key": "k1", "If-Match": '"3"',
        "Log-Position": "needs=1/1", "traceparent": "00-1-2-01", "Content-Type": "text/csv",
        "Connection": "keep-alive, X-Hop", "X-Hop": "1", "TE": "trailers", "Cookie": "other=1",
    }  # fmt: skip
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await house.client.request(
            method, "/v1/tenders/t%2F9/bids?dry_run=true&x=%20y", content=b"a,b", headers=sent
        )
        arrived = answer.json()
        assert arrived["method"] == method
        assert arrived["path"] == "/v1/tenders/t%2F9/bids"
        assert (arrived["query"], arrived["body"]) == ("dry_run=true&x=%20y", "a,b")
        for name in ("Authorization", "Idempotency-Key", "If-Match", "Log-Position",
                     "traceparent", "Content-Type"):  # fmt: skip
            assert arrived["headers"][name.lower()] == sent[name]
        assert arrived["headers"]["host"] == "procurement"
        assert not {"x-hop", "te", "cookie"} & arrived["headers"].keys()


async def test_an_answer_comes_back_as_it_was_given(house: RunningHouse) -> None:
    answer = await house.client.get("/v1/tenders")
    assert answer.status_code == 201
    assert (answer.headers["ETag"], answer.headers["Log-Position"]) == ('"4"', "procurement=9/7")
    assert not {"x-inner", "set-cookie", "connection"} & set(answer.headers)

    refused = await house.client.post("/v1/tenders/t1/open-bids")
    assert (refused.status_code, refused.json()) == (409, PROBLEM)
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_large_body_streams_through(house: RunningHouse) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 16_384

    answer = await house.client.post("/v1/tenders/t1/files", content=chunks())
    assert len(answer.json()["body"]) == 64 * 16_384


async def test_a_service_that_does_not_answer_is_a_problem(house: RunningHouse) -> None:
    for path in ("/v1/returns", "/v1/contracts/c1"):  # one is silent, one is not set up at all
        refused = await house.client.get(path)
        assert (refused.status_code, refused.json()["code"]) == (503, "service-unavailable")
        assert refused.headers["Retry-After"] == "1"


async def test_no_path_leads_out_of_its_prefix(house: RunningHouse) -> None:
    for raw in (b"/v1/tenders/../operations/progress", b"/v1/tenders/%2e%2e/operations/progress"):
        assert await _raw(house, raw) == 404, raw


async def _raw(house: RunningHouse, path: bytes) -> int:
    """The status for a path as bytes on the wire, which a client library would tidy first."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    decoded = path.decode().replace("%2e", ".")
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": decoded, "raw_path": path, "query_string": b"", "headers": [],
        "root_path": "", "server": ("test", 80), "client": ("test", 1),
    }  # fmt: skip
    await house.app(scope, receive, send)
    return statuses[0]


async def test_a_session_reaches_the_service_as_its_token(house: RunningHouse) -> None:
    session = token("council", "p-1", "commissioner")
    csrf: str = house.app.state.sessions.new_token(session)
    cookies = {"Cookie": f"gt-session={session}; gt-csrf={csrf}"}

    arrived = (await house.client.get("/v1/tenders", headers=cookies)).json()["headers"]
    assert arrived["authorization"] == f"Bearer {session}"
    assert "cookie" not in arrived
    forged = await house.client.post("/v1/tenders", json={}, headers=cookies)
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf-token-wrong")
    meant = await house.client.post(
        "/v1/tenders", json={"a": 1}, headers=cookies | {"X-CSRF-Token": csrf}
    )
    assert meant.json()["body"] == '{"a":1}'
    form = await house.client.post("/v1/tenders", data={"csrf": csrf, "a": "1"}, headers=cookies)
    assert form.json()["body"].endswith("a=1")


async def test_every_services_progress_is_gathered(house: RunningHouse) -> None:
    operator = house.caller("goldenthread", "p-10d7", "operator")
    told = (await operator.get("/v1/operations/all")).json()
    assert [one["service"] for one in told["services"]] == ["gateway", "procurement"]
    assert (told["unavailable"], told["at_rest"]) == (["monitoring"], False)

    del house.app.state.upstreams["monitoring"]
    behind = (await operator.get("/v1/operations/all")).json()
    assert behind["at_rest"] is False  # procurement has published seven, none of them heard
    own = (await operator.get("/v1/operations/progress")).json()
    assert own["service"] == "gateway"
    council = house.caller("council", "p-1", "commissioner")
    assert (await council.get("/v1/operations/all")).status_code == 403


async def test_the_clock_is_set_everywhere(house: RunningHouse, procurement: Starlette) -> None:
    operator = house.caller("goldenthread", "p-10d7", "operator")
    to = datetime(2026, 5, 1, 9, tzinfo=UTC).isoformat()
    refused = await operator.put("/v1/sandbox/clock", {"now": to})
    assert (refused.status_code, refused.json()["code"]) == (409, "clock-not-everywhere")
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/monitoring"]

    del house.app.state.upstreams["monitoring"]
    later = datetime(2026, 5, 2, 9, tzinfo=UTC)
    answer = await operator.put("/v1/sandbox/clock", {"now": later.isoformat()})
    assert answer.json()["now"].startswith("2026-05-02T09:00")
    assert len(procurement.state.clocks) == 2
    assert procurement.state.clocks[1][1].startswith("Bearer ey")
    back = await operator.put("/v1/sandbox/clock", {"now": to})
    assert back.json()["errors"][0]["code"] == "clock-moves-forward"
    council = house.caller("council", "p-1", "commissioner")
    assert (await council.put("/v1/sandbox/clock", {"now": to})).status_code == 403


# -- the description


def document(path: str, schema: Any, **more: Any) -> dict[str, Any]:
    ref = {"$ref": "#/components/schemas/Accepted"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {path: {"get": {"operationId": "read", "schema": ref}}},
        "components": {"schemas": {"Accepted": schema} | more},
    }


def test_one_name_for_two_things_is_told_apart_wherever_it_is_used() -> None:
    listed = {"items": {"$ref": "#/components/schemas/Accepted"}}
    own = document("/v1/overview", {"type": "object"}, Listed=listed)
    same = document("/v1/tenders", {"type": "object"}, Listed=listed)
    other = document("/v1/returns", {"type": "string"}, Listed=listed)
    whole = merged(own, {"procurement": same, "monitoring": other}, ["needs"])

    schemas = whole["components"]["schemas"]
    assert sorted(schemas) == ["Accepted", "Listed", "MonitoringAccepted", "MonitoringListed"]
    assert schemas["MonitoringListed"]["items"]["$ref"].endswith("/MonitoringAccepted")
    assert schemas["Listed"]["items"]["$ref"].endswith("/Accepted")
    operations = {path: item["get"] for path, item in whole["paths"].items()}
    assert operations["/v1/returns"]["schema"]["$ref"].endswith("/MonitoringAccepted")
    assert operations["/v1/tenders"]["schema"]["$ref"].endswith("/Accepted")
    ids = [operation["operationId"] for operation in operations.values()]
    assert ids == ["read", "procurement-read", "monitoring-read"]
    assert "needs" in whole["info"]["description"]
    assert own["paths"].keys() == {"/v1/overview"}


async def test_one_document_describes_every_public_path(house: RunningHouse) -> None:
    told = (await house.client.get("/v1/openapi.json")).json()
    assert told["openapi"].startswith("3.1")
    assert {"/v1/tenders", "/v1/contract-views/{contract}", "/v1/token"} <= told["paths"].keys()
    assert told["paths"]["/v1/operations/progress"]["get"]["operationId"] == "read-progress"
    assert "monitoring" in told["info"]["description"]


async def test_the_page_about_the_api_runs_nothing_from_elsewhere(house: RunningHouse) -> None:
    page = await house.client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "<script>" not in page.text
    assert "://" not in page.text
    assert "SwaggerUIBundle" in (await house.client.get("/docs/start.js")).text
    for path in ("/docs/app.css", "/docs/NOTICES.json", "/docs/..%2f__init__.py"):
        assert (await house.client.get(path)).status_code == 404


async def test_two_real_services_speak_through_one_origin(
    house: RunningHouse, postgres_server: Any, migrated_template: str
) -> None:
    """Procurement itself, behind the gateway: a tender is opened and read through it."""
    from services.procurement.main import PLAN as PROCUREMENT
    from shared.testing.postgres import create_database

    dsn = await create_database(postgres_server, "behind_the_gateway", migrated_template)
    async with open_house(PROCUREMENT, dsn) as behind:
        house.app.state.upstreams["procurement"] = behind.client
        await behind.hear("needs", "partnership/p1", story.FORMED)
        await behind.hear("needs", "specification/s1", story.SPECIFIED)
        pat = Caller(house.client, token("council", "pat", "procurement-officer"))
        opening = {
            "specification": "s1", "title": "Counselling", "regime": "light-touch",
            "criteria": [{"criterion": "p", "title": "Price", "kind": "price",
                          "weight_basis_points": 10_000}],
            "bids_close_at": "2026-05-01T11:00:00+00:00",
        }  # fmt: skip
        accepted = await pat.post("/v1/tenders", opening, idempotency_key="k1")
        again = await pat.post("/v1/tenders", opening, idempotency_key="k1")
        assert accepted.json() == again.json()
        at = f"/v1/tenders/{accepted.json()['id']}"
        shown = await pat.get(at, log_position=accepted.headers["Log-Position"])
        assert (shown.status_code, shown.json()["title"]) == (200, "Counselling")
        stale = await pat.post(f"{at}/cancellation", {"reason": "No."}, if_match='"9"')
        assert (stale.status_code, stale.json()["code"]) == (412, "version-outdated")
