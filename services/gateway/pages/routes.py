"""All pages as one router, for the gateway's plan."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.pages import (
    card_entries,
    contracts,
    expectations,
    files,
    flags,
    fund_papers,
    funds,
    home,
    incidents,
    notices,
    operations,
    public,
    public_records,
    reconciliations,
    report_cards,
    return_files,
    return_step_pages,
    returns,
    review_meetings,
    reviews,
    tender_evaluation,
    tender_law,
    tender_taking,
    tenders,
    threads,
    variation,
    what_ifs,
)

router = APIRouter()
ROOMS = (
    home, report_cards, card_entries, contracts, return_files, return_step_pages, returns,
    flags, funds, fund_papers, what_ifs, reconciliations, threads, operations, public,
    public_records, notices, files, incidents, reviews, review_meetings, expectations, variation,
    tender_law, tender_evaluation, tender_taking, tenders,
)  # fmt: skip
for room in ROOMS:
    router.include_router(room.router)
