"""A fund's books as they stand: what was agreed, promised and certified, and every balance.

Law: the books are what their events made them; what has been posted is kept, so that a reversal
negates it and recomputes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from services.gateway.ledgers.shelves import Shelves, found, placed
from services.gateway.ledgers.transactions import Entry, Transaction
from services.gateway.ledgers.years import YearBook, named_part
from shared.eventsourcing.views import Row
from shared.published import contracts
from shared.published.terms import AgencyId, ContractId, Element, FinancialYear, FundId
from shared.values.closing import (
    Agreement,
    ElementCost,
    Spending,
    spending_of,
)
from shared.values.quarters import previous_year
from shared.values.weightings import bearing_weights, changed

T = TypeVar("T")

FundEvent = (
    contracts.AgreementSigned
    | contracts.PooledFundOpened
    | contracts.PartnersChanged
    | contracts.RiskShareAgreed
    | contracts.BalanceBroughtForward
    | contracts.ContributionAgreed
    | contracts.ContributionReduced
    | contracts.ContributionInvoiced
    | contracts.ContributionReceived
    | contracts.CostTruedUp
    | contracts.YearClosed
    | contracts.RiskShareSettled
    | contracts.UnderspendCarriedForward
    | contracts.UnderspendReturned
    | contracts.FundUnwound
)
ContractEvent = (
    contracts.ContractSigned
    | contracts.ContractVaried
    | contracts.ContractExtended
    | contracts.CommitmentReleased
    | contracts.PaymentCertified
    | contracts.CertificationReversed
    | contracts.ExpenditureAccrued
    | contracts.AccrualReversed
    | contracts.PaymentMade
    | contracts.AmountWithheld
    | contracts.WithholdingReleased
    | contracts.WithholdingForfeited
)
LedgerEvent = ContractEvent | FundEvent


class CannotPost(Exception):
    """An event these books have no place for; it waits until a person has seen it."""


class YearNotOpen(CannotPost):
    """Money moves in a financial year the fund has not opened."""


class YearIsClosed(CannotPost):
    """A posting would change what a closed year came to."""


class YearNotClosed(CannotPost):
    """A result is settled that no close has stated."""


class Unknown(CannotPost):
    """A contract, certificate, accrual, withholding or partner the fund has never heard of."""


class AlreadyPosted(CannotPost):
    """A certificate, accrual, withholding, year or contract that is in the books already."""


class ContractBook(msgspec.Struct, frozen=True, kw_only=True):
    """A contract the fund pays for. `memorandum` is what years not yet opened will commit."""

    vat: str = "outside"
    spending: str = ""
    scheme: str = ""
    commissioner: AgencyId = ""
    memorandum: dict[FinancialYear, int] = {}


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate or accrual as it was posted, for the day it is reversed."""

    contract: ContractId
    element: Element
    amount_pence: int
    entries: tuple[Entry, ...]
    reversed: bool = False


class Withholding(msgspec.Struct, frozen=True, kw_only=True):
    """What is still kept back, and the contract element it is of."""

    contract: ContractId
    certificate: str
    left_pence: int


