"""Needs, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.needs.agreed_indicators import routes as agreed_indicators
from services.needs.agreed_indicators.decider import AGREED_INDICATORS
from services.needs.agreed_indicators.views import FIGURE_VERSIONS, YEARS_OF_INDICATORS
from services.needs.areas import routes as areas
from services.needs.areas.decider import AREA_SETS
from services.needs.areas.views import AREAS
from services.needs.assessments import overview_routes as overviews
from services.needs.assessments import routes as assessments
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.views import ASSESSMENTS, SERIES
from services.needs.assurances import routes as assurances
from services.needs.assurances.arrangements import ARRANGEMENTS
from services.needs.assurances.decider import ASSURANCE
from services.needs.assurances.views import ASSURANCES
from services.needs.ballots import routes as ballots
from services.needs.ballots.decider import BALLOT
from services.needs.ballots.views import BALLOTS, TALLIES
from services.needs.boards import routes as boards
from services.needs.boards.decider import BOARD
from services.needs.boards.views import BUSINESS
from services.needs.changes import routes as changes
from services.needs.changes.decider import CHANGES
from services.needs.changes.views import CHANGE_ROWS
from services.needs.curves import routes as curves
from services.needs.curves.decider import CURVES
from services.needs.curves.views import CURVE_ROWS
from services.needs.drafts import routes as drafts
from services.needs.drafts.decider import DRAFTS
from services.needs.drafts.views import DRAFTS_ROWS
from services.needs.evaluations import routes as evaluations
from services.needs.evaluations.decider import EVALUATION
from services.needs.evaluations.views import EVALUATIONS
from services.needs.findings import routes as findings
from services.needs.findings.decider import FINDINGS
from services.needs.findings.returned import RETURNED
from services.needs.findings.views import FINDINGS_ROWS
from services.needs.frameworks import routes as frameworks
from services.needs.frameworks.decider import FRAMEWORK
from services.needs.frameworks.views import FRAMEWORKS
from services.needs.heard import FORUM_REPORTS, INCIDENTS, REVIEWS
from services.needs.markets import routes as markets
from services.needs.markets.decider import MARKET
from services.needs.markets.views import MARKETS
from services.needs.meetings import following_routes, sitting_routes
from services.needs.meetings import routes as meetings
from services.needs.meetings.clocks import MEETING_DEADLINES
from services.needs.meetings.decider import MEETING
from services.needs.meetings.views import ACTIONS, DECISIONS, MEETINGS
from services.needs.packages import routes as packages
from services.needs.packages.decider import PACKAGE
from services.needs.packages.views import PACKAGES
from services.needs.partnerships import routes as partnerships
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.views import BOARDS
from services.needs.plans import routes as plans
from services.needs.plans.decider import PLAN_OF
from services.needs.plans.views import PLANS
from services.needs.reactions import REACTIONS
from services.needs.reference_outcomes import routes as reference_outcomes
from services.needs.resources import routes as resources
from services.needs.resources.decider import RESOURCES
from services.needs.resources.views import RESOURCES_ROWS
from services.needs.series_files import routes as series_files
from services.needs.specifications import routes as specifications
from services.needs.specifications.decider import SPECIFICATION
from services.needs.specifications.views import SPECIFICATIONS
from services.needs.strategies import routes as strategies
from services.needs.strategies.decider import STRATEGY
from services.needs.strategies.views import STRATEGIES
from services.needs.teams import routes as teams
from services.needs.teams.decider import TEAM
from services.needs.teams.views import TEAMS
from services.needs.trainings import routes as trainings
from services.needs.trainings.decider import TRAINING
from services.needs.trainings.views import REGISTERS
from services.needs.voices import routes as voices
from services.needs.voices.decider import CONSULTATION
from services.needs.voices.views import CONSULTATIONS
from services.needs.votes import routes as votes
from services.needs.votes.decider import VOTE
from services.needs.votes.views import VOTES
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.running import Plan

PLAN = Plan(
    name="needs",
    deciders=(
        PARTNERSHIP,
        MEETING,
        BOARD,
        TEAM,
        FINDINGS,
        CHANGES,
        ASSESSMENT,
        STRATEGY,
        SPECIFICATION,
        AREA_SETS,
        RETURNED,
        CURVES,
        VOTE,
        BALLOT,
        PLAN_OF,
        DRAFTS,
        RESOURCES,
        MARKET,
        CONSULTATION,
        FRAMEWORK,
        PACKAGE,
        EVALUATION,
        TRAINING,
        ASSURANCE,
        AGREED_INDICATORS,
    ),
    views=(
        PARTNERSHIPS,
        BOARDS,
        MEETINGS,
        DECISIONS,
        ACTIONS,
        BUSINESS,
        TEAMS,
        FINDINGS_ROWS,
        CHANGE_ROWS,
        ASSESSMENTS,
        SERIES,
        STRATEGIES,
        SPECIFICATIONS,
        INCIDENTS,
        REVIEWS,
        FORUM_REPORTS,
        AREAS,
        CURVE_ROWS,
        VOTES,
        BALLOTS,
        TALLIES,
        PLANS,
        DRAFTS_ROWS,
        RESOURCES_ROWS,
        MARKETS,
        CONSULTATIONS,
        FRAMEWORKS,
        PACKAGES,
        EVALUATIONS,
        REGISTERS,
        ARRANGEMENTS,
        ASSURANCES,
        YEARS_OF_INDICATORS,
        FIGURE_VERSIONS,
    ),
    reactions=REACTIONS,
    timed=(MEETING_DEADLINES,),
    routers=(
        partnerships.router,
        meetings.router,
        sitting_routes.router,
        following_routes.router,
        boards.router,
        teams.router,
        findings.router,
        changes.router,
        assessments.router,
        overviews.router,
        series_files.router,
        reference_outcomes.router,
        voices.router,
        strategies.router,
        specifications.router,
        areas.router,
        curves.router,
        votes.router,
        ballots.router,
        plans.router,
        drafts.router,
        resources.router,
        markets.router,
        frameworks.router,
        packages.router,
        evaluations.router,
        trainings.router,
        assurances.router,
        agreed_indicators.router,
    ),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
