"""The posting rules of contracts: promises, certificates, accruals, payments and what is withheld.

Law: a reversal negates what was posted, entry by entry; nothing is recomputed.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.gateway.ledgers import accounts
from services.gateway.ledgers.book import AlreadyPosted, ContractEvent, FundBook, Posted
from services.gateway.ledgers.shelves import found
from services.gateway.ledgers.transactions import Code, Entry, Transaction, only_sums
from shared.published import contracts
from shared.published.terms import ContractId, Element, FinancialYear
from shared.values.shares import split


def contract_transactions(book: FundBook, event: ContractEvent) -> tuple[Transaction, ...]:
    """Raises YearNotOpen, Unknown or AlreadyPosted."""
    match event:
        case contracts.ContractSigned():
            if event.contract in book.contracts:
                raise AlreadyPosted(f"contract {event.contract}")
            return _promises(book, event, "contract-signed", event.terms.commitments)
        case contracts.ContractVaried():
            book.contract(event.contract)
            return _promises(book, event, "contract-varied", event.commitment_changes)
        case contracts.ContractExtended():
            book.contract(event.contract)
            return _promises(book, event, "contract-extended", event.commitment_changes)
        case contracts.CommitmentReleased():
            book.contract(event.contract)
            return _promises(book, event, "commitment-released", {event.year: -event.amount_pence})
        case contracts.PaymentCertified():
            return (_certified(book, event),)
        case contracts.ExpenditureAccrued():
            return (_accrued(book, event),)
        case contracts.CertificationReversed():
            posted = _standing(book.certificate(event.certificate), event.certificate)
            return (_negation(event, "certification-reversed", event.certificate, posted),)
        case contracts.AccrualReversed():
            posted = _standing(book.accrual(event.accrual), event.accrual)
            return (_negation(event, "accrual-reversed", event.accrual, posted),)
        case contracts.PaymentMade():
            return (_paid(book, event),)
        case contracts.AmountWithheld():
            return (_withheld(book, event),)
        case contracts.WithholdingReleased():
            return (_released(book, event),)
        case contracts.WithholdingForfeited():
            return (_forfeited(book, event),)


def _promises(
    book: FundBook,
    event: contracts.ContractSigned
    | contracts.ContractVaried
    | contracts.ContractExtended
    | contracts.CommitmentReleased,
    code: Code,
    by_year: Mapping[FinancialYear, int],
) -> tuple[Transaction, ...]:
    """Each open year's share against that year's authority; the other years stay memorandum."""
    return tuple(
        Transaction(
            code=code,
            year=year,
            effective_on=event.effective_on,
            entries=promise(event.contract, pence),
            reference=event.contract,
        )
        for year, pence in sorted(by_year.items())
        if pence and year in book.years
    )


def promise(contract: ContractId, pence: int) -> tuple[Entry, ...]:
    return (
        Entry(accounts.AVAILABLE, pence, contract),
        Entry(accounts.commitment(contract), -pence, contract),
    )


def _certified(book: FundBook, event: contracts.PaymentCertified) -> Transaction:
    """Recoverable VAT is owed to the provider and due from HMRC; irrecoverable VAT is a cost."""
    if found(book.certified, event.certificate) is not None:
        raise AlreadyPosted(f"certificate {event.certificate}")
    recoverable = book.contract(event.contract).vat == "standard-recoverable"
    cost = event.amount_pence + (0 if recoverable else event.vat_pence)
    gross = event.amount_pence + event.vat_pence
    entries = (
        *_cost(book, event, event.element, cost),
        *_recoverable(book, event, gross - cost),
        Entry(accounts.payable(event.contract), -gross, event.contract),
        *_held_elsewhere(book, event, cost, gross),
        *_consumption(book, event.year, event.contract, cost),
    )
    return Transaction(
        code="payment-certified",
        year=event.year,
        effective_on=event.effective_on,
        entries=only_sums(entries),
        reference=event.certificate,
        period=event.period,
    )


def _accrued(book: FundBook, event: contracts.ExpenditureAccrued) -> Transaction:
    if found(book.accrued, event.accrual) is not None:
        raise AlreadyPosted(f"accrual {event.accrual}")
    entries = (
        *_cost(book, event, event.element, event.amount_pence),
        Entry(accounts.accrued(event.contract), -event.amount_pence, event.contract),
        *_held_elsewhere(book, event, event.amount_pence, event.amount_pence),
        *_consumption(book, event.year, event.contract, event.amount_pence),
    )
    return Transaction(
        code="expenditure-accrued",
        year=event.year,
        effective_on=event.effective_on,
        entries=only_sums(entries),
        reference=event.accrual,
        period=event.period,
    )


Costing = contracts.PaymentCertified | contracts.ExpenditureAccrued | contracts.WithholdingForfeited


def _cost(book: FundBook, event: Costing, element: Element, pence: int) -> tuple[Entry, ...]:
    """Split by the weights of the event's own day."""
    year = book.year(event.year)
    weighting = year.agreement.weighting_on(event.effective_on)
    shares = split(pence, book.weights(event.year, event.contract, weighting))
    return tuple(
        Entry(
            accounts.expenses(event.contract, element, partner),
            share,
            event.contract,
            partner,
            element,
            weighting,
        )
        for partner, share in zip(year.partners, shares, strict=True)
    )


