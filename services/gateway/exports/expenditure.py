"""What a fund's year spends, in the lines of a Better Care Fund return. Pure.

Law: sums come from the ledger's lines and words from the contract's facts; what neither says is
left empty, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.gateway.contract_views.series import Point, Series
from services.gateway.ledgers import accounts
from services.gateway.ledgers.transactions import Code, PostingLine
from shared.published.terms import AgencyId, ContractId, ContractTerms, FinancialYear
from shared.values.closing import Agreement
from shared.values.quarters import year_of
from shared.values.shares import split

PROMISING: tuple[Code, ...] = (
    "contract-signed", "contract-varied", "contract-extended", "commitment-opened",
)  # fmt: skip
COLUMNS = (
    "scheme", "scheme_name", "sub_type", "area_of_spend", "commissioner", "provider",
    "source_of_funding", "planned_pence", "actual_pence", "outputs", "contract",
)  # fmt: skip


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a contract: its terms, and its measures as anybody may see them."""

    terms: ContractTerms
    measures: tuple[Series, ...]


class ExpenditureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme as one source of funding pays for it.

    `planned_pence` is what the contract promised for the year, split by the attribution weights;
    `actual_pence` what the year has charged, accruals included.
    """

    scheme: str
    scheme_name: str
    sub_type: str
    area_of_spend: str
    commissioner: str
    provider: str
    source_of_funding: str
    planned_pence: int
    actual_pence: int
    outputs: str
    contract: ContractId


def expenditure(
    agreement: Agreement,
    year: FinancialYear,
    lines: Iterable[PostingLine],
    schemes: Mapping[ContractId, Scheme],
    names: Mapping[AgencyId, str],
) -> tuple[ExpenditureLine, ...]:
    """Every contract of the year by every partner that pays for it, in the order of contracts."""
    of_contract: defaultdict[ContractId, list[PostingLine]] = defaultdict(list)
    for line in lines:
        if line.contract and line.year == year:
            of_contract[line.contract].append(line)
    return tuple(
        one
        for contract, kept in sorted(of_contract.items())
        for one in _of_contract(agreement, year, contract, kept, schemes.get(contract), names)
    )


def _of_contract(
    agreement: Agreement,
    year: FinancialYear,
    contract: ContractId,
    lines: Sequence[PostingLine],
    scheme: Scheme | None,
    names: Mapping[AgencyId, str],
) -> Iterable[ExpenditureLine]:
    promised = -sum(
        line.amount_pence
        for line in lines
        if line.account == accounts.commitment(contract) and line.code in PROMISING
    )
    terms = scheme.terms if scheme else None
    shares = split(promised, agreement.attribution_weights)
    for partner, planned in zip(agreement.partners, shares, strict=True):
        actual = sum(
            line.amount_pence
            for line in lines
            if accounts.is_cost(line.account) and line.partner == partner
        )
        if not planned and not actual:
            continue
        yield ExpenditureLine(
            scheme=terms.specification if terms else "",
            scheme_name=terms.title if terms else "",
            sub_type=terms.kind if terms else "",
            area_of_spend=terms.spending if terms else "",
            commissioner=names.get(terms.commissioner, terms.commissioner) if terms else "",
            provider=names.get(terms.provider, terms.provider) if terms else "",
            source_of_funding=names.get(partner, partner),
            planned_pence=planned,
            actual_pence=actual,
            outputs=outputs(year, scheme.measures) if scheme else "",
            contract=contract,
        )


def outputs(year: FinancialYear, measures: Iterable[Series]) -> str:
    """The latest value of the year for every measure of how much was done, or `c` in its place."""
    said = [
        f"{one.terms.title}: {_value(values[-1])} ({values[-1].period})"
        for one in measures
        if one.terms.quadrant == "how-much"
        and (
            values := [
                point
                for point in one.points
                if (point.value is not None or point.symbol == "c")
                and point.period == point.return_period
                and year_of(point.period) == year
            ]
        )
    ]
    return "; ".join(said)


def _value(point: Point) -> str:
    return point.symbol if point.value is None else str(point.value)
