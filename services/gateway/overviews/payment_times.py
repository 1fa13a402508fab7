"""How long commissioners take to pay what they certified, contract by contract.

Law: a day is counted from the certificate; what was reversed counts for nothing, and what is not
yet paid is told apart from what was paid late.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request

from services.gateway.contract_views.paying import Facts, certificates_in, payments_in
from services.gateway.contract_views.routes import contracts_of
from services.gateway.contract_views.views import CONTRACT_FACTS, ContractLine, ContractRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import rows
from shared.published.terms import AgencyId, FinancialYear
from shared.values.quarters import financial_year

router = APIRouter(tags=["overview"])

DAYS = 30

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Of the certificates of a year: how many were paid, in how many days, how many are late."""

    commissioner: AgencyId
    paid: int
    within_30_days: int
    average_days: float | None
    unpaid_after_30_days: int


def days_to_pay(facts: Facts, year: FinancialYear) -> tuple[list[int], list[Any]]:
    """The days each paid certificate of a year took; the certificates that nobody has paid."""
    paid_on = {payment.payment: payment.on for payment in payments_in(facts)}
    took: list[int] = []
    waiting: list[Any] = []
    for one in certificates_in(facts):
        if one.reversed_on is not None or financial_year(one.on) != year:
            continue
        if one.payment in paid_on:
            took.append((paid_on[one.payment] - one.on).days)
        else:
            waiting.append(one.on)
    return took, waiting


def times(commissioner: AgencyId, took: Iterable[int], late: int) -> Times:
    days = list(took)
    return Times(
        commissioner=commissioner,
        paid=len(days),
        within_30_days=sum(one <= DAYS for one in days),
        average_days=sum(days) / len(days) if days else None,
        unpaid_after_30_days=late,
    )


@router.get("/v1/payment-times")
async def read_payment_times(
    request: Request,
    contracts: Contracts,
    actor: Annotated[Actor, allowed("contracts:read")],
    year: Annotated[str | None, Query(pattern=r"^\d{4}/\d{2}$")] = None,
) -> dict[str, Any]:
    """Each commissioner's days to pay, over the contracts the caller's agency has to do with."""
    today = london_date(request.app.state.house.clock())
    asked = year or financial_year(today)
    took: dict[AgencyId, list[int]] = {}
    late: dict[AgencyId, int] = {}
    for contract, row in (await contracts_of(request, contracts, actor.agency)).items():
        lines: list[ContractLine] = await contracts.lines(contract)
        paid, waiting = days_to_pay([(line.on, line.event) for line in lines], asked)
        took.setdefault(row.commissioner, []).extend(paid)
        overdue = sum((today - on).days > DAYS for on in waiting)
        late[row.commissioner] = late.get(row.commissioner, 0) + overdue
    found = [times(one, took[one], late[one]) for one in sorted(took)]
    return {"year": asked, "commissioners": msgspec.to_builtins(found)}
