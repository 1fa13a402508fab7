"""Procurement, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.procurement.heard import AUTHORITIES, SPECIFICATIONS
from services.procurement.tenders import routes as tenders
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.views import TENDER_DEADLINES, TENDER_ROWS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.running import Plan
from shared.running.settings import from_environment

PLAN = Plan(
    name="procurement",
    deciders=(TENDERS,),
    views=(TENDER_ROWS, SPECIFICATIONS, AUTHORITIES, PARTNERSHIPS),
    timed=(TENDER_DEADLINES,),
    routers=(tenders.router,),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_app(PLAN, from_environment())
