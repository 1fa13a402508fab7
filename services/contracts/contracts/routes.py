"""The doors of contracts: who may read, sign, vary and end them. Money has doors of its own."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response
from msgspec.structs import replace

from services.contracts.contracts import bodies, commands
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.deciding_ends import earliest_end
from services.contracts.contracts.refusals import NotDrafted, NotSigned
from services.contracts.contracts.signing import (
    committed_terms,
    extension_changes,
    price_changes,
)
from services.contracts.contracts.standing import Standing
from services.contracts.contracts.state import Contract, Drafted, Signed
from services.contracts.contracts.views import ContractRow
from services.contracts.heard import StandingRow
from services.contracts.pooled_funds.commands import ReserveCommitment
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.refusals import FundNotOpen
from services.contracts.pooled_funds.views import FundRow
from services.contracts.reactions import fund_year
from services.contracts.reading import (
    Contracts,
    Specifications,
    Standings,
    caught_up,
    contract_parties,
    years_of,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.log import Unchanged
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, Texts
from shared.http.routing import Router
from shared.published.needs import SpecificationPublished
from shared.published.terms import Block, ContractTerms

router = Router(prefix="/v1/contracts", tags=["contracts"])

Reader = Annotated[
    Actor,
    allowed("contracts:read", "member", "lead", "host", "provider", of=contract_parties),
]
Lead = Annotated[Actor, allowed("contracts:write", "lead", of=contract_parties)]


async def own(
    request: Request, contracts: Contracts, agency: str, after: str, limit: int
) -> dict[str, ContractRow]:
    """The contracts an agency has to do with: as a partner, or as the provider."""
    found = await contracts.find(where={"provider": agency}, after=after, limit=limit)
    for partnership in await partnerships_of(request, agency):
        wanted = {"partnership": partnership}
        found |= await contracts.find(where=wanted, after=after, limit=limit)
    return dict(sorted(found.items())[:limit])


SUMMARY = (
    "contract", "kind", "partnership", "specification", "commissioner", "provider", "status",
    "annual_price_pence", "fund", "title", "starts_on", "ends_on", "certified_pence",
    "withheld_pence", "forfeited_pence", "paid_pence", "payable_pence", "due_on", "version",
)  # fmt: skip


def summary(row: ContractRow) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(row)
    return {name: content[name] for name in SUMMARY}


def _proposed_end(state: Signed, today: date) -> dict[str, Any] | None:
    """What follows from a board's decision: the end proposed, and the earliest the clause allows
    with notice given today.
    """
    if state.ending is None:
        return None
    return msgspec.to_builtins(state.ending) | {
        "clause": state.terms.termination.clause,
        "notice_working_days": state.terms.termination.working_days,
        "earliest_on": earliest_end(state, today).isoformat(),
        "contract_ends_on": state.ends_on.isoformat(),
        "impact_assessment": state.assessment,
    }


def shown(row: ContractRow, agency: str, today: date) -> dict[str, Any]:
    """A contract with its terms and money. The provider sees no accruals, no payment in the making
    and no end that nobody has confirmed.
    """
    content = summary(row)
    if not isinstance(row.state, Signed):
        return content
    state: dict[str, Any] = msgspec.to_builtins(row.state)
    books = state["books"]
    content |= {name: state[name] for name in ("terms", "notices", "open_years", "returns")}
    content |= {"commitments_left": books["committed"], "credit_pence": books["credit_pence"]}
    for name in ("certificates", "invoices", "withholdings", "payments", "accruals"):
        content[name] = books[name]
    for name, certificate in row.state.books.certificates.items():
        content["certificates"][name]["owed_pence"] = certificate.owed_pence
    content["proposed_end"] = _proposed_end(row.state, today)
    if agency == row.provider:
        unsaid = row.state.ending is not None and not row.state.ending.confirmed
        if unsaid and agency != row.commissioner:
            content["proposed_end"] = None
        del content["accruals"]
        content["payments"] = {
            name: {k: v for k, v in payment.items() if k != "prepared_by"}
            for name, payment in content["payments"].items()
            if payment["status"] == "made"
        }
    return content


@router.get("")
async def list_contracts(
    request: Request,
    contracts: Contracts,
    paging: Paging,
    actor: Annotated[Actor, allowed("contracts:read")],
) -> Listed[dict[str, Any]]:
    """The contracts of the caller's partnerships, and those it provides, with their payment
    position.
    """
    found = await own(request, contracts, actor.agency, paging.after, paging.limit + 1)
    return paging.page({key: summary(row) for key, row in found.items()})


@router.get("/{contract}")
async def read_contract(
    request: Request, contract: Id, contracts: Contracts, actor: Reader
) -> dict[str, Any]:
    """One contract: terms, certificates, invoices, withholdings, payments, notices, and the end
    that follows from a board's decision.
    """
    row = await contracts.get(contract)
    if row is None:
        raise Missing
    today = london_date(request.app.state.house.clock())
    return shown(row, actor.agency, today)


@router.get("/{contract}/texts/{text}")
async def read_text(
    contract: Id, text: UUID, contracts: Contracts, texts: Texts, actor: Reader
) -> Response:
    """What a notice, an answer, a reason or (to partners) an impact assessment says."""
    row = await contracts.get(contract)
    if row is None or not isinstance(row.state, Signed):
        raise Missing
    known = row.state.texts
    if actor.agency != row.provider:
        known |= row.state.internal_texts
    kept = await texts.get(text) if str(text) in known else None
    if kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type="text/plain; charset=utf-8")


async def signed(handle: Handle, contract: str) -> Signed:
    """The contract as it stands. Raises Missing, NotSigned."""
    state: Contract = await handle.load(CONTRACTS, contract)
    if not isinstance(state, Signed):
        raise NotSigned
    return state


@router.post("/{contract}/signature", status_code=201)
async def sign_contract(
    request: Request,
    contract: Id,
    body: bodies.SignatureBody,
    handle: Handling,
    specifications: Specifications,
    standings: Standings,
    actor: Lead,
) -> Accepted:
    """Sign on the award: terms, measures and money, committed in the fund in the same breath.

    404: unknown fund or specification. 409: not-drafted, above-award, fund-year-not-open,
    year-closed, no-eligible-contribution, authority-exceeded, provider-suspended,
    provider-excluded, standards-lapsed. 412: version-outdated (a year of
    the fund was opened meanwhile). 422: dates-reversed, unknown-measure,
    milestone-outside-contract.
    """
    state: Contract = await handle.load(CONTRACTS, contract)
    if not isinstance(state, Drafted):
        if (before := await handle.answered(actor, CONTRACTS, contract)) is not None:
            return before
        raise NotDrafted
    await caught_up(request)
    row = await specifications.get(state.drafted.specification)
    years = await years_of(request, body.fund)
    ours = {key: y for key, y in years.items() if y.partnership == state.drafted.partnership}
    if row is None or not ours:
        raise Missing("There is no such fund or specification.", pointer="/body/fund")
    terms = committed_terms(_terms(body, state, row.specification))
    opened = {y.year for y in ours.values() if y.status == "open"}
    if not opened:
        raise FundNotOpen
    command = commands.SignContract(
        terms=terms,
        open_years=frozenset(opened),
        signed_by=actor.person,
        now=handle.now(),
        standing=_standing(await standings.get(terms.provider)),
    )
    steps = [Step(CONTRACTS, contract, command), *_reserving(contract, terms, ours, handle)]
    return await handle.together(actor, steps, _not_opened(terms, ours))


def _standing(row: StandingRow | None) -> Standing:
    """What the register says of a provider; nothing of one it has never told of."""
    if row is None:
        return Standing()
    return Standing(
        suspended=row.suspended, held=row.held, lapsed=row.lapsed, excluded=row.excluded
    )


def _terms(
    body: bodies.SignatureBody, state: Drafted, specification: SpecificationPublished
) -> ContractTerms:
    drafted = state.drafted
    case = body.case.term() if body.case else None
    withholding = body.withholding.term() if body.withholding else case and case.withholding
    if case is not None:
        case = replace(case, withholding=withholding)
    terms = ContractTerms(
        kind=drafted.kind,
        partnership=drafted.partnership,
        commissioner=drafted.commissioner,
        provider=drafted.provider,
        fund=body.fund,
        specification=drafted.specification,
        award=drafted.contract,
        title=specification.title,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        commitments={},
        payment=Block(annual_pence=0),
        outcomes=specification.outcomes,
        measures=specification.measures,
        wanted=specification.wanted,
        monitoring_officer=body.monitoring_officer,
        returns=body.returns,
        return_due_working_days=body.return_due_working_days,
        accepted_after_working_days=body.accepted_after_working_days,
        payment_days=body.payment_days,
        review=body.review.term(),
        termination=body.termination.term(),
        standards=body.standards.term(),
        review_every_months=body.review_every_months,
        full_cost=body.full_cost,
        withholding=withholding,
        sanctions_live_on=body.sanctions_live_on,
        vat=body.vat,
        spending=body.spending,
        scheme=body.scheme,
        self_billing=body.self_billing,
        maker_may_sign=body.maker_may_sign,
        most_unknown_basis_points=body.most_unknown_basis_points,
        case=case,
    )
    return terms.paid_by(body.payment.term())


def _reserving(
    contract: str, terms: ContractTerms, years: dict[str, FundRow], handle: Handle
) -> list[Step]:
    """Each opened year's share is reserved. A contract that begins later touches the latest open
    year, so that whoever opens the next one cannot miss it.
    """
    wanted = {key: terms.commitments.get(y.year, 0) for key, y in years.items()}
    touched = {key: pence for key, pence in wanted.items() if pence}
    latest = max(key for key, y in years.items() if y.status == "open")
    return [
        Step(
            POOLED_FUNDS,
            key,
            ReserveCommitment(
                contract=contract,
                amount_pence=pence,
                spending=terms.spending,
                commissioner=terms.commissioner,
                now=handle.now(),
            ),
        )
        for key, pence in sorted((touched or {latest: 0}).items())
    ]


def _not_opened(terms: ContractTerms, years: dict[str, FundRow]) -> list[Unchanged]:
    """The years that are memorandum must still be unopened when the contract is written."""
    opened = {row.year for row in years.values()}
    return [
        Unchanged(POOLED_FUNDS.stream(fund_year(terms.fund, year)), 0)
        for year in sorted(terms.commitments)
        if year not in opened
    ]


def _changing(contract: str, state: Signed, changes: dict[str, int], handle: Handle) -> list[Step]:
    """The fund's part of a change in the years that are open."""
    return [
        Step(
            POOLED_FUNDS,
            fund_year(state.terms.fund, year),
            ReserveCommitment(
                contract=contract,
                amount_pence=pence,
                spending=state.terms.spending,
                commissioner=state.terms.commissioner,
                now=handle.now(),
            ),
        )
        for year, pence in sorted(changes.items())
        if year in state.posting_years
    ]


