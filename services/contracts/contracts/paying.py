"""The rules of paying: invoices, payments by two people, and what a clause lets be kept back.

Law: no payment is more than what is owed, and nobody approves what they prepared.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.contracts.certifying import posting_year
from services.contracts.contracts.commands import (
    ApprovePayment,
    DisputeInvoice,
    ForfeitWithholding,
    PreparePayment,
    ReceiveInvoice,
    ReleaseWithholding,
    SettleDispute,
    TurnDownPayment,
    WithholdAmount,
)
from services.contracts.contracts.events import (
    ContractEvent,
    CostCharged,
    InvoiceDisputeSettled,
    PaymentPrepared,
    PaymentTurnedDown,
)
from services.contracts.contracts.money import Certificate, Payment, Withholding
from services.contracts.contracts.refusals import (
    AboveClause,
    AboveWithheld,
    ApproverIsPreparer,
    DuplicateInvoice,
    FlagNotUpheld,
    InAnotherPayment,
    InvoiceIsDisputed,
    NothingPayable,
    NoWithholdingClause,
    PaymentMoved,
    PeriodOutside,
    SanctionsNotLive,
    SelfBilled,
    TwoYears,
    UnknownCertificate,
    UnknownInvoice,
    UnknownPayment,
    UnknownWithholding,
    YearFrozen,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    AmountWithheld,
    InvoiceDisputed,
    InvoiceReceived,
    PaymentMade,
    WithholdingForfeited,
    WithholdingReleased,
)
from shared.values.quarters import first_day, last_day
from shared.values.shares import portion

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
    return [InvoiceDisputeSettled(invoice=command.invoice, reason=command.reason)]


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


def withhold(command: WithholdAmount, contract: Signed) -> Events:
    """Keeps back basis points of a certificate's net sum, rounded down, all withholdings together
    within the clause.

    Refuses: NoWithholdingClause, SanctionsNotLive, FlagNotUpheld, UnknownCertificate,
    InAnotherPayment, AboveClause.
    """
    clause = contract.terms.withholding
    if clause is None:
        raise NoWithholdingClause
    on, live_on = london_date(command.now), contract.terms.sanctions_live_on
    if live_on is None or on < live_on:
        raise SanctionsNotLive
    if not command.flag_upheld:
        raise FlagNotUpheld
    certificate = contract.books.standing.get(command.certificate)
    if certificate is None:
        raise UnknownCertificate
    if certificate.payment:
        raise InAnotherPayment
    amount = portion(certificate.net_pence, command.basis_points)
    kept = certificate.withheld_pence + certificate.forfeited_pence
    most = min(portion(certificate.net_pence, clause.basis_points) - kept, certificate.owed_pence)
    if amount == 0 or amount > most:
        raise AboveClause(pointer="/body/basis_points")
    withheld = AmountWithheld(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=certificate.year,
        withholding=command.withholding,
        certificate=command.certificate,
        amount_pence=amount,
        clause=clause.clause,
        flag=command.flag,
        effective_on=on,
    )
    return [withheld]


def _kept(contract: Signed, name: str, amount_pence: int) -> Withholding:
    """Refuses: UnknownWithholding, AboveWithheld."""
    kept = contract.books.withholdings.get(name)
    if kept is None or kept.left_pence == 0:
        raise UnknownWithholding
    if not 0 < amount_pence <= kept.left_pence:
        raise AboveWithheld(pointer="/body/amount_pence")
    return kept


def release_withholding(command: ReleaseWithholding, contract: Signed) -> Events:
    """It is owed again. Refuses: UnknownWithholding, AboveWithheld, InAnotherPayment."""
    kept = _kept(contract, command.withholding, command.amount_pence)
    if contract.books.certificates[kept.certificate].payment:
        raise InAnotherPayment
    released = WithholdingReleased(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=kept.year,
        withholding=command.withholding,
        amount_pence=command.amount_pence,
        effective_on=london_date(command.now),
    )
    return [released]


def forfeit_withholding(command: ForfeitWithholding, contract: Signed) -> Events:
    """The cost goes down for good, in the open year. Refuses: UnknownWithholding, AboveWithheld,
    YearFrozen.
    """
    kept = _kept(contract, command.withholding, command.amount_pence)
    year = posting_year(contract, kept.year)
    if year is None:
        raise YearFrozen
    forfeited = WithholdingForfeited(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        withholding=command.withholding,
        certificate=kept.certificate,
        amount_pence=command.amount_pence,
        effective_on=london_date(command.now),
    )
    back = CostCharged(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        element=contract.books.certificates[kept.certificate].element,
        reference=command.withholding,
        cost_pence=-command.amount_pence,
        of_commitment_pence=0,
    )
    return [forfeited, back]
