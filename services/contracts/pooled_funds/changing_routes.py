"""The doors of what changes in a fund: partners that join and leave, less money, its unwinding."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.contracts.contracts.commands import HandOver
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.pooled_funds import bodies, commands
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.refusals import UnknownPartner
from services.contracts.pooled_funds.routes import (
    FundAccepted,
    Host,
    YearName,
    accepted_year,
    year_named,
)
from services.contracts.pooled_funds.state import Opened
from services.contracts.reactions import fund_year
from services.contracts.reading import Contracts, caught_up, fund_parties, signed_on, years_of
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.published.terms import TakenOver

router = Router(prefix="/v1/funds", tags=["pooled funds"])

Approver = Annotated[Actor, allowed("payments:approve", "host", of=fund_parties)]


@router.post("/{fund}/years/{year}/partners", status_code=201)
async def change_partners(
    request: Request,
    fund: Id,
    year: YearName,
    body: bodies.PartnersBody,
    handle: Handling,
    actor: Host,
) -> FundAccepted:
    """Who shares cost from a day on; what was charged before keeps its split.

    409: unknown-partner, year-closed, no-eligible-contribution. 422: host-not-partner,
    weights-do-not-fit, change-out-of-order.
    """
    known = await years_of(request, fund)
    members = await members_of(request, known[max(known)].partnership)
    if not set(body.partners) <= members.keys():
        raise UnknownPartner(pointer="/body/partners")
    command = commands.ChangePartners(
        partners=tuple(body.partners),
        attribution_weights=tuple(body.attribution_weights),
        from_on=body.from_on,
        now=handle.now(),
    )
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


@router.post("/{fund}/years/{year}/contribution-reductions", status_code=201)
async def reduce_contribution(
    fund: Id, year: YearName, body: bodies.ReductionBody, handle: Handling, actor: Host
) -> FundAccepted:
    """Less of what a partner agreed. 409: unknown-partner, year-closed, above-contribution,
    below-invoiced, authority-exceeded (it is promised or spent already).
    """
    command = commands.ReduceContribution(
        partner=body.partner,
        amount_pence=body.amount_pence,
        legal_basis=body.legal_basis,
        ring_fence=body.ring_fence,
        recurrent=body.recurrent,
        now=handle.now(),
    )
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


@router.post("/{fund}/years/{year}/unwinding", status_code=201)
async def prepare_unwinding(
    request: Request,
    fund: Id,
    year: YearName,
    body: bodies.UnwindingBody,
    handle: Handling,
    contracts: Contracts,
    actor: Host,
) -> FundAccepted:
    """End the fund with its last year, once that is closed: name who goes on with each contract and
    who has each post and asset next.

    409: year-not-closed, later-year-open, fund-unwound. 422: contracts-not-named, not-counted,
    staff-not-placed, assets-not-placed.
    """
    await caught_up(request)
    named, now = year_named(year), handle.now()
    signed = await signed_on(contracts, fund)
    years = await years_of(request, fund)
    command = commands.PrepareUnwinding(
        contracts=tuple(
            TakenOver(contract=one.contract, agency=one.agency) for one in body.contracts
        ),
        staff=None if body.staff is None else tuple(one.term() for one in body.staff),
        assets=None if body.assets is None else tuple(one.term() for one in body.assets),
        running=frozenset(
            key for key, state in signed.items() if state.serves_on(london_date(now))
        ),
        years_open=any(row.status != "closed" for row in years.values()),
        later_year=any(row.year > named for row in years.values()),
        prepared_by=actor.person,
        now=now,
    )
    return accepted_year(await handle(actor, POOLED_FUNDS, fund_year(fund, named), command))


@router.post("/{fund}/years/{year}/unwinding/approval", status_code=201)
async def approve_unwinding(
    request: Request,
    fund: Id,
    year: YearName,
    handle: Handling,
    contracts: Contracts,
    actor: Approver,
) -> FundAccepted:
    """Another person ends the fund: what it still holds is due back, and it opens no further year.

    403: approver-is-preparer. 409: unwinding-not-prepared, debts-unsettled, later-year-open,
    fund-unwound.
    """
    await caught_up(request)
    named, now = year_named(year), handle.now()
    signed = await signed_on(contracts, fund)
    years = await years_of(request, fund)
    books = [state.books for state in signed.values()]
    command = commands.ApproveUnwinding(
        unsettled=any(one.payable_pence or one.withheld_pence for one in books),
        later_year=any(row.year > named for row in years.values()),
        approved_by=actor.person,
        now=now,
    )
    row = years.get(fund_year(fund, named))
    prepared = row.state.unwinding if row and isinstance(row.state, Opened) else None
    steps = [
        Step(POOLED_FUNDS, fund_year(fund, named), command),
        *(
            Step(CONTRACTS, one.contract, HandOver(agency=one.agency, now=now))
            for one in (prepared.contracts if prepared else ())
        ),
    ]
    return accepted_year(await handle.together(actor, steps))
