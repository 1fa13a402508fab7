"""The doors of pooled funds: opening, money in, overrides, the close and what follows it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.contracts.contracts.commands import OpenFundYear
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.state import Signed
from services.contracts.pooled_funds import bodies, commands
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.proposing import proposals
from services.contracts.pooled_funds.refusals import FundNotOpen, UnknownPartner
from services.contracts.pooled_funds.state import Opened
from services.contracts.pooled_funds.views import FundRow
from services.contracts.reactions import fund_year
from services.contracts.reading import (
    Contracts,
    Costs,
    Funds,
    Partnerships,
    caught_up,
    fund_parties,
    signed_on,
    years_of,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.log import Unchanged
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import admit, allowed
from shared.http.reading import Listed, Paging
from shared.http.routing import Router
from shared.published.terms import AgencyKind, FinancialYear
from shared.values.quarters import parse_year, previous_year

router = Router(prefix="/v1/funds", tags=["pooled funds"])

Reader = Annotated[Actor, allowed("funds:read", "member", "host", of=fund_parties)]
Host = Annotated[Actor, allowed("funds:write", "host", of=fund_parties)]
YearName = bodies.Year


def year_named(name: str) -> FinancialYear:
    """`2026-27` in a path is `2026/27` everywhere else. Raises Missing for `2026-31`."""
    year = name.replace("-", "/")
    try:
        parse_year(year)
    except ValueError as error:
        raise Missing("There is no such financial year.") from error
    return year


class FundAccepted(Accepted):
    """`id` names the fund's year, `fund` the fund."""

    fund: str


def accepted_year(accepted: Accepted) -> FundAccepted:
    fund = accepted.id.partition(":")[0]
    return FundAccepted(id=accepted.id, version=accepted.version, fund=fund)


def summary(row: FundRow) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(row)
    del content["state"]
    return content


@router.get("")
async def list_funds(
    request: Request,
    funds: Funds,
    paging: Paging,
    actor: Annotated[Actor, allowed("funds:read")],
) -> Listed[dict[str, Any]]:
    """The fund years of the caller's partnerships."""
    found: dict[str, FundRow] = {}
    for partnership in await partnerships_of(request, actor.agency):
        found |= await funds.find(
            where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
        )
    ordered = dict(sorted(found.items())[: paging.limit + 1])
    return paging.page({key: summary(row) for key, row in ordered.items()})


@router.get("/{fund}")
async def read_fund(request: Request, fund: Id, actor: Reader) -> Listed[dict[str, Any]]:
    """A fund's years, the first with its agreement's name."""
    del actor
    years = await years_of(request, fund)
    return Listed(items=[summary(row) for row in years.values()])


@router.get("/{fund}/years/{year}")
async def read_year(
    fund: Id, year: YearName, funds: Funds, costs: Costs, actor: Reader
) -> dict[str, Any]:
    """A fund's year: authority by partner, money in, promises and cost by contract and partner."""
    del actor
    row = await funds.get(fund_year(fund, year_named(year)))
    if row is None or not isinstance(row.state, Opened):
        raise Missing
    content = summary(row)
    state: dict[str, Any] = msgspec.to_builtins(row.state)
    for name in (
        "contributions", "brought_forward", "invoiced", "received", "risk_share",
        "risk_share_due", "risk_share_received", "reserved", "costs", "overrides",
        "carried_forward", "returnable", "returned", "changes", "proposals", "unwound", "unwinding",
    ):  # fmt: skip
        content[name] = state[name]
    content["partners"] = list(row.state.partners)
    content["aligned"] = row.state.opened.aligned
    shared = await costs.get(fund)
    known = shared is not None and row.year in shared.years
    content["costs_by_partner"] = shared.by_element(row.year) if shared and known else {}
    return content


