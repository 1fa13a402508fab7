"""Procurement, put together: the only place where its parts meet the outside."""

from __future__ import annotations

from fastapi import FastAPI

from services.procurement.agreements import routes as agreements
from services.procurement.agreements.decider import AGREEMENTS
from services.procurement.agreements.views import AGREEMENT_ROWS
from services.procurement.awards import challenging as awards_challenged
from services.procurement.awards import reading as awards_read
from services.procurement.awards import routes as awards
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.views import AWARD_ROWS
from services.procurement.bids import reading as bids_read
from services.procurement.bids import routes as bids
from services.procurement.duties import routes as duties
from services.procurement.heard import AUTHORITIES, SPECIFICATIONS
from services.procurement.notices import routes as notices
from services.procurement.notices.decider import NOTICES
from services.procurement.notices.views import NOTICE_ROWS
from services.procurement.planned import routes as planned
from services.procurement.planned.decider import PLANNED
from services.procurement.planned.views import PLANNED_ROWS
from services.procurement.preferred import routes as preferred
from services.procurement.preferred.decider import PREFERRED_LISTS
from services.procurement.preferred.views import PREFERRED_ROWS
from services.procurement.providers import routes as providers
from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.views import PROVIDER_DEADLINES, PROVIDER_ROWS
from services.procurement.reactions import REACTIONS
from services.procurement.tenders import evaluation as tenders_judged
from services.procurement.tenders import opening as tenders_opened
from services.procurement.tenders import reading as tenders_read
from services.procurement.tenders import routes as tenders
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.files import TENDER_FILES
from services.procurement.tenders.views import TENDER_DEADLINES, TENDER_ROWS
from shared.http.membership import PARTNERSHIPS
from shared.running import app
from shared.running.receipts import signing
from shared.running.running import Plan

PLAN = Plan(
    name="procurement",
    deciders=(TENDERS, PROVIDERS, AWARDS, AGREEMENTS, PREFERRED_LISTS, NOTICES, PLANNED),
    views=(
        TENDER_ROWS,
        TENDER_FILES,
        PROVIDER_ROWS,
        AWARD_ROWS,
        AGREEMENT_ROWS,
        PREFERRED_ROWS,
        PLANNED_ROWS,
        NOTICE_ROWS,
        SPECIFICATIONS,
        AUTHORITIES,
        PARTNERSHIPS,
    ),
    reactions=REACTIONS,
    timed=(TENDER_DEADLINES, PROVIDER_DEADLINES),
    routers=(
        tenders_read.router,
        tenders_opened.router,
        tenders.router,
        tenders_judged.router,
        bids_read.router,
        bids.router,
        providers.router,
        awards_read.router,
        awards.router,
        awards_challenged.router,
        agreements.router,
        preferred.router,
        planned.router,
        notices.router,
        duties.router,
    ),
    alongside=signing,
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
