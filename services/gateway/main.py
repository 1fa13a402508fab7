"""The gateway, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.gateway.contract_views import routes as contract_views
from services.gateway.contract_views.views import VIEWS as CONTRACT_VIEWS
from services.gateway.overviews import routes as overviews
from services.gateway.overviews.views import VIEWS as OVERVIEW_VIEWS
from services.gateway.threads import routes as threads
from services.gateway.threads.views import VIEWS as THREAD_VIEWS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.running import Plan
from shared.running.settings import from_environment

PLAN = Plan(
    name="gateway",
    views=(PARTNERSHIPS, *CONTRACT_VIEWS, *THREAD_VIEWS, *OVERVIEW_VIEWS),
    routers=(contract_views.router, threads.router, overviews.router),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_app(PLAN, from_environment())
