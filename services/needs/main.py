"""Needs, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.needs.areas import routes as areas
from services.needs.areas.decider import AREA_SETS
from services.needs.areas.views import AREAS
from services.needs.assessments import overview_routes as overviews
from services.needs.assessments import routes as assessments
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.views import ASSESSMENTS, SERIES
from services.needs.curves import routes as curves
from services.needs.curves.decider import CURVES
from services.needs.curves.views import CURVE_ROWS
from services.needs.findings import routes as findings
from services.needs.findings.decider import FINDINGS
from services.needs.findings.returned import RETURNED
from services.needs.findings.views import FINDINGS_ROWS
from services.needs.heard import FORUM_REPORTS, INCIDENTS, REVIEWS
from services.needs.meetings import routes as meetings
from services.needs.meetings.decider import MEETING
from services.needs.meetings.views import DECISIONS, MEETINGS
from services.needs.partnerships import routes as partnerships
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.views import BOARDS
from services.needs.reactions import REACTIONS
from services.needs.reference_outcomes import routes as reference_outcomes
from services.needs.series_files import routes as series_files
from services.needs.specifications import routes as specifications
from services.needs.specifications.decider import SPECIFICATION
from services.needs.specifications.views import SPECIFICATIONS
from services.needs.strategies import routes as strategies
from services.needs.strategies.decider import STRATEGY
from services.needs.strategies.views import STRATEGIES
from services.needs.voices import routes as voices
from services.needs.voices.decider import CONSULTATION
from services.needs.voices.views import CONSULTATIONS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.running import Plan

PLAN = Plan(
    name="needs",
    deciders=(
        PARTNERSHIP,
        MEETING,
        FINDINGS,
        ASSESSMENT,
        STRATEGY,
        SPECIFICATION,
        AREA_SETS,
        RETURNED,
        CURVES,
        CONSULTATION,
    ),
    views=(
        PARTNERSHIPS,
        BOARDS,
        MEETINGS,
        DECISIONS,
        FINDINGS_ROWS,
        ASSESSMENTS,
        SERIES,
        STRATEGIES,
        SPECIFICATIONS,
        INCIDENTS,
        REVIEWS,
        FORUM_REPORTS,
        AREAS,
        CURVE_ROWS,
        CONSULTATIONS,
    ),
    reactions=REACTIONS,
    routers=(
        partnerships.router,
        meetings.router,
        findings.router,
        assessments.router,
        overviews.router,
        series_files.router,
        reference_outcomes.router,
        voices.router,
        strategies.router,
        specifications.router,
        areas.router,
        curves.router,
    ),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
