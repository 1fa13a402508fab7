"""A journal as hledger reads it.

Law: everything is declared before it is used, and the last entry asserts every balance, so that
`hledger check -s accounts commodities payees ordereddates` vouches for the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.gateway.exports.journals import CLOSING, CURRENCY, Journal, JournalEntry


def as_hledger(journal: Journal) -> str:
    return "\n".join(_written(journal)) + "\n"


def _written(journal: Journal) -> Iterator[str]:
    yield f"; {' '.join(journal.title.split())}. Whole pence ({CURRENCY}); debit +, credit -."
    yield f"commodity {CURRENCY}"
    yield from (f"payee {name}" for name in journal.payees)
    yield from (f"account {name}" for name in journal.closing)
    for entry in journal.entries:
        yield from _entry(entry)
    if journal.entries:
        yield ""
        yield f"{journal.ends_on} * {CLOSING}"
        for account, pence in journal.closing.items():
            yield f"    {account}  0 {CURRENCY} = {pence} {CURRENCY}"


def _entry(entry: JournalEntry) -> Iterator[str]:
    yield ""
    yield f"{entry.on} * {entry.payee}"
    yield f"    ; year: {entry.year}"
    if entry.event:
        yield f"    ; event: {entry.event}"
    for account, pence in entry.postings:
        yield f"    {account}  {pence} {CURRENCY}"