@router.post("", status_code=201)
async def open_fund(
    request: Request,
    body: bodies.FundBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("funds:write")],
) -> FundAccepted:
    """Sign the agreement and open the first year; the caller's agency is the host.

    409: unknown-partner. 422: host-not-partner, weights-do-not-fit.
    """
    members = await members_of(request, body.partnership)
    admit(actor, members, frozenset({"member"}))
    if not set(body.partners) <= members.keys():
        raise UnknownPartner(pointer="/body/partners")
    fund, year = handle.new_id(), year_named(body.year)
    command = commands.OpenYear(
        fund=fund,
        year=year,
        partnership=body.partnership,
        host=actor.agency,
        partners=tuple(body.partners),
        attribution_weights=tuple(body.attribution_weights),
        agreement=commands.Agreed(
            name=body.name, pool_manager=body.pool_manager, legal_basis=body.legal_basis
        ),
        aligned=body.aligned,
        now=handle.now(),
    )
    return accepted_year(await handle(actor, POOLED_FUNDS, fund_year(fund, year), command))


@router.post("/{fund}/years", status_code=201)
async def open_year(
    request: Request,
    fund: Id,
    body: bodies.YearBody,
    handle: Handling,
    contracts: Contracts,
    actor: Host,
) -> FundAccepted:
    """Open a further year; what contracts were promised for it is reserved in the same breath.

    409: already-opened, fund-unwound, terms-moved, unknown-partner. 412: version-outdated
    (something was signed or charged meanwhile). 422: host-not-partner, weights-do-not-fit.
    """
    await caught_up(request)
    years = await years_of(request, fund)
    latest = years[max(years)].state
    assert isinstance(latest, Opened)
    stayed = [partner for partner in latest.partners if partner not in latest.left]
    partners = tuple(body.partners or stayed)
    members = await members_of(request, latest.opened.partnership)
    if not set(partners) <= members.keys():
        raise UnknownPartner(pointer="/body/partners")
    year = year_named(body.year)
    signed = await signed_on(contracts, fund)
    command = commands.OpenYear(
        fund=fund,
        year=year,
        partnership=latest.opened.partnership,
        host=latest.opened.host,
        partners=partners,
        attribution_weights=tuple(body.attribution_weights or _stayed_weights(latest)),
        promised={key: state.books.committed.get(year, 0) for key, state in signed.items()},
        spendings={key: state.terms.spending for key, state in signed.items()},
        proposals=proposals(latest, body.uplift_basis_points, body.efficiency_basis_points),
        aligned=latest.opened.aligned,
        unwound=latest.unwound,
        now=handle.now(),
    )
    steps = [
        Step(POOLED_FUNDS, fund_year(fund, year), command),
        *(_telling(key, state, year, handle) for key, state in sorted(signed.items())),
    ]
    unchanged = [
        Unchanged(POOLED_FUNDS.stream(key), row.version)
        for key, row in years.items()
        if row.year != year
    ]
    return accepted_year(await handle.together(actor, steps, unchanged))


def _stayed_weights(latest: Opened) -> list[int]:
    pairs = zip(latest.partners, latest.agreement.latest_weights, strict=True)
    return [weight for partner, weight in pairs if partner not in latest.left]


def _telling(contract: str, state: Signed, year: FinancialYear, handle: Handle) -> Step:
    reserved = state.books.committed.get(year, 0)
    return Step(
        CONTRACTS,
        contract,
        OpenFundYear(year=year, reserved_pence=reserved, now=handle.now()),
    )


@router.post("/{fund}/years/{year}/risk-share", status_code=201)
async def agree_risk_share(
    fund: Id, year: YearName, body: bodies.RiskShareBody, handle: Handling, actor: Host
) -> FundAccepted:
    """Who bears an overspend, and how much of an underspend may be kept. 409: year-closed.

    422: weights-do-not-fit, risk-share-does-not-fit.
    """
    command = commands.AgreeRiskShare(
        overspend_weights=tuple(body.overspend_weights),
        carry_forward_limit_basis_points=body.carry_forward_limit_basis_points,
        rules=body.rules(),
        now=handle.now(),
    )
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


