"""A stretch of a fund's journal, as a bookkeeper would open, keep and close it. Pure.

Law: what came before the stretch comes first, as one opening entry for each year's books; so the
balances at its end are the ledger's own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from services.gateway.ledgers import accounts
from services.gateway.ledgers.transactions import PostingLine
from shared.published.terms import FinancialYear

CURRENCY = "GBX"
OPENING = "Opening balances"
CLOSING = "Closing balances"
UNSAFE = re.compile(r"[\s|;\"\\\x00-\x1f\x7f]+")


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction: what moved on which account, in pence, debit +, credit -."""

    on: date
    payee: str
    year: FinancialYear
    postings: tuple[tuple[str, int], ...]
    event: str = ""


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in the order of their days, and every account's balance after the last.

    `opens_on` is the first day of which anything is said; None: nothing is.
    """

    title: str
    opens_on: date | None
    ends_on: date | None
    entries: tuple[JournalEntry, ...]
    closing: dict[str, int]

    @property
    def payees(self) -> list[str]:
        return sorted({entry.payee for entry in self.entries} | {CLOSING})


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """From which day to which, both included; whose books, and whether the budget's half too."""

    first: date | None = None
    last: date | None = None
    year: FinancialYear = ""
    budget: bool = True


def journal(title: str, lines: Iterable[PostingLine], span: Span) -> Journal:
    """The stretch of a fund's lines that a span asks for; a late posting stands on its own day."""
    wanted = [line for line in lines if _wanted(line, span)]
    before = [line for line in wanted if span.first and line.effective_on < span.first]
    within = [line for line in wanted if not span.first or line.effective_on >= span.first]
    moved = sorted(_entries(within), key=lambda entry: entry.on)
    opens_on = span.first or (moved[0].on if moved else None)
    opening = _opening(before, opens_on) if opens_on else ()
    entries = (*opening, *moved)
    closing: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        for account, pence in entry.postings:
            closing[account] += pence
    ends_on = entries[-1].on if entries else opens_on
    return Journal(
        title=title,
        opens_on=opens_on,
        ends_on=max(ends_on, span.last) if ends_on and span.last else ends_on,
        entries=entries,
        closing=dict(sorted(closing.items())),
    )


def _wanted(line: PostingLine, span: Span) -> bool:
    if span.last and line.effective_on > span.last:
        return False
    if span.year and line.year != span.year:
        return False
    return span.budget or not accounts.is_budget(line.account)


def _opening(before: Sequence[PostingLine], on: date) -> tuple[JournalEntry, ...]:
    """Each year's balances as they were when the stretch began; of nothing, no entry."""
    years: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in before:
        years[line.year][line.account] += line.amount_pence
    return tuple(
        JournalEntry(on=on, payee=f"{OPENING} {year}", year=year, postings=postings)
        for year, found in sorted(years.items())
        if (postings := tuple((one, pence) for one, pence in sorted(found.items()) if pence))
    )


def _entries(lines: Iterable[PostingLine]) -> list[JournalEntry]:
    """Lines put together again as the transactions they were posted in."""
    found: defaultdict[tuple[str, int], list[PostingLine]] = defaultdict(list)
    for line in lines:
        found[str(line.event_id), line.transaction].append(line)
    return [
        JournalEntry(
            on=one[0].effective_on,
            payee=payee(one),
            year=one[0].year,
            event=event,
            postings=tuple((line.account, line.amount_pence) for line in one),
        )
        for (event, _), one in found.items()
    ]


def payee(lines: Sequence[PostingLine]) -> str:
    """What happened, in words, and of what: contract, element, partner, period, reference."""
    partners = {line.partner for line in lines}
    contracts = sorted({line.contract for line in lines} - {""})
    elements = sorted({line.element for line in lines} - {""})
    words = [lines[0].code.replace("-", " ").capitalize(), *contracts, *elements]
    words += [*partners] if len(partners) == 1 else []
    words += [lines[0].period, lines[0].reference]
    return UNSAFE.sub(" ", " ".join(word for word in words if word)).strip()