class FundBook(Row, frozen=True, kw_only=True):
    """All years of one fund."""

    fund: FundId
    partnership: str = ""
    name: str = ""
    host: AgencyId = ""
    years: dict[FinancialYear, YearBook] = msgspec.field(
        default_factory=dict[FinancialYear, YearBook]
    )
    contracts: dict[ContractId, ContractBook] = msgspec.field(
        default_factory=dict[ContractId, ContractBook]
    )
    certified: Shelves[Posted] = msgspec.field(default_factory=dict[str, dict[str, Posted]])
    accrued: Shelves[Posted] = msgspec.field(default_factory=dict[str, dict[str, Posted]])
    withheld: Shelves[Withholding] = msgspec.field(
        default_factory=dict[str, dict[str, Withholding]]
    )

    def year(self, year: FinancialYear) -> YearBook:
        """Raises YearNotOpen."""
        if year not in self.years:
            raise YearNotOpen(f"{self.fund} has not opened {year}")
        return self.years[year]

    def contract(self, contract: ContractId) -> ContractBook:
        """Raises Unknown."""
        return _known(self.contracts.get(contract), contract, "contract")

    def certificate(self, certificate: str) -> Posted:
        """Raises Unknown."""
        return _known(found(self.certified, certificate), certificate, "certificate")

    def accrual(self, accrual: str) -> Posted:
        """Raises Unknown."""
        return _known(found(self.accrued, accrual), accrual, "accrual")

    def withholding(self, withholding: str) -> Withholding:
        """Raises Unknown."""
        return _known(found(self.withheld, withholding), withholding, "withholding")

    def weights(self, year: FinancialYear, contract: ContractId, weighting: int) -> tuple[int, ...]:
        """How this contract's cost is split by one of the year's weightings: nobody's ring-fenced
        money bears what it may not.
        """
        book, known = self.year(year), self.contract(contract)
        return bearing_weights(
            book.agreement,
            book.ring_fences,
            known.spending,
            holder=known.commissioner,
            weighting=weighting,
        )

    def element_costs(self, year: FinancialYear) -> tuple[ElementCost, ...]:
        """What each contract element has cost each partner in a year, for its close."""
        return tuple(
            ElementCost(
                contract=contract,
                element=element,
                shares_pence=self.year(year).by_partner(shares),
                weights=self.weights(year, contract, weighting),
                scheme=self.contract(contract).scheme,
                weighting=weighting,
            )
            for contract, one in sorted(self.year(year).contracts.items(), key=itemgetter(0))
            for part, shares in sorted(one.costs.items())
            for element, weighting in (named_part(part),)
        )

    def spending(self, year: FinancialYear) -> Spending:
        """What a year's services have cost, by partner and by scheme."""
        return spending_of(self.element_costs(year), len(self.year(year).partners))

    def balance(self, account: str) -> int:
        """An account over all years: what the bank should say, what a provider is owed."""
        return sum(year.balance(account) for year in self.years.values())


def _known(thing: T | None, name: str, kind: str) -> T:
    if thing is None:
        raise Unknown(f"{kind} {name}")
    return thing


def evolve(book: FundBook, event: LedgerEvent, transactions: Iterable[Transaction]) -> FundBook:
    """The books after an event and the transactions it was posted as."""
    posted = tuple(transactions)
    if isinstance(event, ContractEvent):
        after = _after_contract(book, event, posted)
    else:
        after = _after_fund(book, event)
    for transaction in posted:
        year = after.year(transaction.year).after(transaction)
        after = replace(after, years=after.years | {transaction.year: year})
    return after


def _after_contract(
    book: FundBook, event: ContractEvent, posted: tuple[Transaction, ...]
) -> FundBook:
    match event:
        case contracts.ContractSigned():
            signed = ContractBook(
                vat=event.terms.vat,
                spending=event.terms.spending,
                scheme=event.terms.risk_scheme,
                commissioner=event.terms.commissioner,
                memorandum=_unopened(book, event.terms.commitments),
            )
            return replace(book, contracts=book.contracts | {event.contract: signed})
        case contracts.ContractVaried() | contracts.ContractExtended():
            changed = _promised(book, event.contract, event.commitment_changes)
            terms = event.terms
            changed = replace(
                changed, vat=terms.vat, spending=terms.spending, scheme=terms.risk_scheme
            )
            return replace(book, contracts=book.contracts | {event.contract: changed})
        case contracts.CommitmentReleased():
            changed = _promised(book, event.contract, {event.year: -event.amount_pence})
            return replace(book, contracts=book.contracts | {event.contract: changed})
        case contracts.PaymentCertified():
            certificate = _as_posted(event, posted)
            return replace(book, certified=placed(book.certified, event.certificate, certificate))
        case contracts.CertificationReversed():
            gone = replace(book.certificate(event.certificate), reversed=True)
            return replace(book, certified=placed(book.certified, event.certificate, gone))
        case contracts.ExpenditureAccrued():
            accrual = _as_posted(event, posted)
            return replace(book, accrued=placed(book.accrued, event.accrual, accrual))
        case contracts.AccrualReversed():
            gone = replace(book.accrual(event.accrual), reversed=True)
            return replace(book, accrued=placed(book.accrued, event.accrual, gone))
        case contracts.AmountWithheld():
            kept = Withholding(
                contract=event.contract,
                certificate=event.certificate,
                left_pence=event.amount_pence,
            )
            return replace(book, withheld=placed(book.withheld, event.withholding, kept))
        case contracts.WithholdingReleased() | contracts.WithholdingForfeited():
            kept = book.withholding(event.withholding)
            kept = replace(kept, left_pence=kept.left_pence - event.amount_pence)
            return replace(book, withheld=placed(book.withheld, event.withholding, kept))
        case contracts.PaymentMade():
            return book