@router.post("/{contract}/variation", status_code=201)
async def vary_contract(
    contract: Id, body: bodies.VariationBody, handle: Handling, actor: Lead
) -> Accepted:
    """Change price, monitoring officer or targets; the fund's reservation changes in the same
    breath. A target holds from a period that has not begun, so that no figure is judged again.

    409: contract-ended, below-certified, year-closed, terms-moved, authority-exceeded.
    422: mechanism-changed, unknown-measure, nothing-changed, target-too-early,
    target-outside-contract, target-wrong.
    """
    state = await signed(handle, contract)
    payment = body.payment.term() if body.payment else None
    from_year = body.from_year.replace("-", "/")
    changes = price_changes(state, payment, from_year) if payment else {}
    command = commands.VaryContract(
        payment=payment,
        from_year=from_year,
        monitoring_officer=body.monitoring_officer,
        targets=tuple(one.term() for one in body.targets),
        changes=changes,
        open_years=state.posting_years,
        reason=await handle.keep_text(actor, "reason", body.reason),
        varied_by=actor.person,
        now=handle.now(),
    )
    steps = [Step(CONTRACTS, contract, command), *_changing(contract, state, changes, handle)]
    return await handle.together(actor, steps)


@router.post("/{contract}/extension", status_code=201)
async def extend_contract(
    contract: Id, body: bodies.ExtensionBody, handle: Handling, actor: Lead
) -> Accepted:
    """Let it run longer at the last year's price.

    409: contract-ended, year-closed, terms-moved, authority-exceeded. 422: not-later.
    """
    state = await signed(handle, contract)
    changes = extension_changes(state, max(body.ends_on, state.terms.ends_on))
    command = commands.ExtendContract(
        ends_on=body.ends_on,
        changes=changes,
        open_years=state.posting_years,
        extended_by=actor.person,
        now=handle.now(),
    )
    steps = [Step(CONTRACTS, contract, command), *_changing(contract, state, changes, handle)]
    return await handle.together(actor, steps)
