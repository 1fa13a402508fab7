"""The view of every pooled fund's books, with a line for each entry ever posted.

Law: a fund's books follow contracts' publications in order; an event they cannot take parks that
fund and no other.
"""

from __future__ import annotations

from typing import get_args

from services.gateway.ledgers.book import (
    ContractEvent,
    FundBook,
    FundEvent,
    LedgerEvent,
    Unknown,
    evolve,
)
from services.gateway.ledgers.identities import check
from services.gateway.ledgers.postings import transactions
from services.gateway.ledgers.transactions import PostingLine, Transaction, posting_lines
from shared.eventsourcing.events import Event, Recorded
from shared.eventsourcing.views import View
from shared.published import contracts

POSTED_EVENTS: tuple[type[Event], ...] = (*get_args(FundEvent), *get_args(ContractEvent))

Agreeing = contracts.ContractSigned | contracts.ContractVaried | contracts.ContractExtended


def fund_of(event: Event) -> str | None:
    """The fund an event concerns; None where it moves no pooled money."""
    if not isinstance(event, LedgerEvent):
        return None
    return (event.terms.fund if isinstance(event, Agreeing) else event.fund) or None


def post(book: FundBook, event: LedgerEvent) -> tuple[FundBook, tuple[Transaction, ...]]:
    """The books after an event, checked. Raises CannotPost or BooksDoNotBalance."""
    posted = transactions(book, event)
    after = evolve(book, event, posted)
    check(book, event, posted, after)
    return after, posted


def fold(book: FundBook | None, recorded: Recorded) -> tuple[FundBook, tuple[PostingLine, ...]]:
    event = recorded.event
    fund = fund_of(event)
    if fund is None or not isinstance(event, LedgerEvent):
        raise Unknown(f"{type(event).__name__} is no event of a fund")
    after, posted = post(book or FundBook(fund=fund), event)
    return after, posting_lines(fund, recorded.envelope.event_id, posted)


FUND_BOOKS: View[FundBook] = View(
    name="fund_books",
    source="contracts",
    row=FundBook,
    events=POSTED_EVENTS,
    key=lambda recorded: fund_of(recorded.event),
    fold=fold,
    emits=PostingLine,
    indexes=("partnership",),
)