def _after_fund(book: FundBook, event: FundEvent) -> FundBook:
    match event:
        case contracts.AgreementSigned():
            return replace(book, partnership=event.partnership, name=event.name, host=event.host)
        case contracts.PooledFundOpened():
            return _opened(book, event)
        case contracts.PartnersChanged():
            agreement = changed(
                book.year(event.year).agreement,
                event.partners,
                event.attribution_weights,
                event.effective_on,
                event.left,
            )
            return _with_year(book, event.year, agreement=agreement)
        case contracts.RiskShareAgreed():
            agreement = replace(
                book.year(event.year).agreement,
                overspend_weights=event.overspend_weights,
                carry_forward_limit_basis_points=event.carry_forward_limit_basis_points,
                rules=event.rules,
            )
            return _with_year(book, event.year, agreement=agreement)
        case contracts.BalanceBroughtForward():
            return _brought_forward(book, event)
        case contracts.ContributionAgreed():
            fences = book.year(event.year).ring_fences
            more = (*fences.get(event.partner, ()), event.ring_fence)
            return _with_year(book, event.year, ring_fences=fences | {event.partner: more})
        case contracts.YearClosed():
            return _with_year(book, event.year, result_pence=event.result_pence)
        case contracts.UnderspendCarriedForward():
            held = book.year(event.year).carried_forward
            more = {s.partner: held.get(s.partner, 0) + s.pence for s in event.shares}
            return _with_year(book, event.year, carried_forward=held | more)
        case contracts.FundUnwound():
            taken = book.year(event.year).taken_up
            more = {s.partner: taken.get(s.partner, 0) + s.pence for s in event.shares}
            return _with_year(book, event.year, taken_up=taken | more)
        case (
            contracts.ContributionReduced()
            | contracts.ContributionInvoiced()
            | contracts.ContributionReceived()
            | contracts.CostTruedUp()
            | contracts.RiskShareSettled()
            | contracts.UnderspendReturned()
        ):
            return book


def _brought_forward(book: FundBook, event: contracts.BalanceBroughtForward) -> FundBook:
    """The money is this year's now, and no longer the year's before."""
    held = book.year(event.year).brought_forward
    more = held.get(event.partner, 0) + event.amount_pence
    after = _with_year(book, event.year, brought_forward=held | {event.partner: more})
    before = previous_year(event.year)
    if before not in book.years:
        return after
    taken = book.years[before].taken_up
    more = taken.get(event.partner, 0) + event.amount_pence
    return _with_year(after, before, taken_up=taken | {event.partner: more})


def _opened(book: FundBook, event: contracts.PooledFundOpened) -> FundBook:
    """The year begins, and what was promised for it is memorandum no longer."""
    agreement = Agreement(
        partners=event.partners,
        attribution_weights=event.attribution_weights,
        aligned=event.aligned,
    )
    remembered = {
        name: replace(
            contract, memorandum={y: p for y, p in contract.memorandum.items() if y != event.year}
        )
        for name, contract in book.contracts.items()
    }
    return replace(
        book,
        partnership=event.partnership,
        host=event.host,
        years=book.years | {event.year: YearBook(agreement=agreement)},
        contracts=remembered,
    )


def _with_year(book: FundBook, year: FinancialYear, **changes: object) -> FundBook:
    return replace(book, years=book.years | {year: replace(book.year(year), **changes)})


def _unopened(book: FundBook, by_year: Mapping[FinancialYear, int]) -> dict[FinancialYear, int]:
    return {year: pence for year, pence in by_year.items() if pence and year not in book.years}


def _promised(
    book: FundBook, contract: ContractId, changes: Mapping[FinancialYear, int]
) -> ContractBook:
    """The contract with its memorandum changed, in the years that are not open."""
    known = book.contract(contract)
    memorandum = dict(known.memorandum)
    for year, pence in _unopened(book, changes).items():
        memorandum[year] = memorandum.get(year, 0) + pence
    return replace(known, memorandum=memorandum)


def _as_posted(
    event: contracts.PaymentCertified | contracts.ExpenditureAccrued,
    posted: tuple[Transaction, ...],
) -> Posted:
    return Posted(
        contract=event.contract,
        element=event.element,
        amount_pence=event.amount_pence,
        entries=tuple(entry for transaction in posted for entry in transaction.entries),
    )