def _recoverable(
    book: FundBook, event: contracts.PaymentCertified, vat_pence: int
) -> tuple[Entry, ...]:
    """Of aligned budgets the holder itself gets the VAT back."""
    if book.year(event.year).agreement.aligned:
        return ()
    return (Entry(accounts.VAT_RECOVERABLE, vat_pence, event.contract),)


def _held_elsewhere(
    book: FundBook, event: Costing, cost_pence: int, gross_pence: int
) -> tuple[Entry, ...]:
    """Of aligned budgets the holder contributes a cost as it falls, and pays it from its own bank:
    it owes that to nobody but the provider.
    """
    if not book.year(event.year).agreement.aligned:
        return ()
    holder = book.contract(event.contract).commissioner
    return (
        Entry(accounts.contribution_receivable(holder), gross_pence, event.contract, holder),
        Entry(accounts.contribution(holder), -cost_pence, event.contract, holder),
    )


def _out_of(book: FundBook, event: contracts.PaymentMade) -> Entry:
    pence = -event.amount_pence
    if not book.year(event.year).agreement.aligned:
        return Entry(accounts.BANK, pence, event.contract)
    holder = book.contract(event.contract).commissioner
    return Entry(accounts.contribution_receivable(holder), pence, event.contract, holder)


def _consumption(
    book: FundBook, year: FinancialYear, contract: ContractId, pence: int
) -> tuple[Entry, ...]:
    """Uses what was promised, then what is available."""
    promised = -book.year(year).of(contract).balances.get(accounts.commitment(contract), 0)
    used = min(pence, promised)
    return (
        Entry(accounts.commitment(contract), used, contract),
        Entry(accounts.AVAILABLE, pence - used, contract),
        Entry(accounts.consumed(contract), -pence, contract),
    )


def _standing(posted: Posted, name: str) -> Posted:
    if posted.reversed:
        raise AlreadyPosted(f"{name} is reversed")
    return posted


def _negation(
    event: contracts.CertificationReversed | contracts.AccrualReversed,
    code: Code,
    reference: str,
    posted: Posted,
) -> Transaction:
    return Transaction(
        code=code,
        year=event.year,
        effective_on=event.effective_on,
        entries=tuple(entry.negated() for entry in posted.entries),
        reference=reference,
    )


def _paid(book: FundBook, event: contracts.PaymentMade) -> Transaction:
    book.contract(event.contract)
    for certificate in event.certificates:
        book.certificate(certificate)
    return Transaction(
        code="payment-made",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.payable(event.contract), event.amount_pence, event.contract),
            _out_of(book, event),
        ),
        reference=event.payment,
    )


def _withheld(book: FundBook, event: contracts.AmountWithheld) -> Transaction:
    book.certificate(event.certificate)
    if found(book.withheld, event.withholding) is not None:
        raise AlreadyPosted(f"withholding {event.withholding}")
    return Transaction(
        code="amount-withheld",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.payable(event.contract), event.amount_pence, event.contract),
            Entry(accounts.withheld(event.contract), -event.amount_pence, event.contract),
        ),
        reference=event.withholding,
    )


def _released(book: FundBook, event: contracts.WithholdingReleased) -> Transaction:
    book.withholding(event.withholding)
    return Transaction(
        code="withholding-released",
        year=event.year,
        effective_on=event.effective_on,
        entries=(
            Entry(accounts.withheld(event.contract), event.amount_pence, event.contract),
            Entry(accounts.payable(event.contract), -event.amount_pence, event.contract),
        ),
        reference=event.withholding,
    )


def _forfeited(book: FundBook, event: contracts.WithholdingForfeited) -> Transaction:
    """The cost goes down by the forfeit, in the element that was certified, for every partner."""
    book.withholding(event.withholding)
    element = book.certificate(event.certificate).element
    pence = event.amount_pence
    entries = (
        Entry(accounts.withheld(event.contract), pence, event.contract),
        *_cost(book, event, element, -pence),
        *_held_elsewhere(book, event, -pence, -pence),
        Entry(accounts.consumed(event.contract), pence, event.contract),
        Entry(accounts.AVAILABLE, -pence, event.contract),
    )
    return Transaction(
        code="withholding-forfeited",
        year=event.year,
        effective_on=event.effective_on,
        entries=only_sums(entries),
        reference=event.withholding,
    )
