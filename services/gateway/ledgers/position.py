"""Where a fund's year stands: budget, cost, promises and forecast, by partner and contract.

Law: everything but the agreement comes from the lines given, so that lines to a date give the
position at that date; the forecast is actual, accrued and what is still committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from services.gateway.ledgers import accounts
from services.gateway.ledgers.transactions import Code, PostingLine
from shared.published.terms import AgencyId, ContractId, FinancialYear
from shared.values.closing import Funding, Settlement, Spending, settle
from shared.values.shares import split
from shared.values.weightings import Agreement

FORECAST_METHOD = "actual + accrued + remaining commitment"
ACCRUING: tuple[Code, ...] = ("expenditure-accrued", "accrual-reversed")


class PartnerPosition(msgspec.Struct, frozen=True, kw_only=True):
    """One partner's part. The last group is what follows if the year lands where forecast.

    `committed_pence` is its share, by the attribution weights, of what is promised and not yet
    charged; who bears it in the end, ring fences included, is settled when it is charged.
    `pooling_difference_pence` is attributed cost less funding applied: plus is gained by pooling.
    `own_expenditure_pence` and `owed_to_pool_pence` are what its own ledger should show.
    """

    partner: AgencyId
    contribution_agreed_pence: int
    contribution_invoiced_pence: int
    contribution_received_pence: int
    contribution_owed_pence: int
    brought_forward_pence: int
    budget_pence: int
    spend_pence: int
    committed_pence: int
    forecast_outturn_pence: int
    variance_pence: int
    risk_share_pence: int
    carried_forward_pence: int
    returned_pence: int
    funding_applied_pence: int
    pooling_difference_pence: int
    own_expenditure_pence: int
    owed_to_pool_pence: int
    would_owe_pence: int
    would_carry_forward_pence: int
    would_get_back_pence: int


class ContractPosition(msgspec.Struct, frozen=True, kw_only=True):
    """One contract's part of the year."""

    contract: ContractId
    actual_pence: int
    accrued_pence: int
    committed_pence: int
    forecast_pence: int
    payable_pence: int
    withheld_pence: int
    paid_pence: int


class FundPosition(msgspec.Struct, frozen=True, kw_only=True):
    """The whole year. `variance_pence` is forecast less budget: plus is an overspend coming.

    `risk_share_missing`: an overspend is forecast and nobody has agreed who bears it.
    """

    year: FinancialYear
    budget_pence: int
    contributions_agreed_pence: int
    contributions_received_pence: int
    brought_forward_pence: int
    actual_pence: int
    accrued_pence: int
    committed_pence: int
    available_pence: int
    forecast_outturn_pence: int
    variance_pence: int
    bank_pence: int
    partners: tuple[PartnerPosition, ...]
    contracts: tuple[ContractPosition, ...]
    forecast_method: str = FORECAST_METHOD
    risk_share_missing: bool = False


Wanted = Callable[[PostingLine], bool]


def _sum(lines: Iterable[PostingLine], wanted: Wanted) -> int:
    return sum(line.amount_pence for line in lines if wanted(line))


def _on(lines: Iterable[PostingLine], account: str) -> int:
    return _sum(lines, lambda line: line.account == account)


def _under(lines: Iterable[PostingLine], prefix: str) -> int:
    return _sum(lines, lambda line: line.account.startswith(prefix))


def _coded(lines: Iterable[PostingLine], account: str, code: Code) -> int:
    return _sum(lines, lambda line: line.account == account and line.code == code)


def _accrued(lines: Iterable[PostingLine]) -> int:
    return _sum(lines, lambda line: accounts.is_cost(line.account) and line.code in ACCRUING)


Schemes = Mapping[ContractId, str]


def position(
    agreement: Agreement,
    year: FinancialYear,
    lines: Iterable[PostingLine],
    schemes: Schemes | None = None,
) -> FundPosition:
    """The year's position from a fund's lines, of any years; the caller has cut them by date.

    A balance carried into the next year is shown where it was before it left. `schemes` has the
    scheme of each contract that is of one.
    """
    kept = [line for line in lines if line.year == year and line.code != "carried-into-next-year"]
    budget = _under(kept, accounts.AUTHORITY)
    spent = _under(kept, accounts.EXPENSES)
    accrued = _accrued(kept)
    committed = -_under(kept, accounts.COMMITMENT)
    forecast = spent + committed
    landing = _landing(agreement, kept, committed, schemes or {})
    brought_forward = _on(kept, accounts.AUTHORITY_BROUGHT_FORWARD)
    return FundPosition(
        year=year,
        budget_pence=budget,
        contributions_agreed_pence=budget - brought_forward,
        contributions_received_pence=_sum(
            kept,
            lambda line: line.account == accounts.BANK and line.code == "contribution-received",
        ),
        brought_forward_pence=brought_forward,
        actual_pence=spent - accrued,
        accrued_pence=accrued,
        committed_pence=committed,
        available_pence=-_on(kept, accounts.AVAILABLE),
        forecast_outturn_pence=forecast,
        variance_pence=forecast - budget,
        bank_pence=_on(kept, accounts.BANK),
        partners=_partners(agreement, kept, committed, landing),
        contracts=_contracts(kept),
        risk_share_missing=landing is None,
    )


