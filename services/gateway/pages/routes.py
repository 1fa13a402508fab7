"""All pages as one router, for the gateway's plan."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.pages import (
    contracts,
    files,
    funds,
    home,
    operations,
    public,
    reconciliations,
    returns,
    threads,
)

router = APIRouter()
for room in (home, contracts, returns, funds, reconciliations, threads, operations, public, files):
    router.include_router(room.router)
