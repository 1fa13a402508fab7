"""A journal as beancount reads it.

Law: everything is declared before it is used, and every balance is asserted on the day after the
last, so that `bean-check` vouches for the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from services.gateway.exports.journals import CURRENCY, Journal, JournalEntry

NOT_A_NAME = re.compile(r"[^A-Za-z0-9-]+")


def as_beancount(journal: Journal, names: Mapping[str, str]) -> str:
    """`names` is what `account_names` says of the fund's every account."""
    return "\n".join(_written(journal, names)) + "\n"


def account_names(accounts: Iterable[str]) -> dict[str, str]:
    """A name for each account that beancount can take: each part begins with a capital or figure.

    The same accounts give the same names. Two that would be called alike are told apart by a
    number.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for account in sorted(set(accounts)):
        plain = name = ":".join(_part(part) for part in account.split(":"))
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        found[account] = name
    return found


def _part(part: str) -> str:
    name = NOT_A_NAME.sub("-", part) or "0"
    return f"X{name}" if name.startswith("-") else name[0].upper() + name[1:]


def _written(journal: Journal, names: Mapping[str, str]) -> Iterator[str]:
    yield f'option "title" "{_said(journal.title)}"'
    yield f'option "operating_currency" "{CURRENCY}"'
    if journal.opens_on is None or journal.ends_on is None:
        return
    yield f"{journal.opens_on} commodity {CURRENCY}"
    for account in journal.closing:
        yield f"{journal.opens_on} open {names[account]} {CURRENCY}"
        yield f'  ledger: "{account}"'
    for entry in journal.entries:
        yield from _entry(entry, names)
    yield ""
    after = journal.ends_on + timedelta(days=1)
    for account, pence in journal.closing.items():
        yield f"{after} balance {names[account]}  {pence} {CURRENCY}"


def _entry(entry: JournalEntry, names: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield f'{entry.on} * "{_said(entry.payee)}" ""'
    yield f'  year: "{entry.year}"'
    if entry.event:
        yield f'  event: "{entry.event}"'
    for account, pence in entry.postings:
        yield f"  {names[account]}  {pence} {CURRENCY}"


def _said(text: str) -> str:
    return " ".join(text.split()).replace("\\", "/").replace('"', "'")
