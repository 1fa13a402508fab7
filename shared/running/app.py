"""Makes a FastAPI application of a service's plan; every service speaks HTTP the same way."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from shared.eventsourcing.sources import Source
from shared.feed import serving
from shared.http import erasing, problems
from shared.http.edges import Edges
from shared.http.identity import Verifier, key_set
from shared.http.reading import wait_for_own_write
from shared.running import accepting, auditing, operations
from shared.running.running import Plan, running
from shared.running.settings import Settings, from_environment
from shared.telemetry import figures, logs

MOST_BODY_BYTES = 10 * 1024 * 1024


def create_app(
    plan: Plan, settings: Settings, heard: Mapping[str, Source] | None = None
) -> FastAPI:
    """The application of one service; everything it needs starts with its lifespan.

    `heard` are sources to follow in place of the other services' feeds.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with running(plan, settings, heard) as house, AsyncExitStack() as stack:
            app.state.house = house
            if plan.alongside:
                await stack.enter_async_context(plan.alongside(app, settings))
            yield

    logs.configure(plan.name)
    app = FastAPI(
        title=f"Golden Thread: {plan.name}",
        version="1",
        lifespan=lifespan,
        openapi_url=plan.openapi_url,
        docs_url=None,
        redoc_url=None,
        responses=problems.PROBLEMS,
        dependencies=[Depends(wait_for_own_write)],
        generate_unique_id_function=_operation_id,
        telemetry={"logs": False, "operation_spans": False},
    )
    app.state.verifier = Verifier(key_set(settings.token_keys), settings.token_issuer)
    app.state.problem_page = plan.problem_page
    problems.install(app)
    app.add_middleware(Edges, most_bytes=MOST_BODY_BYTES, large=plan.large_bodies)
    operating = (operations.router, auditing.router, accepting.router)
    ours = (operations.public, *operating, serving.router)
    for router in (*ours, *plan.routers):
        app.include_router(router)
    if plan.deciders:
        app.include_router(erasing.router(plan.name))
    if settings.sandbox:
        app.include_router(operations.sandbox)
    return app


def create_from_environment(plan: Plan) -> FastAPI:
    """The application as its own process runs it: traced, measured, told by its environment."""
    figures.install(plan.name)
    return create_app(plan, from_environment())


def _operation_id(route: APIRoute) -> str:
    return route.name.replace("_", "-")
