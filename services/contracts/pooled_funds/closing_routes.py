"""The doors of a year's close: prepared, taken back, approved by another, and what is returned."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.contracts.contracts.commands import FreezeFundYear, ThawFundYear
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.pooled_funds import bodies, commands
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.routes import (
    FundAccepted,
    Host,
    YearName,
    accepted_year,
    year_named,
)
from services.contracts.reactions import fund_year
from services.contracts.reading import Contracts, Costs, caught_up, fund_parties, signed_on
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/funds", tags=["pooled funds"])

Approver = Annotated[Actor, allowed("payments:approve", "host", of=fund_parties)]


@router.post("/{fund}/years/{year}/close", status_code=201)
async def prepare_close(
    request: Request, fund: Id, year: YearName, handle: Handling, contracts: Contracts, actor: Host
) -> FundAccepted:
    """Prepare the close: what contracts did not spend is released, later cost goes to later years.

    409: year-closed, year-not-over, charges-pending, contributions-not-invoiced,
    risk-share-missing.
    """
    await caught_up(request)
    named, now = year_named(year), handle.now()
    signed = await signed_on(contracts, fund)
    command = commands.PrepareClose(prepared_by=actor.person, contracts=frozenset(signed), now=now)
    steps = [
        Step(POOLED_FUNDS, fund_year(fund, named), command),
        *(Step(CONTRACTS, key, FreezeFundYear(year=named, now=now)) for key in sorted(signed)),
    ]
    return accepted_year(await handle.together(actor, steps))


@router.post("/{fund}/years/{year}/close/withdrawal", status_code=201)
async def withdraw_close(
    request: Request,
    fund: Id,
    year: YearName,
    body: bodies.ReasonBody,
    handle: Handling,
    contracts: Contracts,
    actor: Host,
) -> FundAccepted:
    """Take a prepared close back; what was released stays released. 409: close-not-prepared."""
    await caught_up(request)
    named, now = year_named(year), handle.now()
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.WithdrawClose(reason=reason, withdrawn_by=actor.person, now=now)
    signed = await signed_on(contracts, fund)
    steps = [
        Step(POOLED_FUNDS, fund_year(fund, named), command),
        *(Step(CONTRACTS, key, ThawFundYear(year=named, now=now)) for key in sorted(signed)),
    ]
    return accepted_year(await handle.together(actor, steps))


@router.post("/{fund}/years/{year}/close/approval", status_code=201)
async def close_year(
    request: Request, fund: Id, year: YearName, handle: Handling, costs: Costs, actor: Approver
) -> FundAccepted:
    """Another person closes the year: true-up, result, and where it goes.

    403: approver-is-preparer. 409: close-not-prepared, charges-pending, risk-share-missing,
    caps-exhausted (nobody is named for what is above every cap).
    """
    await caught_up(request)
    named = year_named(year)
    row = await costs.get(fund)
    shared = row.element_costs(named) if row and named in row.years else ()
    command = commands.CloseYear(costs=shared, approved_by=actor.person, now=handle.now())
    return accepted_year(await handle(actor, POOLED_FUNDS, fund_year(fund, named), command))


@router.post("/{fund}/years/{year}/returned", status_code=201)
async def pay_underspend(
    fund: Id, year: YearName, handle: Handling, actor: Approver
) -> FundAccepted:
    """What is due back to the partners has left the bank. 409: year-not-closed,
    nothing-returnable.
    """
    command = commands.PayUnderspend(now=handle.now())
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))
