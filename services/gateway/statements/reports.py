"""The Board's budget monitoring report, and a year's memorandum account. Pure.

Law: both are the ledger's own figures put in order, and what is held less what is owed is what was
put in less what was used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from services.gateway.ledgers import accounts
from services.gateway.ledgers.position import FundPosition, position
from services.gateway.ledgers.transactions import PostingLine
from shared.published.terms import AgencyId, ContractId, FinancialYear
from shared.values.closing import Agreement

OF_THE_FUND = (
    "budget", "brought_forward", "contributions_agreed", "contributions_received", "actual",
    "accrued", "committed", "forecast_outturn", "variance", "available", "bank",
)  # fmt: skip
OF_A_PARTNER = (
    "budget", "contribution_received", "contribution_owed", "spend", "committed",
    "forecast_outturn", "variance", "would_owe", "would_carry_forward", "would_get_back",
)  # fmt: skip
OF_A_CONTRACT = (
    "actual", "accrued", "committed", "forecast", "payable", "withheld", "paid",
)  # fmt: skip
HOLDINGS = (
    ("bank", accounts.BANK),
    ("contributions-owed", "Assets:Pool:Receivable:Contribution:"),
    ("risk-share-owed", "Assets:Pool:Receivable:RiskShare:"),
    ("vat-recoverable", accounts.VAT_RECOVERABLE),
    ("owed-to-contracts", accounts.PAYABLE),
    ("withheld", accounts.WITHHELD),
    ("accrued", accounts.ACCRUED),
    ("returnable", accounts.RETURNABLE),
)
KNOWN_HOLDINGS = tuple(prefix for _, prefix in HOLDINGS)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One sum of a report: of the fund, of a partner or of a contract.

    `before_pence` is what it was at the report before; None where there is none to compare with.
    """

    section: str
    subject: str
    what: str
    amount_pence: int
    before_pence: int | None = None


class BudgetReport(msgspec.Struct, frozen=True, kw_only=True):
    """A fund's year as a Board reads it."""

    year: FinancialYear
    figures: tuple[Figure, ...]
    forecast_method: str
    risk_share_missing: bool


def budget_report(now: FundPosition, before: FundPosition | None) -> BudgetReport:
    """Where the year stands, and where it stood at the report before."""
    was = {(f.section, f.subject, f.what): f.amount_pence for f in _figures(before)}
    return BudgetReport(
        year=now.year,
        figures=tuple(
            msgspec.structs.replace(
                one, before_pence=was.get((one.section, one.subject, one.what), 0)
            )
            if before
            else one
            for one in _figures(now)
        ),
        forecast_method=now.forecast_method,
        risk_share_missing=now.risk_share_missing,
    )


def _figures(stands: FundPosition | None) -> Iterable[Figure]:
    if stands is None:
        return
    yield from _named("fund", "", stands, OF_THE_FUND)
    for partner in stands.partners:
        yield from _named("partner", partner.partner, partner, OF_A_PARTNER)
    for contract in stands.contracts:
        yield from _named("contract", contract.contract, contract, OF_A_CONTRACT)


def _named(section: str, subject: str, of: object, names: Sequence[str]) -> Iterable[Figure]:
    for name in names:
        pence: int = getattr(of, f"{name}_pence")
        yield Figure(
            section=section, subject=subject, what=name.replace("_", "-"), amount_pence=pence
        )


class PartnerYear(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's year: what it put in, what its services cost, what it keeps or gets back."""

    partner: AgencyId
    brought_forward_pence: int
    contributions_pence: int
    risk_share_pence: int
    funding_pence: int
    spend_pence: int
    carried_forward_pence: int
    returned_pence: int
    pooling_difference_pence: int


class ElementYear(msgspec.Struct, frozen=True, kw_only=True):
    """What one element of a contract cost in the year, and each partner's share of it."""

    contract: ContractId
    element: str
    spend_pence: int
    shares_pence: tuple[int, ...]


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Something the pool holds, +, or owes, -, at the end."""

    what: str
    amount_pence: int


class Memorandum(msgspec.Struct, frozen=True, kw_only=True):
    """A pooled fund's year for the accounts of its partners. `shares_pence` run as `partners` do.

    `result_pence` is funding, returns not yet taken off, less spending.
    """

    year: FinancialYear
    partners: tuple[PartnerYear, ...]
    spending: tuple[ElementYear, ...]
    holdings: tuple[Holding, ...]
    funding_pence: int
    spend_pence: int
    result_pence: int
    unspent_pence: int


def memorandum(
    agreement: Agreement, year: FinancialYear, lines: Iterable[PostingLine]
) -> Memorandum:
    """Of one year's lines, before what was carried forward leaves for the next."""
    kept = [line for line in lines if line.year == year and line.code != "carried-into-next-year"]
    stands = position(agreement, year, kept)
    partners = tuple(
        PartnerYear(
            partner=one.partner,
            brought_forward_pence=one.brought_forward_pence,
            contributions_pence=one.contribution_invoiced_pence,
            risk_share_pence=one.risk_share_pence,
            funding_pence=one.brought_forward_pence
            + one.contribution_invoiced_pence
            + one.risk_share_pence,
            spend_pence=one.spend_pence,
            carried_forward_pence=one.carried_forward_pence,
            returned_pence=one.returned_pence,
            pooling_difference_pence=one.pooling_difference_pence,
        )
        for one in stands.partners
    )
    spending = _spending(agreement, kept)
    holdings = _holdings(kept)
    funding = sum(one.funding_pence for one in partners)
    spent = sum(one.spend_pence for one in spending)
    return Memorandum(
        year=year,
        partners=partners,
        spending=spending,
        holdings=holdings,
        funding_pence=funding,
        spend_pence=spent,
        result_pence=funding - spent,
        unspent_pence=sum(one.amount_pence for one in holdings),
    )


def _spending(agreement: Agreement, lines: Iterable[PostingLine]) -> tuple[ElementYear, ...]:
    found: defaultdict[tuple[str, str], Counter[AgencyId]] = defaultdict(Counter)
    for line in lines:
        if accounts.is_cost(line.account):
            found[line.contract, line.element][line.partner] += line.amount_pence
    return tuple(
        ElementYear(
            contract=contract,
            element=element,
            spend_pence=sum(shares.values()),
            shares_pence=tuple(shares[partner] for partner in agreement.partners),
        )
        for (contract, element), shares in sorted(found.items())
    )


def _holdings(lines: Iterable[PostingLine]) -> tuple[Holding, ...]:
    """What the chart of accounts names, and in one sum whatever else is held or owed."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.account.startswith(("Assets:", "Liabilities:")):
            known = next((one for one in KNOWN_HOLDINGS if line.account.startswith(one)), "")
            found[known] += line.amount_pence
    named = (*HOLDINGS, ("other", ""))
    return tuple(
        Holding(what=what, amount_pence=found[prefix]) for what, prefix in named if found[prefix]
    )
