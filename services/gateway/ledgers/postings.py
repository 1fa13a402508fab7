"""The posting rules: one published event against the books becomes balanced transactions.

Law: a rule reads the books and changes nothing; what a closed year came to is never touched.
"""

from __future__ import annotations

from services.gateway.ledgers import accounts
from services.gateway.ledgers.book import ContractEvent, FundBook, LedgerEvent, YearIsClosed
from services.gateway.ledgers.contract_postings import contract_transactions
from services.gateway.ledgers.fund_postings import fund_transactions
from services.gateway.ledgers.transactions import Transaction
from shared.published import contracts

Settling = (
    contracts.RiskShareSettled
    | contracts.UnderspendCarriedForward
    | contracts.UnderspendReturned
    | contracts.FundUnwound
)


def transactions(book: FundBook, event: LedgerEvent) -> tuple[Transaction, ...]:
    """Raises, in this order: YearNotOpen, Unknown, AlreadyPosted, YearIsClosed, YearNotClosed."""
    if isinstance(event, ContractEvent):
        posted = contract_transactions(book, event)
    else:
        posted = fund_transactions(book, event)
    if not isinstance(event, Settling):
        for transaction in posted:
            _refuse_a_closed_year(book, transaction)
    return posted


def _refuse_a_closed_year(book: FundBook, transaction: Transaction) -> None:
    """A closed year's debts may still be paid and collected; its result and budget stand."""
    year = book.years.get(transaction.year)
    if year is None or not year.closed:
        return
    if any(accounts.makes_the_result(entry.account) for entry in transaction.entries):
        raise YearIsClosed(f"{transaction.code} in {transaction.year}")
