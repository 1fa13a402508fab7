"""What each contract element has cost each partner of a fund, in the order the log posted it.

Law: each sum is split by itself, by the weights of its moment; a reversal negates those shares.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.contracts import (
    AccrualReversed,
    CertificationReversed,
    ContractSigned,
    ContributionAgreed,
    CostTruedUp,
    ExpenditureAccrued,
    PartnersChanged,
    PaymentCertified,
    PooledFundOpened,
    WithholdingForfeited,
)
from shared.published.terms import AgencyId, ContractId, Element, FinancialYear, FundId
from shared.values.closing import ElementCost
from shared.values.shares import split
from shared.values.weightings import Agreement, bearing_weights, changed

Shares = dict[AgencyId, int]


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A contract the fund pays for."""

    spending: str
    vat: str
    scheme: str = ""
    commissioner: AgencyId = ""


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate or accrual and its shares, for the day it is reversed; `part` is its element
    and which of the year's weights split it.
    """

    contract: ContractId
    element: Element
    shares: Shares
    part: str = ""


class YearCosts(msgspec.Struct, frozen=True, kw_only=True):
    """One year: who shares, whose money is fenced, and what has been shared."""

    agreement: Agreement
    ring_fences: dict[AgencyId, tuple[str, ...]] = {}
    costs: dict[ContractId, dict[str, Shares]] = {}


class FundCostRow(Row, frozen=True, kw_only=True):
    """All years of one fund."""

    fund: FundId
    years: dict[FinancialYear, YearCosts] = msgspec.field(
        default_factory=dict[FinancialYear, YearCosts]
    )
    contracts: dict[ContractId, Paid] = msgspec.field(default_factory=dict[ContractId, Paid])
    posted: dict[str, Posted] = msgspec.field(default_factory=dict[str, Posted])

    def weights(self, year: FinancialYear, contract: ContractId, weighting: int) -> tuple[int, ...]:
        costs, paid = self.years[year], self.contracts[contract]
        return bearing_weights(
            costs.agreement,
            costs.ring_fences,
            paid.spending,
            holder=paid.commissioner,
            weighting=weighting,
        )

    def element_costs(self, year: FinancialYear) -> tuple[ElementCost, ...]:
        """A year's costs as its close wants them, in the order of contract and element."""
        costs = self.years[year]
        return tuple(
            ElementCost(
                contract=contract,
                element=element,
                shares_pence=tuple(shares.get(p, 0) for p in costs.agreement.partners),
                weights=self.weights(year, contract, weighting),
                scheme=self.contracts[contract].scheme,
                weighting=weighting,
            )
            for contract, elements in sorted(costs.costs.items())
            for part, shares in sorted(elements.items())
            for element, weighting in (named_part(part),)
        )

    def by_element(self, year: FinancialYear) -> dict[ContractId, dict[str, Shares]]:
        """What each contract element has cost each partner, whatever weights split it."""
        found: dict[ContractId, dict[str, Shares]] = {}
        for cost in self.element_costs(year):
            held = found.setdefault(cost.contract, {}).setdefault(cost.element, {})
            pairs = zip(self.years[year].agreement.partners, cost.shares_pence, strict=True)
            for partner, pence in pairs:
                held[partner] = held.get(partner, 0) + pence
        return found


def part_of(element: str, weighting: int) -> str:
    return f"{element}/{weighting}" if weighting else element


def named_part(part: str) -> tuple[str, int]:
    element, _, weighting = part.partition("/")
    return element, int(weighting or 0)


CostEvent = (
    PooledFundOpened
    | PartnersChanged
    | ContributionAgreed
    | ContractSigned
    | PaymentCertified
    | ExpenditureAccrued
    | CertificationReversed
    | AccrualReversed
    | WithholdingForfeited
    | CostTruedUp
)


def fund_of(recorded: Recorded) -> str | None:
    event = recorded.event
    return _fund(event) if isinstance(event, CostEvent) else None


def _fund(event: CostEvent) -> FundId:
    return event.terms.fund if isinstance(event, ContractSigned) else event.fund


def fold(row: FundCostRow | None, recorded: Recorded) -> FundCostRow | None:
    event = recorded.event
    if not isinstance(event, CostEvent):
        return row
    return after(row or FundCostRow(fund=_fund(event)), event)