def _landing(
    agreement: Agreement, lines: Sequence[PostingLine], committed: int, schemes: Schemes
) -> Settlement | None:
    """How the result is settled if the year lands at the forecast; None where nobody agreed."""
    funding = Funding(
        contributions_pence=tuple(
            _on(lines, accounts.authority(partner)) for partner in agreement.partners
        ),
        brought_forward_pence=tuple(
            _brought_forward(lines, partner) for partner in agreement.partners
        ),
    )
    try:
        return settle(agreement, funding, _forecast(agreement, lines, committed, schemes))
    except ValueError:
        return None


def _forecast(
    agreement: Agreement, lines: Sequence[PostingLine], committed: int, schemes: Schemes
) -> Spending:
    """What is spent and what is still promised, by partner and by scheme."""
    spent: Counter[str] = Counter()
    by_scheme: Counter[str] = Counter()
    for line in lines:
        if accounts.is_cost(line.account):
            spent[line.partner] += line.amount_pence
            by_scheme[schemes.get(line.contract, "")] += line.amount_pence
        elif line.account.startswith(accounts.COMMITMENT):
            by_scheme[schemes.get(line.contract, "")] -= line.amount_pence
    promised = split(committed, agreement.latest_weights)
    return Spending(
        total_pence=sum(spent.values()) + committed,
        by_partner_pence=tuple(
            spent[partner] + part
            for partner, part in zip(agreement.partners, promised, strict=True)
        ),
        by_scheme_pence=dict(by_scheme),
    )


def _partners(
    agreement: Agreement,
    lines: Sequence[PostingLine],
    committed: int,
    landing: Settlement | None,
) -> tuple[PartnerPosition, ...]:
    nothing = (0,) * len(agreement.partners)
    landed = landing or Settlement(
        overspend_pence=nothing, carried_forward_pence=nothing, returned_pence=nothing
    )
    shares = zip(
        agreement.partners,
        split(committed, agreement.latest_weights),
        landed.overspend_pence,
        landed.carried_forward_pence,
        landed.returned_pence,
        strict=True,
    )
    return tuple(
        _partner([line for line in lines if line.partner == partner], partner, parts)
        for partner, *parts in shares
    )


def _brought_forward(lines: Iterable[PostingLine], partner: AgencyId) -> int:
    return -_coded(lines, accounts.carried_forward(partner), "balance-brought-forward")


def _partner(
    lines: Sequence[PostingLine], partner: AgencyId, landed: Sequence[int]
) -> PartnerPosition:
    """From this partner's lines alone."""
    invoiced = -_on(lines, accounts.contribution(partner))
    brought_forward = _brought_forward(lines, partner)
    spend = _under(lines, accounts.EXPENSES)
    risk_share = -_on(lines, accounts.risk_share(partner))
    carried = -_coded(lines, accounts.carried_forward(partner), "underspend-carried-forward")
    returned = _on(lines, accounts.contribution_returned(partner))
    owed = _on(lines, accounts.contribution_receivable(partner))
    applied = brought_forward + invoiced + risk_share - carried - returned
    committed, would_owe, would_carry, would_return = landed
    agreed = _on(lines, accounts.authority(partner))
    return PartnerPosition(
        partner=partner,
        contribution_agreed_pence=agreed,
        contribution_invoiced_pence=invoiced,
        contribution_received_pence=_coded(lines, accounts.BANK, "contribution-received"),
        contribution_owed_pence=owed,
        brought_forward_pence=brought_forward,
        budget_pence=agreed + brought_forward,
        spend_pence=spend,
        committed_pence=committed,
        forecast_outturn_pence=spend + committed,
        variance_pence=spend + committed - agreed - brought_forward,
        risk_share_pence=risk_share,
        carried_forward_pence=carried,
        returned_pence=returned,
        funding_applied_pence=applied,
        pooling_difference_pence=spend - applied,
        own_expenditure_pence=invoiced + risk_share - returned,
        owed_to_pool_pence=owed + _on(lines, accounts.risk_share_receivable(partner)),
        would_owe_pence=would_owe,
        would_carry_forward_pence=would_carry,
        would_get_back_pence=would_return,
    )


def _contracts(lines: Sequence[PostingLine]) -> tuple[ContractPosition, ...]:
    names = sorted({line.contract for line in lines if line.contract})
    return tuple(_contract([li for li in lines if li.contract == name], name) for name in names)


def _contract(lines: Sequence[PostingLine], contract: ContractId) -> ContractPosition:
    spent = _under(lines, accounts.EXPENSES)
    accrued = _accrued(lines)
    committed = -_on(lines, accounts.commitment(contract))
    return ContractPosition(
        contract=contract,
        actual_pence=spent - accrued,
        accrued_pence=accrued,
        committed_pence=committed,
        forecast_pence=spent + committed,
        payable_pence=-_on(lines, accounts.payable(contract)),
        withheld_pence=-_on(lines, accounts.withheld(contract)),
        paid_pence=_coded(lines, accounts.payable(contract), "payment-made"),
    )
