"""All pages as one router, for the gateway's plan."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.pages import (
    assessment_evidence,
    assessment_files,
    assessment_needs,
    assessment_signals,
    assessment_voices,
    assessments,
    assurance,
    bids,
    board,
    board_log,
    board_meetings,
    board_records,
    board_rules,
    card_entries,
    contracts,
    cycle,
    evaluation,
    expectations,
    files,
    flags,
    framework,
    fund_papers,
    funds,
    home,
    incidents,
    notices,
    operations,
    packages,
    public,
    public_records,
    reconciliations,
    report_cards,
    return_files,
    return_step_pages,
    returns,
    review_meetings,
    reviews,
    strategies,
    strategies_drafts,
    strategies_resources,
    tender_evaluation,
    tender_law,
    tender_taking,
    tenders,
    threads,
    training,
    variation,
    votes,
    votes_casting,
    votes_keeping,
    what_ifs,
)

router = APIRouter()
ROOMS = (
    home, cycle, report_cards, card_entries, contracts, return_files, return_step_pages, returns,
    flags, funds, fund_papers, what_ifs, reconciliations, threads, operations, public,
    public_records, notices, files, incidents, reviews, review_meetings, expectations, variation,
    board, board_log, board_meetings, board_rules, board_records,
    votes_keeping, votes, votes_casting, strategies, strategies_drafts, strategies_resources,
    assessments, assessment_evidence, assessment_files, assessment_needs, assessment_signals,
    assessment_voices, framework, training, evaluation, packages, assurance,
    bids,
    tender_law, tender_evaluation, tender_taking, tenders,
)  # fmt: skip
for room in ROOMS:
    router.include_router(room.router)
