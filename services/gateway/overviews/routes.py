"""The door of overviews: what the partner home page shows, in one call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response

from services.gateway.contract_views.monitored import MonitoredRow
from services.gateway.contract_views.routes import contracts_of, every
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS, ContractRow
from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.ledgers.routes import standing_of
from services.gateway.overviews.calendars import calendar
from services.gateway.overviews.due import BETWEEN_THE_TWO, Due, due
from services.gateway.overviews.views import (
    DECISIONS,
    TENDER_DATES,
    DecisionRow,
    TenderDatesRow,
)
from shared.eventsourcing.view_store import ViewStore
from shared.http.identity import Actor
from shared.http.membership import PARTNERSHIPS, PartnershipRow, partnerships_of
from shared.http.permissions import allowed, may
from shared.http.reading import rows

router = APIRouter(tags=["overview"])

AHEAD = timedelta(days=90)
MOST_DECISIONS = 20

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]
Monitored = Annotated[ViewStore[MonitoredRow], rows(MONITORING_FACTS)]
Tenders = Annotated[ViewStore[TenderDatesRow], rows(TENDER_DATES)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]
Agreements = Annotated[ViewStore[FundAgreementRow], rows(FUND_AGREEMENTS)]
Partnerships = Annotated[ViewStore[PartnershipRow], rows(PARTNERSHIPS)]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The rows an agency may see, before they are put in order."""

    contracts: dict[str, ContractRow]
    monitored: dict[str, MonitoredRow]
    tenders: dict[str, TenderDatesRow]
    partnerships: list[str]


async def seen_by(
    request: Request,
    agency: str,
    contracts: ViewStore[ContractRow],
    monitored: ViewStore[MonitoredRow],
    tenders: ViewStore[TenderDatesRow],
) -> Seen:
    partnerships = await partnerships_of(request, agency)
    found = await every(monitored, "provider", agency)
    dates: dict[str, TenderDatesRow] = {}
    for partnership in partnerships:
        found |= await every(monitored, "partnership", partnership)
        dates |= await every(tenders, "partnership", partnership)
    return Seen(
        contracts=await contracts_of(request, contracts, agency),
        monitored=found,
        tenders=dates,
        partnerships=partnerships,
    )


@router.get("/v1/overview")
async def read_overview(
    request: Request,
    contracts: Contracts,
    monitored: Monitored,
    tenders: Tenders,
    decisions: Decisions,
    partnerships: Partnerships,
    agreements: Agreements,
    actor: Annotated[Actor, allowed("contracts:read")],
) -> dict[str, Any]:
    """What is due in the next 90 days or overdue, flagged, outstanding, decided; how funds stand.

    What the caller's roles do not show is null.
    """
    now = request.app.state.house.clock()
    seen = await seen_by(request, actor.agency, contracts, monitored, tenders)
    coming = [one for one in _all_due(seen, now, actor.agency) if one.due_at <= now + AHEAD]
    members = [await partnerships.get(one) for one in seen.partnerships]
    return {
        "agency": actor.agency,
        "now": now.isoformat(),
        "partnerships": msgspec.to_builtins([row for row in members if row]),
        "due": msgspec.to_builtins(coming),
        "flagged": _flagged(seen) if may(actor, "flags:read") else None,
        "reviews": await _reviews(seen, decisions) if may(actor, "flags:read") else None,
        "incidents": _incidents(seen, now) if may(actor, "incidents:read") else None,
        "decisions": await _decided(decisions, seen) if may(actor, "board:read") else None,
        "funds": list((await standing_of(request, agreements, actor.agency)).values())
        if may(actor, "funds:read")
        else None,
        "contracts": _contracts(seen, actor.agency),
    }


@router.get(
    "/v1/calendar.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def read_calendar(
    request: Request,
    contracts: Contracts,
    monitored: Monitored,
    tenders: Tenders,
    actor: Annotated[Actor, allowed("contracts:read")],
) -> Response:
    """Every deadline the caller's agency has to do with, for a calendar program."""
    now = request.app.state.house.clock()
    seen = await seen_by(request, actor.agency, contracts, monitored, tenders)
    return Response(
        calendar(_all_due(seen, now, actor.agency), now), media_type="text/calendar; charset=utf-8"
    )


def _all_due(seen: Seen, now: datetime, agency: str) -> list[Due]:
    """What is between a contract's two parties is for them alone."""
    found = due(seen.contracts.values(), seen.monitored.values(), seen.tenders.values(), now)
    ours = {
        key for key, row in seen.contracts.items() if agency in (row.provider, row.commissioner)
    }
    return [one for one in found if one.kind not in BETWEEN_THE_TWO or one.of in ours]


def _flagged(seen: Seen) -> list[dict[str, Any]]:
    """Open cases, the newest first."""
    found = [
        (flag, row.contract) for row in seen.monitored.values() for flag in row.flags if flag.open
    ]
    found.sort(key=lambda pair: pair[0].raised_at, reverse=True)
    return [
        msgspec.to_builtins(flag) | {"contract": contract, "title": _title(seen, contract)}
        for flag, contract in found
    ]


async def _reviews(seen: Seen, decisions: ViewStore[DecisionRow]) -> list[dict[str, Any]]:
    """Formal reviews that are due, running, or concluded and wait for the board to decide."""
    found: list[dict[str, Any]] = []
    for key, row in seen.monitored.items():
        for review in row.reviews:
            if review.conclusion == "continue":
                continue
            about = {"about": review.review, "about_kind": "review"}
            if review.conclusion and await decisions.find(where=about, limit=1):
                continue
            found.append(
                msgspec.to_builtins(review) | {"contract": key, "title": _title(seen, key)}
            )
    return found


def _incidents(seen: Seen, now: datetime) -> list[dict[str, Any]]:
    """Outstanding serious incidents, by reference; whether the named officer kept silent."""
    return [
        msgspec.to_builtins(incident)
        | {"contract": key, "title": _title(seen, key), "officer_late": incident.unanswered(now)}
        for key, row in seen.monitored.items()
        for incident in row.incidents
        if not incident.closed
    ]


def _title(seen: Seen, contract: str) -> str:
    row = seen.contracts.get(contract)
    return row.title if row else ""


async def _decided(store: ViewStore[DecisionRow], seen: Seen) -> list[dict[str, Any]]:
    found: list[DecisionRow] = []
    for partnership in seen.partnerships:
        found += (await every(store, "partnership", partnership)).values()
    found.sort(key=lambda row: row.decided_on, reverse=True)
    return [_decision(row) for row in found[:MOST_DECISIONS]]


def _decision(row: DecisionRow) -> dict[str, Any]:
    return msgspec.to_builtins(row)


def _contracts(seen: Seen, agency: str) -> dict[str, int]:
    running = [row for row in seen.contracts.values() if row.status == "signed"]
    return {
        "running": len(running),
        "value_pence": _value(running),
        "provided": sum(row.provider == agency for row in running),
        "commissioned": sum(row.commissioner == agency for row in running),
    }


def _value(contracts: Iterable[ContractRow]) -> int:
    return sum(row.value_pence for row in contracts)
