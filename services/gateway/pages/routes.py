"""All pages as one router, for the gateway's plan."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.pages import (
    contracts,
    expectations,
    files,
    fund_papers,
    funds,
    home,
    incidents,
    operations,
    public,
    public_records,
    reconciliations,
    returns,
    review_meetings,
    reviews,
    threads,
    what_ifs,
)

router = APIRouter()
ROOMS = (
    home, contracts, returns, funds, fund_papers, what_ifs, reconciliations, threads, operations,
    public, public_records, files, incidents, reviews, review_meetings, expectations,
)  # fmt: skip
for room in ROOMS:
    router.include_router(room.router)
