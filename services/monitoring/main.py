"""Monitoring, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.monitoring.calendars import routes as calendars
from services.monitoring.calendars.decider import CALENDARS
from services.monitoring.calendars.views import CALENDAR_ROWS
from services.monitoring.expectations import routes as expectations
from services.monitoring.expectations.decider import EXPECTATIONS
from services.monitoring.expectations.views import EXPECTATION_ROWS
from services.monitoring.flags import note_routes as flag_notes
from services.monitoring.flags import rating_routes as flag_ratings
from services.monitoring.flags import routes as flags
from services.monitoring.flags import step_routes as flag_steps
from services.monitoring.flags.deadlines import FLAG_DEADLINES
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.notes import NOTE_ROWS
from services.monitoring.flags.views import FLAG_ROWS, SERIES
from services.monitoring.forums import routes as forums
from services.monitoring.forums.decider import FORUMS
from services.monitoring.forums.views import FORUM_ROWS
from services.monitoring.heard import CONTRACTS
from services.monitoring.incidents import routes as incidents
from services.monitoring.incidents.decider import INCIDENTS
from services.monitoring.incidents.views import INCIDENT_DEADLINES, INCIDENT_ROWS
from services.monitoring.messages import routes as messages
from services.monitoring.messages.decider import MESSAGES
from services.monitoring.messages.views import MESSAGE_ROWS
from services.monitoring.portfolios import routes as portfolios
from services.monitoring.portfolios.decider import PORTFOLIOS
from services.monitoring.portfolios.views import PORTFOLIO_ROWS
from services.monitoring.reactions import REACTIONS
from services.monitoring.rebases import routes as rebases
from services.monitoring.rebases.decider import REBASES
from services.monitoring.rebases.views import REBASE_ROWS
from services.monitoring.report_cards import routes as report_cards
from services.monitoring.report_cards.decider import CARDS
from services.monitoring.report_cards.views import CARD_ROWS
from services.monitoring.returns import (
    evidence_routes,
    file_routes,
    rule_reads,
    signature_routes,
)
from services.monitoring.returns import reads as return_reads
from services.monitoring.returns import routes as returns
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.gathering import MOST_FILE_BYTES
from services.monitoring.returns.views import RETURN_DEADLINES, RETURN_ROWS
from services.monitoring.reviews import routes as reviews
from services.monitoring.reviews.decider import REVIEWS
from services.monitoring.reviews.views import REVIEW_ROWS
from services.monitoring.schedules import routes as schedules
from services.monitoring.schedules.decider import SCHEDULES
from services.monitoring.schedules.views import SCHEDULE_DEADLINES, SCHEDULE_ROWS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.receipts import signing
from shared.running.running import Plan

PLAN = Plan(
    name="monitoring",
    deciders=(
        RETURNS,
        SCHEDULES,
        PORTFOLIOS,
        FLAGS,
        REVIEWS,
        INCIDENTS,
        EXPECTATIONS,
        FORUMS,
        REBASES,
        CARDS,
        MESSAGES,
        CALENDARS,
    ),
    views=(
        RETURN_ROWS,
        SCHEDULE_ROWS,
        PORTFOLIO_ROWS,
        FLAG_ROWS,
        SERIES,
        NOTE_ROWS,
        REVIEW_ROWS,
        INCIDENT_ROWS,
        EXPECTATION_ROWS,
        FORUM_ROWS,
        REBASE_ROWS,
        CARD_ROWS,
        MESSAGE_ROWS,
        CALENDAR_ROWS,
        CONTRACTS,
        PARTNERSHIPS,
    ),
    reactions=REACTIONS,
    timed=(RETURN_DEADLINES, FLAG_DEADLINES, SCHEDULE_DEADLINES, INCIDENT_DEADLINES),
    large_bodies={file_routes.LARGE: MOST_FILE_BYTES},
    alongside=signing,
    routers=(
        rule_reads.router,
        file_routes.router,
        signature_routes.router,
        evidence_routes.router,
        return_reads.router,
        returns.router,
        flag_notes.router,
        flags.router,
        flag_ratings.router,
        flag_steps.router,
        reviews.router,
        incidents.router,
        expectations.router,
        forums.router,
        rebases.router,
        report_cards.router,
        schedules.router,
        portfolios.router,
        messages.router,
        calendars.router,
    ),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
