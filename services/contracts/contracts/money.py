"""The money of a signed contract: promised, certified, kept back, invoiced and paid.

Law: what is payable is what was certified, less what was reversed, kept back and paid.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.contracts.contracts.events import (
    AccrualProposed,
    CertificateBasisChanged,
    CostCharged,
    MoneyEvent,
    PaymentPrepared,
    PaymentTurnedDown,
)
from shared.published.contracts import (
    AccrualReversed,
    AmountWithheld,
    CertificationReversed,
    ExpenditureAccrued,
    InvoiceDisputed,
    InvoiceDisputeSettled,
    InvoiceReceived,
    PaymentCertified,
    PaymentMade,
    WithholdingForfeited,
    WithholdingReleased,
)
from shared.published.terms import Element, FinancialYear, MeasureId, Period, PersonId, Reading

Status = Literal["running", "terminated", "completed"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A state, or a part of one."""


class Heard(State, frozen=True, kw_only=True):
    """The figures of a period that may be paid on: of `measures` alone, where not of all."""

    version: int
    readings: tuple[Reading, ...]
    measures: tuple[MeasureId, ...] = ()


class Notice(State, frozen=True, kw_only=True):
    """A notice and when its answer is due. `basis_changes` are the restatements, by period and
    version, of figures that the case it rests on was raised on.
    """

    clause: str
    answer_due_on: date
    answered: bool = False
    flag: str = ""
    kind: Literal["notice", "remedial"] = "notice"
    basis_changes: tuple[tuple[Period, int], ...] = ()


class Certificate(State, frozen=True, kw_only=True):
    """What is owed for a period. `payment` is the prepared payment it waits in; `measures` are
    those of the return it rests on, where the rest was not accepted yet.
    """

    element: Element
    period: Period
    year: FinancialYear
    net_pence: int
    vat_pence: int
    capped_pence: int
    return_version: int
    measures: tuple[MeasureId, ...] = ()
    due_on: date
    certified_on: date | None = None
    co_paid_pence: int = 0
    withheld_pence: int = 0
    forfeited_pence: int = 0
    paid_pence: int = 0
    payment: str = ""
    basis_changed: bool = False
    reversed: bool = False

    @property
    def gross_pence(self) -> int:
        return self.net_pence + self.vat_pence

    @property
    def owed_pence(self) -> int:
        """What can be paid on it now."""
        if self.reversed:
            return 0
        return self.gross_pence - self.withheld_pence - self.forfeited_pence - self.paid_pence


class Charge(State, frozen=True, kw_only=True):
    """What something cost the fund, and how much of that had been promised."""

    year: FinancialYear
    element: Element
    cost_pence: int
    of_commitment_pence: int


class Accrual(State, frozen=True, kw_only=True):
    """Cost estimated for a period whose return is not in."""

    element: Element
    period: Period
    amount_pence: int
    proposed_by: PersonId
    status: Literal["proposed", "accrued", "reversed"] = "proposed"


class Withholding(State, frozen=True, kw_only=True):
    """What is still kept back of a certificate: for a case, or for the return of a `period`."""

    certificate: str
    left_pence: int
    year: FinancialYear
    flag: str = ""
    period: Period = ""
    forfeited_pence: int = 0


class Invoice(State, frozen=True, kw_only=True):
    """What the provider asks for a period."""

    net_pence: int
    vat_pence: int
    period: Period
    disputed: bool = False


class Payment(State, frozen=True, kw_only=True):
    """Money on its way to the provider: prepared by one, approved by another."""

    certificates: tuple[str, ...]
    amount_pence: int
    prepared_by: PersonId
    status: Literal["prepared", "made", "turned-down"] = "prepared"
    made_on: date | None = None


class Books(State, frozen=True, kw_only=True):
    """All money of one contract.

    `committed` is what each year still has promised; `charges` are by certificate, accrual or
    withholding; `credit_pence` is what the provider owes back after a reversal.
    """

    committed: dict[FinancialYear, int]
    payment_days: int
    charges: dict[str, Charge] = {}
    certificates: dict[str, Certificate] = {}
    accruals: dict[str, Accrual] = {}
    withholdings: dict[str, Withholding] = {}
    invoices: dict[str, Invoice] = {}
    payments: dict[str, Payment] = {}
    credit_pence: int = 0

    @property
    def standing(self) -> dict[str, Certificate]:
        """Certificates that have not been reversed."""
        return {key: c for key, c in self.certificates.items() if not c.reversed}

    @property
    def certified_pence(self) -> int:
        return sum(c.gross_pence for c in self.standing.values())

    @property
    def withheld_pence(self) -> int:
        return sum(w.left_pence for w in self.withholdings.values())

    @property
    def forfeited_pence(self) -> int:
        return sum(c.forfeited_pence for c in self.certificates.values())

    @property
    def paid_pence(self) -> int:
        return sum(p.amount_pence for p in self.payments.values() if p.status == "made")

    @property
    def payable_pence(self) -> int:
        """Minus is owed back by the provider."""
        return sum(c.owed_pence for c in self.certificates.values()) - self.credit_pence


