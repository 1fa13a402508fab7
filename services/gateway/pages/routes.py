"""All pages as one router, for the gateway's plan."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.pages import (
    contracts,
    files,
    fund_papers,
    funds,
    home,
    operations,
    public,
    returns,
    threads,
)

router = APIRouter()
for room in (home, contracts, returns, funds, fund_papers, threads, operations, public, files):
    router.include_router(room.router)
