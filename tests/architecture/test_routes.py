"""Every route of every service is guarded, and says so in its OpenAPI document.

Denied by default: a new route that nobody guarded fails here before anyone can call it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import compile_path

from services.gateway.pages.visiting import maybe_visiting
from shared.http.permissions import ROLES, Guard
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import RunningHouse, open_house, settings_of
from tests.architecture.source import SERVICES

PUBLIC = {
    "/healthz",
    "/readyz",
    "/v1/token",
    "/.well-known/jwks.json",
    "/sign-in",
    "/sign-out",
    "/docs",
    "/v1/openapi.json",
    "/v1/asyncapi.json",
    "/icon.svg",
    "/assets/{name}",
    "/scripts/{name}",
    "/about/notices",
    "/notices",
    "/strategies",
    "/strategies/{strategy}",
    "/votes",
    "/votes/{vote}",
    "/votes/{vote}/vote",
    "/votes/{vote}/count",
    "/votes/{vote}/ballots.csv",
    "/record",
    "/record/{ocid}",
    "/v1/public/releases",
    "/v1/public/releases.atom",
    "/v1/public/records.jsonl.gz",
    "/v1/public/records/{ocid}",
    "/v1/public/processes",
    "/v1/proofs/keys/{fund}",
    "/v1/proofs/verify.py",
}
HIDDEN_ON_PURPOSE = {"['PUT'] /v1/sandbox/clock"}  # the gateway's sets the clocks of all services
METHODS = ("get", "post", "put", "patch", "delete")


def plan_of(service: str) -> Plan | None:
    try:
        return importlib.import_module(f"services.{service}.main").PLAN
    except ModuleNotFoundError as error:
        if error.name != f"services.{service}.main":
            raise
        return None


APPS: dict[str, FastAPI] = {}
PLANS = [plan for service in SERVICES if (plan := plan_of(service))]


def app_of(plan: Plan) -> FastAPI:
    """The plan's application, made once: to be looked at, not added to."""
    if plan.name not in APPS:
        APPS[plan.name] = create_app(plan, settings_of("postgresql:///none"))
    return APPS[plan.name]


def guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from guards(inner)


def asks_who_looks(dependant: Dependant) -> bool:
    """It is a page that is open to all, and shows more to whoever may see more."""
    return any(inner.call is maybe_visiting for inner in dependant.dependencies)


def routes_of(app: FastAPI) -> list[RouteContext]:
    """Its own and those of every router it includes."""
    found = iter_route_contexts(app.routes)
    return [route for route in found if isinstance(route.original_route, APIRoute)]


def unguarded(app: FastAPI) -> list[str]:
    return [
        f"{sorted(route.methods or [])} {route.path}"
        for route in routes_of(app)
        if route.path not in PUBLIC
        and not any(guards(route.dependant))
        and not (route.methods == {"GET"} and asks_who_looks(route.dependant))
    ]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_every_route_is_guarded(plan: Plan) -> None:
    app = app_of(plan)
    paths = {route.path_format for route in routes_of(app)}
    assert paths >= {path for path in app.openapi()["paths"] if path.startswith("/v1/")}
    assert unguarded(app) == []


def test_an_unguarded_route_would_be_found() -> None:
    app = create_app(PLANS[0], settings_of("postgresql:///none"))

    router = APIRouter(prefix="/v1/house")

    @app.get("/v1/open-door")
    @router.get("/open-door")
    async def open_door() -> str:  # pyright: ignore[reportUnusedFunction]
        return "in"

    app.include_router(router)
    assert unguarded(app) == ["['GET'] /v1/open-door", "['GET'] /v1/house/open-door"]


def hidden(app: FastAPI) -> list[str]:
    """Routes that are never reached, since one before them takes their requests."""
    found: list[str] = []
    before: list[tuple[frozenset[str], re.Pattern[str]]] = []
    for route in routes_of(app):
        methods = frozenset(route.methods or ())
        address = re.sub(r"\{[^}]+\}", "none", str(route.path))
        if any(methods & taken and pattern.match(address) for taken, pattern in before):
            found.append(f"{sorted(methods)} {route.path}")
        before.append((methods, compile_path(str(route.path))[0]))
    return found


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_no_route_hides_another(plan: Plan) -> None:
    assert set(hidden(app_of(plan))) <= HIDDEN_ON_PURPOSE


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if method in METHODS and path not in PUBLIC:
                yield method, path, operation


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_every_operation_names_its_scope_and_its_problems(plan: Plan) -> None:
    for method, path, operation in operations(app_of(plan)):
        scopes = [scope for item in operation["security"] for scope in item["bearer"]]
        assert len(scopes) >= 1, f"{method} {path}"
        assert {"401", "403", "404", "422"} <= set(operation["responses"]), f"{method} {path}"


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
async def test_nobody_gets_in_without_a_token_or_without_the_scope(
    plan: Plan, service_database: str
) -> None:
    async with open_house(plan, service_database) as house:
        before = await house.house.log.head()
        for method, path, operation in operations(house.app):
            scope = operation["security"][0]["bearer"][0]
            address = re.sub(r"\{[^}]+\}", "none", path)
            assert await answer(house, method, address) == 401, f"{method} {path}"
            for role in sorted(ROLES):
                got = await answer(house, method, address, role)
                if scope in ROLES[role]:
                    assert got not in (401, 500), f"{method} {path} as {role}: {got}"
                else:
                    assert got == 403, f"{method} {path} as {role}: {got}"
        assert await house.house.log.head() == before


async def answer(house: RunningHouse, method: str, path: str, *roles: str) -> int:
    """The status for an agency nobody knows, sending nothing that could be accepted."""
    caller = house.caller("nowhere", "p-0", *roles) if roles else house.nobody()
    body = None if method == "get" else {"nothing": "that could be right"}
    return (await caller.send(method.upper(), path, body)).status_code