def after_money(books: Books, event: MoneyEvent) -> Books:
    """The money after one more fact."""
    match event:
        case PaymentCertified():
            certificates = books.certificates | {event.certificate: _certified(books, event)}
            return replace(books, certificates=certificates)
        case CertificationReversed():
            return _reversed(books, event)
        case CertificateBasisChanged():
            return _certificate(books, event.certificate, basis_changed=True)
        case CostCharged():
            return _charged(books, event)
        case AccrualProposed():
            accrual = Accrual(
                element=event.element,
                period=event.period,
                amount_pence=event.amount_pence,
                proposed_by=event.proposed_by,
            )
            return replace(books, accruals=books.accruals | {event.accrual: accrual})
        case ExpenditureAccrued():
            accrual = replace(books.accruals[event.accrual], status="accrued")
            return replace(books, accruals=books.accruals | {event.accrual: accrual})
        case AccrualReversed():
            accrual = replace(books.accruals[event.accrual], status="reversed")
            return replace(books, accruals=books.accruals | {event.accrual: accrual})
        case InvoiceReceived():
            invoice = Invoice(
                net_pence=event.net_pence, vat_pence=event.vat_pence, period=event.period
            )
            return replace(books, invoices=books.invoices | {event.invoice: invoice})
        case InvoiceDisputed():
            return _invoice(books, event.invoice, disputed=True)
        case InvoiceDisputeSettled():
            return _invoice(books, event.invoice, disputed=False)
        case PaymentPrepared():
            return _prepared(books, event)
        case PaymentTurnedDown():
            return _turned_down(books, event.payment)
        case PaymentMade():
            return _paid(books, event)
        case AmountWithheld():
            return _withheld(books, event)
        case WithholdingReleased() | WithholdingForfeited():
            return _let_go(books, event)


def _certified(books: Books, event: PaymentCertified) -> Certificate:
    return Certificate(
        element=event.element,
        period=event.period,
        year=event.year,
        net_pence=event.amount_pence,
        vat_pence=event.vat_pence,
        capped_pence=event.capped_pence,
        return_version=event.return_version,
        measures=event.measures,
        due_on=event.effective_on + timedelta(days=books.payment_days),
        certified_on=event.effective_on,
        co_paid_pence=event.co_paid_pence,
    )


def _certificate(books: Books, certificate: str, **changes: object) -> Books:
    changed = replace(books.certificates[certificate], **changes)
    return replace(books, certificates=books.certificates | {certificate: changed})


def _invoice(books: Books, invoice: str, *, disputed: bool) -> Books:
    changed = replace(books.invoices[invoice], disputed=disputed)
    return replace(books, invoices=books.invoices | {invoice: changed})


def _reversed(books: Books, event: CertificationReversed) -> Books:
    """What was paid on it, or forfeited of it, the provider now owes."""
    gone = books.certificates[event.certificate]
    books = replace(books, credit_pence=books.credit_pence + gone.paid_pence + gone.forfeited_pence)
    return _certificate(books, event.certificate, reversed=True)


def _charged(books: Books, event: CostCharged) -> Books:
    charge = Charge(
        year=event.year,
        element=event.element,
        cost_pence=event.cost_pence,
        of_commitment_pence=event.of_commitment_pence,
    )
    committed = dict(books.committed)
    committed[event.year] = committed.get(event.year, 0) - event.of_commitment_pence
    charges = books.charges | {event.reference: charge}
    return replace(books, committed=committed, charges=charges)


def _prepared(books: Books, event: PaymentPrepared) -> Books:
    payment = Payment(
        certificates=event.certificates,
        amount_pence=event.amount_pence,
        prepared_by=event.prepared_by,
    )
    for certificate in event.certificates:
        books = _certificate(books, certificate, payment=event.payment)
    return replace(books, payments=books.payments | {event.payment: payment})


def _turned_down(books: Books, name: str) -> Books:
    payment = books.payments[name]
    for certificate in payment.certificates:
        books = _certificate(books, certificate, payment="")
    return replace(books, payments=books.payments | {name: replace(payment, status="turned-down")})


def _paid(books: Books, event: PaymentMade) -> Books:
    """What the provider owed back is kept out of the payment, so it is owed no more."""
    owed = 0
    for name in event.certificates:
        certificate = books.certificates[name]
        owed += certificate.owed_pence
        paid = certificate.paid_pence + certificate.owed_pence
        books = _certificate(books, name, paid_pence=paid, payment="")
    made = replace(
        books.payments[event.payment],
        status="made",
        amount_pence=event.amount_pence,
        made_on=event.effective_on,
    )
    return replace(
        books,
        credit_pence=books.credit_pence - (owed - event.amount_pence),
        payments=books.payments | {event.payment: made},
    )


def _withheld(books: Books, event: AmountWithheld) -> Books:
    held = books.certificates[event.certificate].withheld_pence + event.amount_pence
    books = _certificate(books, event.certificate, withheld_pence=held)
    withholding = Withholding(
        certificate=event.certificate,
        left_pence=event.amount_pence,
        year=event.year,
        flag=event.flag,
        period=event.period,
    )
    return replace(books, withholdings=books.withholdings | {event.withholding: withholding})


def _let_go(books: Books, event: WithholdingReleased | WithholdingForfeited) -> Books:
    kept = books.withholdings[event.withholding]
    certificate = books.certificates[kept.certificate]
    forfeited = event.amount_pence if isinstance(event, WithholdingForfeited) else 0
    books = _certificate(
        books,
        kept.certificate,
        withheld_pence=certificate.withheld_pence - event.amount_pence,
        forfeited_pence=certificate.forfeited_pence + forfeited,
    )
    left = replace(
        kept,
        left_pence=kept.left_pence - event.amount_pence,
        forfeited_pence=kept.forfeited_pence + forfeited,
    )
    return replace(books, withholdings=books.withholdings | {event.withholding: left})