def after(row: FundCostRow, event: CostEvent) -> FundCostRow:
    match event:
        case PooledFundOpened():
            agreement = Agreement(
                partners=event.partners,
                attribution_weights=event.attribution_weights,
                aligned=event.aligned,
            )
            return replace(row, years=row.years | {event.year: YearCosts(agreement=agreement)})
        case PartnersChanged():
            year = row.years[event.year]
            agreement = changed(
                year.agreement,
                event.partners,
                event.attribution_weights,
                event.effective_on,
                event.left,
            )
            return replace(row, years=row.years | {event.year: replace(year, agreement=agreement)})
        case ContributionAgreed():
            year = row.years[event.year]
            fences = (*year.ring_fences.get(event.partner, ()), event.ring_fence)
            fenced = replace(year, ring_fences=year.ring_fences | {event.partner: fences})
            return replace(row, years=row.years | {event.year: fenced})
        case ContractSigned():
            terms = event.terms
            paid = Paid(
                spending=terms.spending,
                vat=terms.vat,
                scheme=terms.risk_scheme,
                commissioner=terms.commissioner,
            )
            return replace(row, contracts=row.contracts | {event.contract: paid})
        case PaymentCertified():
            recoverable = row.contracts[event.contract].vat == "standard-recoverable"
            cost = event.amount_pence + (0 if recoverable else event.vat_pence)
            return _post(row, event, event.certificate, cost)
        case ExpenditureAccrued():
            return _post(row, event, event.accrual, event.amount_pence)
        case CertificationReversed():
            return _unpost(row, event.year, event.certificate)
        case AccrualReversed():
            return _unpost(row, event.year, event.accrual)
        case WithholdingForfeited():
            element = row.posted[event.certificate].element
            part, back = _split(row, event, element, -event.amount_pence)
            return _with(row, event.year, event.contract, part, back)
        case CostTruedUp():
            changes = {share.partner: share.pence for share in event.changes}
            part = part_of(event.element, event.weighting)
            return _with(row, event.year, event.contract, part, changes)


Costing = PaymentCertified | ExpenditureAccrued | WithholdingForfeited


def _split(row: FundCostRow, event: Costing, element: str, pence: int) -> tuple[str, Shares]:
    """The shares by the weights of the event's own day, and the part they are of."""
    agreement = row.years[event.year].agreement
    weighting = agreement.weighting_on(event.effective_on)
    parts = split(pence, row.weights(event.year, event.contract, weighting))
    return part_of(element, weighting), dict(zip(agreement.partners, parts, strict=True))


def _post(
    row: FundCostRow, event: PaymentCertified | ExpenditureAccrued, name: str, cost_pence: int
) -> FundCostRow:
    part, shares = _split(row, event, event.element, cost_pence)
    posted = Posted(contract=event.contract, element=event.element, shares=shares, part=part)
    row = replace(row, posted=row.posted | {name: posted})
    return _with(row, event.year, event.contract, part, shares)


def _unpost(row: FundCostRow, year: FinancialYear, name: str) -> FundCostRow:
    posted = row.posted[name]
    back = {partner: -pence for partner, pence in posted.shares.items()}
    return _with(row, year, posted.contract, posted.part or posted.element, back)


def _with(
    row: FundCostRow,
    name: FinancialYear,
    contract: ContractId,
    element: str,
    more: Mapping[AgencyId, int],
) -> FundCostRow:
    if not any(more.values()):
        return row
    year = row.years[name]
    elements = year.costs.get(contract, {})
    held = elements.get(element, {})
    shares = {p: held.get(p, 0) + more.get(p, 0) for p in (held | dict(more))}
    costs = year.costs | {contract: elements | {element: shares}}
    return replace(row, years=row.years | {name: replace(year, costs=costs)})


FUND_COSTS: View[FundCostRow] = View(
    name="fund_costs",
    source="contracts",
    row=FundCostRow,
    events=(
        PooledFundOpened,
        PartnersChanged,
        ContributionAgreed,
        ContractSigned,
        PaymentCertified,
        ExpenditureAccrued,
        CertificationReversed,
        AccrualReversed,
        WithholdingForfeited,
        CostTruedUp,
    ),
    key=fund_of,
    fold=fold,
)
