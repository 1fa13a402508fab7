"""Contracts, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.contracts.compacts import routes as compacts
from services.contracts.compacts.decider import COMPACTS
from services.contracts.compacts.views import COMPACT_ROWS
from services.contracts.contracts import ending_routes, list_routes, payment_routes
from services.contracts.contracts import routes as contracts
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.views import CONTRACT_DEADLINES, CONTRACT_ROWS
from services.contracts.heard import FLAGS, SPECIFICATIONS, STANDINGS
from services.contracts.payment_runs import routes as payment_runs
from services.contracts.payment_runs.decider import PAYMENT_RUNS
from services.contracts.payment_runs.views import PAYMENT_RUN_ROWS
from services.contracts.pooled_funds import changing_routes, closing_routes
from services.contracts.pooled_funds import routes as pooled_funds
from services.contracts.pooled_funds.costs import FUND_COSTS
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.views import POOLED_FUND_ROWS
from services.contracts.reactions import REACTIONS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.running import Plan

PLAN = Plan(
    name="contracts",
    deciders=(CONTRACTS, POOLED_FUNDS, PAYMENT_RUNS, COMPACTS),
    views=(
        CONTRACT_ROWS,
        COMPACT_ROWS,
        POOLED_FUND_ROWS,
        FUND_COSTS,
        PAYMENT_RUN_ROWS,
        SPECIFICATIONS,
        FLAGS,
        STANDINGS,
        PARTNERSHIPS,
    ),
    reactions=REACTIONS,
    timed=(CONTRACT_DEADLINES,),
    routers=(
        payment_routes.router,
        list_routes.router,
        contracts.router,
        ending_routes.router,
        pooled_funds.router,
        closing_routes.router,
        changing_routes.router,
        payment_runs.router,
        compacts.router,
    ),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
