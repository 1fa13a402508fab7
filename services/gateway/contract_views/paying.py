"""A contract's money, read from its facts: certified, invoiced, withheld, paid.

Law: a certificate that was reversed stays in sight and counts for nothing; sums are whole pence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from shared.published import contracts
from shared.published.terms import ContractTerms, Element, Period

Facts = Sequence[tuple[date, object]]
"""What happened, each with the day it was so."""


class CertificateRead(msgspec.Struct, frozen=True, kw_only=True):
    """Service certified. `payment` names what paid it; withheld is what is still kept back, and
    co-paid what somebody outside the fund pays.
    """

    certificate: str
    element: Element
    period: Period
    year: str
    amount_pence: int
    vat_pence: int
    capped_pence: int
    return_version: int
    on: date
    reversed_on: date | None = None
    payment: str = ""
    withheld_pence: int = 0
    co_paid_pence: int = 0


class PaymentRead(msgspec.Struct, frozen=True, kw_only=True):
    payment: str
    on: date
    year: str
    amount_pence: int
    certificates: tuple[str, ...]


class InvoiceRead(msgspec.Struct, frozen=True, kw_only=True):
    invoice: str
    period: Period
    net_pence: int
    vat_pence: int
    received_on: date
    disputed: bool = False
    self_billed: bool = False


class WithholdingRead(msgspec.Struct, frozen=True, kw_only=True):
    withholding: str
    certificate: str
    clause: str
    flag: str
    period: Period
    on: date
    amount_pence: int
    released_pence: int = 0
    forfeited_pence: int = 0


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """The contract's money to that day: net pence, but what is paid and owed has its VAT."""

    agreed_pence: int
    certified_pence: int
    accrued_pence: int
    paid_pence: int
    withheld_pence: int
    owed_pence: int


def certificates_in(facts: Facts) -> tuple[CertificateRead, ...]:
    found: dict[str, CertificateRead] = {}
    for on, event in facts:
        match event:
            case contracts.PaymentCertified():
                found[event.certificate] = _certificate(on, event)
            case contracts.CertificationReversed() if event.certificate in found:
                found[event.certificate] = replace(found[event.certificate], reversed_on=on)
            case contracts.PaymentMade():
                for certificate in found.keys() & set(event.certificates):
                    found[certificate] = replace(found[certificate], payment=event.payment)
            case _:
                pass
    held = withholdings_in(facts)
    return tuple(
        replace(one, withheld_pence=_kept_back(w for w in held if w.certificate == one.certificate))
        for one in found.values()
    )


def _certificate(on: date, event: contracts.PaymentCertified) -> CertificateRead:
    return CertificateRead(
        certificate=event.certificate,
        element=event.element,
        period=event.period,
        year=event.year,
        amount_pence=event.amount_pence,
        vat_pence=event.vat_pence,
        capped_pence=event.capped_pence,
        return_version=event.return_version,
        on=on,
        co_paid_pence=event.co_paid_pence,
    )


def payments_in(facts: Facts) -> tuple[PaymentRead, ...]:
    return tuple(
        PaymentRead(
            payment=event.payment,
            on=on,
            year=event.year,
            amount_pence=event.amount_pence,
            certificates=event.certificates,
        )
        for on, event in facts
        if isinstance(event, contracts.PaymentMade)
    )


def invoices_in(facts: Facts) -> tuple[InvoiceRead, ...]:
    disputed: set[str] = set()
    for _, event in facts:
        match event:
            case contracts.InvoiceDisputed():
                disputed.add(event.invoice)
            case contracts.InvoiceDisputeSettled():
                disputed.discard(event.invoice)
            case _:
                pass
    return tuple(
        InvoiceRead(
            invoice=event.invoice,
            period=event.period,
            net_pence=event.net_pence,
            vat_pence=event.vat_pence,
            received_on=event.received_on,
            disputed=event.invoice in disputed,
            self_billed=event.self_billed,
        )
        for _, event in facts
        if isinstance(event, contracts.InvoiceReceived)
    )


def withholdings_in(facts: Facts) -> tuple[WithholdingRead, ...]:
    found: dict[str, WithholdingRead] = {}
    for on, event in facts:
        match event:
            case contracts.AmountWithheld():
                found[event.withholding] = WithholdingRead(
                    withholding=event.withholding,
                    certificate=event.certificate,
                    clause=event.clause,
                    flag=event.flag,
                    period=event.period,
                    on=on,
                    amount_pence=event.amount_pence,
                )
            case contracts.WithholdingReleased() if held := found.get(event.withholding):
                released = held.released_pence + event.amount_pence
                found[event.withholding] = replace(held, released_pence=released)
            case contracts.WithholdingForfeited() if held := found.get(event.withholding):
                forfeited = held.forfeited_pence + event.amount_pence
                found[event.withholding] = replace(held, forfeited_pence=forfeited)
            case _:
                pass
    return tuple(found.values())


def _kept_back(withholdings: Iterable[WithholdingRead]) -> int:
    return sum(w.amount_pence - w.released_pence - w.forfeited_pence for w in withholdings)


def money_in(terms: ContractTerms, facts: Facts) -> Money:
    """Owed is what is certified, with its VAT, and neither paid, withheld nor forfeited."""
    standing = [one for one in certificates_in(facts) if one.reversed_on is None]
    certified = sum(one.amount_pence for one in standing)
    vat = sum(one.vat_pence for one in standing)
    paid = sum(payment.amount_pence for payment in payments_in(facts))
    withholdings = withholdings_in(facts)
    withheld = _kept_back(withholdings)
    forfeited = sum(one.forfeited_pence for one in withholdings)
    return Money(
        agreed_pence=sum(terms.commitments.values()),
        certified_pence=certified,
        accrued_pence=_accrued(facts),
        paid_pence=paid,
        withheld_pence=withheld,
        owed_pence=certified + vat - paid - withheld - forfeited,
    )


def _accrued(facts: Facts) -> int:
    accrued = 0
    for _, event in facts:
        match event:
            case contracts.ExpenditureAccrued():
                accrued += event.amount_pence
            case contracts.AccrualReversed():
                accrued -= event.amount_pence
            case _:
                pass
    return accrued
