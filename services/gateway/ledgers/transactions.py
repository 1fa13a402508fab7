"""What a posting is: entries on accounts that belong together, and the line each leaves behind.

Law: a line once written is never changed; its event, and what it names, lead to its cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from shared.published.terms import AgencyId, ContractId, FinancialYear, Period

Code = Literal[
    "contract-signed",
    "contract-varied",
    "contract-extended",
    "commitment-opened",
    "commitment-released",
    "payment-certified",
    "certification-reversed",
    "expenditure-accrued",
    "accrual-reversed",
    "payment-made",
    "amount-withheld",
    "withholding-released",
    "withholding-forfeited",
    "balance-brought-forward",
    "carried-into-next-year",
    "contribution-agreed",
    "contribution-reduced",
    "contribution-invoiced",
    "contribution-received",
    "risk-share-received",
    "cost-trued-up",
    "risk-share-settled",
    "underspend-carried-forward",
    "underspend-returnable",
    "underspend-returned",
    "fund-unwound",
]

PostedElement = Literal["Block", "Activity", "Fee", "Outcome", ""]
"""A contract element, or none at all."""


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One side of a transaction: debit +, credit -. `weighting` is which of the year's weights
    split a cost.
    """

    account: str
    amount_pence: int
    contract: ContractId = ""
    partner: AgencyId = ""
    element: PostedElement = ""
    weighting: int = 0

    def negated(self) -> Entry:
        return msgspec.structs.replace(self, amount_pence=-self.amount_pence)


class Transaction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Entries of one year's books. Entries of nothing are left out.

    `reference` is the certificate, accrual, payment, withholding or remittance it is about.
    """

    code: Code
    year: FinancialYear
    effective_on: date
    entries: tuple[Entry, ...]
    reference: str = ""
    period: Period = ""


class PostingLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry as it is kept. `transaction` numbers the event's transactions from 0."""

    fund: str
    year: FinancialYear
    effective_on: date
    account: str
    amount_pence: int
    code: Code
    event_id: UUID
    transaction: int
    contract: ContractId = ""
    partner: AgencyId = ""
    element: PostedElement = ""
    reference: str = ""
    period: Period = ""


def only_sums(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.amount_pence)


def posting_lines(
    fund: str, event_id: UUID, transactions: Iterable[Transaction]
) -> tuple[PostingLine, ...]:
    return tuple(
        PostingLine(
            fund=fund,
            year=transaction.year,
            effective_on=transaction.effective_on,
            account=entry.account,
            amount_pence=entry.amount_pence,
            code=transaction.code,
            event_id=event_id,
            transaction=number,
            contract=entry.contract,
            partner=entry.partner,
            element=entry.element,
            reference=transaction.reference,
            period=transaction.period,
        )
        for number, transaction in enumerate(transactions)
        for entry in transaction.entries
    )