@router.post("/{fund}/years/{year}/brought-forward", status_code=201)
async def bring_forward(
    request: Request,
    fund: Id,
    year: YearName,
    body: bodies.BroughtForwardBody,
    handle: Handling,
    actor: Host,
) -> FundAccepted:
    """Begin with what the year before carried forward, or with what is in the pool already.

    409: already-brought-forward, year-not-closed, nothing-carried-forward. 422:
    balance-does-not-fit.
    """
    await caught_up(request)
    named = year_named(year)
    years = await years_of(request, fund)
    before = years.get(fund_year(fund, previous_year(named)))
    carried = before.state.carried_forward if before and isinstance(before.state, Opened) else None
    command = commands.BringForward(
        balances=dict(body.balances),
        carried=carried,
        year_before_open=before is not None and before.status != "closed",
        now=handle.now(),
    )
    return accepted_year(await handle(actor, POOLED_FUNDS, fund_year(fund, named), command))


@router.post("/{fund}/years/{year}/contributions", status_code=201)
async def agree_contribution(
    fund: Id,
    year: YearName,
    body: bodies.ContributionBody,
    handle: Handling,
    funds: Funds,
    partnerships: Partnerships,
    actor: Host,
) -> FundAccepted:
    """A partner's money for the year, under its own power. 409: unknown-partner, year-closed,
    no-eligible-contribution (a contract would be left with nobody to bear it).

    422: legal-basis-not-available.
    """
    subject = fund_year(fund, year_named(year))
    row = await funds.get(subject)
    partnership = await partnerships.get(row.partnership) if row else None
    if partnership is None:
        raise FundNotOpen
    kinds: dict[str, AgencyKind] = {m.agency: m.kind for m in partnership.members}
    if body.partner not in kinds:
        raise UnknownPartner(pointer="/body/partner")
    command = commands.AgreeContribution(
        partner=body.partner,
        partner_kind=kinds[body.partner],
        annual_pence=body.annual_pence,
        legal_basis=body.legal_basis,
        ring_fence=body.ring_fence,
        recurrent=body.recurrent,
        instalments=body.instalments,
        now=handle.now(),
    )
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


@router.post("/{fund}/years/{year}/invoices", status_code=201)
async def invoice_contributions(
    fund: Id, year: YearName, body: bodies.InvoicesBody, handle: Handling, actor: Host
) -> FundAccepted:
    """Every partner's instalments up to a quarter or month. 409: nothing-to-invoice, year-closed,
    budget-aligned.

    422: period-outside-year.
    """
    command = commands.InvoiceContributions(period=body.period, now=handle.now())
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


@router.post("/{fund}/years/{year}/receipts", status_code=201)
async def receive_contribution(
    fund: Id, year: YearName, body: bodies.ReceiptBody, handle: Handling, actor: Host
) -> FundAccepted:
    """Money of a partner arrived, also in part and after the close.

    409: unknown-partner, duplicate-receipt, receipt-above-invoiced.
    """
    command = commands.ReceiveContribution(
        partner=body.partner,
        amount_pence=body.amount_pence,
        reference=body.reference,
        towards=body.towards,
        received_on=body.received_on or london_date(handle.now()),
        now=handle.now(),
    )
    subject = fund_year(fund, year_named(year))
    return accepted_year(await handle(actor, POOLED_FUNDS, subject, command))


class OverrideAccepted(FundAccepted):
    """The recorded override."""

    override: str


@router.post("/{fund}/years/{year}/overrides", status_code=201)
async def give_override(
    fund: Id, year: YearName, body: bodies.OverrideBody, handle: Handling, actor: Host
) -> OverrideAccepted:
    """A named officer lets one contract go above the authority available. 409: year-closed."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.GiveOverride(
        override=str(reason.text),
        contract=body.contract,
        above_pence=body.above_pence,
        reason=reason,
        given_by=actor.person,
        now=handle.now(),
    )
    subject = fund_year(fund, year_named(year))
    accepted = accepted_year(await handle(actor, POOLED_FUNDS, subject, command))
    return OverrideAccepted(**accepted.model_dump(), override=str(reason.text))
