"""The gateway, put together: the only place where its parts meet the outside."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import msgspec
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services.gateway.audits import routes as audits
from services.gateway.audits.decider import AUDITS
from services.gateway.audits.views import AUDIT_ROWS
from services.gateway.charts import routes as charts
from services.gateway.charts import variation_routes as variation
from services.gateway.contract_views import routes as contract_views
from services.gateway.contract_views.views import VIEWS as CONTRACT_VIEWS
from services.gateway.cycle import routes as cycle
from services.gateway.cycle.views import PLANNED
from services.gateway.exports import routes as exports
from services.gateway.ledgers import routes as ledgers
from services.gateway.ledgers import what_if_routes as what_ifs
from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.oversight import routes as oversight
from services.gateway.overviews import payment_times
from services.gateway.overviews import routes as overviews
from services.gateway.overviews.views import VIEWS as OVERVIEW_VIEWS
from services.gateway.pages import routes as pages
from services.gateway.pages.problem_pages import problem_page
from services.gateway.partners import documents as partner_documents
from services.gateway.partners import routes as partners
from services.gateway.partners.relaying import relaying
from services.gateway.proofs import routes as proofs
from services.gateway.proofs.keeper import Keeper, keeping
from services.gateway.proofs.signing import Signing, signers
from services.gateway.proofs.witness import SignedRoots
from services.gateway.proxy import documents, everywhere
from services.gateway.proxy import routes as proxy
from services.gateway.public_record import routes as public_record
from services.gateway.public_record.packages import Publisher
from services.gateway.public_record.views import VIEWS as PUBLIC_VIEWS
from services.gateway.reconciliations import decision_routes
from services.gateway.reconciliations import routes as reconciliations
from services.gateway.reconciliations.accounts import ACCOUNTS
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.running import matching
from services.gateway.reconciliations.views import VIEWS as RECONCILIATION_VIEWS
from services.gateway.report_cards import routes as report_cards
from services.gateway.sign_in import routes as sign_in
from services.gateway.sign_in.clients import Assertions, registered
from services.gateway.sign_in.sessions import CookieSessions
from services.gateway.statements import report_routes as reports
from services.gateway.statements import routes as statements
from services.gateway.statements.decider import STATEMENTS
from services.gateway.statements.views import PARTNER_STATEMENTS
from services.gateway.threads import routes as threads
from services.gateway.threads.views import VIEWS as THREAD_VIEWS
from services.gateway.webhooks import routes as webhooks
from services.gateway.webhooks.worker import delivering
from shared.http.identity import Issuer
from shared.http.membership import PARTNERSHIPS
from shared.proofs.notes import Signer
from shared.running import app
from shared.running.running import House, Plan
from shared.running.settings import BadSettings, Settings, value

PROXY_SECONDS = 30.0


@asynccontextmanager
async def alongside(application: FastAPI, settings: Settings) -> AsyncGenerator[None]:
    """What the gateway has beside a log: sessions, an issuer in a sandbox, the way to each service,
    what brings the agencies' logs to their topics and webhooks, who keeps the proofs, and what runs
    the matching rules.

    Reads `SESSION_SECRET`, `ISSUER_KEY` (a private JWK), `CLIENTS` (a JSON list),
    `LEDGER_SIGNING_KEY` (one or more keys of signed notes), `OCDS_PREFIX` and `OCDS_PUBLISHER`,
    each also as a file by `<NAME>_FILE`.
    Raises BadSettings in production without a key to sign with.
    """
    state = application.state
    key = value(os.environ, "ISSUER_KEY") if settings.sandbox else ""
    clients = registered(value(os.environ, "CLIENTS"))
    state.sessions = CookieSessions(value(os.environ, "SESSION_SECRET"))
    state.issuer = Issuer(_private(key), settings.token_issuer) if key else None
    state.assertions = Assertions(clients, settings.token_issuer)
    signing_keys = signers(value(os.environ, "LEDGER_SIGNING_KEY"))
    if settings.production and not signing_keys:
        raise BadSettings("LEDGER_SIGNING_KEY is not set; goldenthread ledger-key makes one")
    state.publisher = _publisher()
    state.keeper = _keeper(state.house, signing_keys)
    async with AsyncExitStack() as stack:
        state.upstreams = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(base_url=address, timeout=PROXY_SECONDS)
            )
            for name, address in settings.sources.items()
        }
        logs = partners.partner_logs(state.house)
        await stack.enter_async_context(relaying(state.house, logs))
        await stack.enter_async_context(delivering(state.house, logs))
        await stack.enter_async_context(keeping(state.house, state.keeper))
        await stack.enter_async_context(matching(application, state.house))
        yield


def _keeper(house: House, keys: Sequence[Signer]) -> Keeper:
    return Keeper(house, Signing(house.pool, house.stores[FUND_BOOKS.name], keys, house.clock))


def _publisher() -> Publisher:
    """Who publishes the public record; what is not set is a placeholder that `Publisher` names."""
    told = {"prefix": value(os.environ, "OCDS_PREFIX"), "name": value(os.environ, "OCDS_PUBLISHER")}
    return Publisher(**{name: given for name, given in told.items() if given})


def _private(key: str) -> OKPKey:
    return OKPKey.import_key(msgspec.json.decode(key))


MOST_FILE_BYTES = 41 * 1024 * 1024  # monitoring's own limit, and what a form wraps around it

PLAN = Plan(
    name="gateway",
    deciders=(RECONCILIATIONS, ACCOUNTS, STATEMENTS, AUDITS),
    views=(
        PARTNERSHIPS,
        FUND_BOOKS,
        FUND_AGREEMENTS,
        *CONTRACT_VIEWS,
        *THREAD_VIEWS,
        *OVERVIEW_VIEWS,
        PLANNED,
        *RECONCILIATION_VIEWS,
        PARTNER_STATEMENTS,
        AUDIT_ROWS,
        *PUBLIC_VIEWS,
    ),
    routers=(
        partners.router,
        partner_documents.router,
        webhooks.router,
        contract_views.router,
        charts.router,
        variation.router,
        report_cards.router,
        threads.router,
        cycle.router,
        overviews.router,
        payment_times.router,
        oversight.router,
        proofs.router,
        proofs.public,
        ledgers.router,
        what_ifs.router,
        reconciliations.router,
        decision_routes.router,
        exports.router,
        statements.router,
        reports.router,
        audits.router,
        public_record.public,
        public_record.router,
        sign_in.router,
        everywhere.router,
        documents.router,
        proxy.router,
        pages.router,
    ),
    subscribers=partners.subscribers,
    witnesses=lambda _: {FUND_BOOKS.name: SignedRoots()},
    problem_page=problem_page,
    alongside=alongside,
    openapi_url=None,
    large_bodies={"/v1/returns/files": MOST_FILE_BYTES, "/returns/files": MOST_FILE_BYTES},
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    return app.create_from_environment(PLAN)
