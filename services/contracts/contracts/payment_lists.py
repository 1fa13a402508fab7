"""What the law has a payer publish: payment within 30 days, and payments over £30,000. Pure.

Law: a day is counted from the certificate, which stands for the invoice; what is disputed counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from services.contracts.contracts.state import Signed

DAYS = 30
LARGE_PENCE = 30_000_00
BASIS_POINTS = 10_000


class PaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that was paid, or that should have been. `paid_on` None: it is still owed."""

    fund: str
    contract: str
    provider: str
    certificate: str
    certified_on: date
    paid_on: date | None
    days: int
    within_30_days: bool
    amount_pence: int


class LargePayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of more than £30,000, VAT included."""

    fund: str
    contract: str
    title: str
    provider: str
    payment: str
    paid_on: date
    amount_pence: int


class Compliance(msgspec.Struct, frozen=True, kw_only=True):
    """Of the certificates paid in a period or overdue at its end."""

    certificates: int
    within_30_days: int
    within_30_days_basis_points: int
    average_days: int
    overdue: int


def compliance(contracts: Iterable[Signed], starts_on: date, ends_on: date) -> list[PaidLine]:
    """Every certificate paid between two days, and every one more than 30 days old and unpaid on
    the last.
    """
    found = [line for contract in contracts for line in _lines(contract, ends_on)]
    return sorted(
        (
            line
            for line in found
            if (line.paid_on is None and not line.within_30_days)
            or (line.paid_on is not None and starts_on <= line.paid_on <= ends_on)
        ),
        key=lambda line: (line.certified_on, line.certificate),
    )


def _lines(contract: Signed, ends_on: date) -> Iterator[PaidLine]:
    """A later payment than the last day counts as none yet."""
    books = contract.books
    made = {
        name: payment.made_on
        for payment in books.payments.values()
        if payment.status == "made" and payment.made_on
        for name in payment.certificates
        if payment.made_on <= ends_on
    }
    for name, certificate in books.certificates.items():
        paid_on = made.get(name)
        owed = certificate.owed_pence if paid_on is None else certificate.paid_pence
        certified_on = certificate.certified_on or certificate.due_on
        if owed <= 0 or certified_on > ends_on:
            continue
        days = ((paid_on or ends_on) - certified_on).days
        yield PaidLine(
            fund=contract.terms.fund,
            contract=contract.contract,
            provider=contract.terms.provider,
            certificate=name,
            certified_on=certified_on,
            paid_on=paid_on,
            days=days,
            within_30_days=days <= DAYS,
            amount_pence=owed,
        )


def summary(lines: Iterable[PaidLine]) -> Compliance:
    every = list(lines)
    paid = [line for line in every if line.paid_on is not None]
    on_time = sum(line.within_30_days for line in paid)
    return Compliance(
        certificates=len(every),
        within_30_days=on_time,
        within_30_days_basis_points=on_time * BASIS_POINTS // len(every) if every else BASIS_POINTS,
        average_days=sum(line.days for line in paid) // len(paid) if paid else 0,
        overdue=len(every) - len(paid),
    )


def large(contracts: Iterable[Signed], starts_on: date, ends_on: date) -> list[LargePayment]:
    """Every payment above £30,000 made between two days, the earliest first."""
    found = (
        LargePayment(
            fund=contract.terms.fund,
            contract=contract.contract,
            title=contract.terms.title,
            provider=contract.terms.provider,
            payment=name,
            paid_on=payment.made_on,
            amount_pence=payment.amount_pence,
        )
        for contract in contracts
        for name, payment in contract.books.payments.items()
        if payment.status == "made" and payment.made_on and payment.amount_pence > LARGE_PENCE
    )
    return sorted(
        (one for one in found if starts_on <= one.paid_on <= ends_on),
        key=lambda one: (one.paid_on, one.payment),
    )
