"""The rules of paying: invoices, payments by two people, and what a clause lets be kept back.

Law: no payment is more than what is owed, and nobody approves what they prepared.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.contracts.commands import (
    ApprovePayment,
    DisputeInvoice,
    PreparePayment,
    ReceiveInvoice,
    SettleDispute,
    TurnDownPayment,
)
from services.contracts.contracts.events import (
    ContractEvent,
    PaymentPrepared,
    PaymentTurnedDown,
)
from services.contracts.contracts.money import Certificate, Payment
from services.contracts.contracts.refusals import (
    ApproverIsPreparer,
    DuplicateInvoice,
    InAnotherPayment,
    InvoiceIsDisputed,
    NothingPayable,
    PaymentMoved,
    PeriodOutside,
    SelfBilled,
    TwoYears,
    UnknownCertificate,
    UnknownInvoice,
    UnknownPayment,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    InvoiceDisputed,
    InvoiceDisputeSettled,
    InvoiceReceived,
    PaymentMade,
)
from shared.values.quarters import first_day, last_day

Events = Sequence[ContractEvent]


def receive_invoice(command: ReceiveInvoice, contract: Signed) -> Events:
    """Refuses: SelfBilled, DuplicateInvoice, PeriodOutside."""
    if contract.terms.self_billing:
        raise SelfBilled
    if command.invoice in contract.books.invoices:
        raise DuplicateInvoice
    terms = contract.terms
    if last_day(command.period) < terms.starts_on or first_day(command.period) > contract.ends_on:
        raise PeriodOutside(pointer="/body/period")
    received = InvoiceReceived(
        contract=contract.contract,
        invoice=command.invoice,
        net_pence=command.net_pence,
        vat_pence=command.vat_pence,
        period=command.period,
        received_on=london_date(command.now),
    )
    return [received]


def dispute_invoice(command: DisputeInvoice | SettleDispute, contract: Signed) -> Events:
    """Refuses: UnknownInvoice."""
    invoice = contract.books.invoices.get(command.invoice)
    disputing = isinstance(command, DisputeInvoice)
    if invoice is None or invoice.disputed == disputing:
        raise UnknownInvoice
    if disputing:
        return [
            InvoiceDisputed(
                contract=contract.contract, invoice=command.invoice, reason=command.reason
            )
        ]
    return [
        InvoiceDisputeSettled(
            contract=contract.contract, invoice=command.invoice, reason=command.reason
        )
    ]


def _payable(contract: Signed, names: Sequence[str]) -> tuple[list[Certificate], int]:
    """The certificates and what is owed on them, less what the provider owes back.

    Refuses: UnknownCertificate, TwoYears, InvoiceIsDisputed, NothingPayable.
    """
    standing = contract.books.standing
    if not names or any(name not in standing for name in names):
        raise UnknownCertificate
    chosen = [standing[name] for name in dict.fromkeys(names)]
    if len({c.year for c in chosen}) > 1:
        raise TwoYears
    disputed = {i.period for i in contract.books.invoices.values() if i.disputed}
    if any(c.period in disputed for c in chosen):
        raise InvoiceIsDisputed
    amount = sum(c.owed_pence for c in chosen) - contract.books.credit_pence
    if amount <= 0:
        raise NothingPayable
    return chosen, amount


def prepare_payment(command: PreparePayment, contract: Signed) -> Events:
    """Refuses: UnknownCertificate, TwoYears, InvoiceIsDisputed, NothingPayable,
    InAnotherPayment.
    """
    chosen, amount = _payable(contract, command.certificates)
    if any(c.payment for c in chosen):
        raise InAnotherPayment
    prepared = PaymentPrepared(
        payment=command.payment,
        certificates=tuple(dict.fromkeys(command.certificates)),
        amount_pence=amount,
        prepared_by=command.prepared_by,
    )
    return [prepared]


def _waiting(contract: Signed, name: str) -> Payment:
    payment = contract.books.payments.get(name)
    if payment is None or payment.status != "prepared":
        raise UnknownPayment
    return payment


def approve_payment(command: ApprovePayment, contract: Signed) -> Events:
    """Refuses: UnknownPayment, ApproverIsPreparer, then like preparing, then PaymentMoved."""
    payment = _waiting(contract, command.payment)
    if payment.prepared_by == command.approved_by:
        raise ApproverIsPreparer
    if any(name not in contract.books.standing for name in payment.certificates):
        raise PaymentMoved
    chosen, amount = _payable(contract, payment.certificates)
    if amount != payment.amount_pence:
        raise PaymentMoved
    made = PaymentMade(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=chosen[0].year,
        payment=command.payment,
        certificates=payment.certificates,
        amount_pence=amount,
        prepared_by=payment.prepared_by,
        approved_by=command.approved_by,
        effective_on=london_date(command.now),
    )
    return [made]


def turn_down_payment(command: TurnDownPayment, contract: Signed) -> Events:
    """Refuses: UnknownPayment."""
    _waiting(contract, command.payment)
    return [
        PaymentTurnedDown(
            payment=command.payment,
            reason=command.reason,
            turned_down_by=command.turned_down_by,
        )
    ]
