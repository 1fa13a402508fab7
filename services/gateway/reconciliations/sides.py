"""Our side and theirs as they begin: the journal, the extract, and what was outstanding. Pure.

Law: the difference of the balances is the total of our lines less the total of theirs, so that
whatever stands between the two is a line somebody can point at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from services.gateway.ledgers.transactions import Code
from services.gateway.reconciliations.lines import Line, total_pence
from services.gateway.reconciliations.state import Working

ROLLING: frozenset[Code] = frozenset({"balance-brought-forward", "carried-into-next-year"})
"""Postings that move a balance from year to year: no bank has a line for them."""


class JournalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the account in the fund's journal, by its number there."""

    number: int
    effective_on: date
    amount_pence: int
    code: str
    reference: str
    text: str


class Outstanding(msgspec.Struct, frozen=True, kw_only=True):
    """What a reconciliation left open, on both sides, and how far it had come."""

    ours: tuple[Line, ...] = ()
    theirs: tuple[Line, ...] = ()
    journal_to: int = 0
    last_number: int = 0
    to_on: date | None = None
    their_balance_pence: int = 0


class OurSide(msgspec.Struct, frozen=True, kw_only=True):
    lines: tuple[Line, ...]
    balance_pence: int
    journal_to: int


def outstanding(work: Working, ours: Sequence[Line], theirs: Sequence[Line]) -> Outstanding:
    """What no match has taken; and where a match left a difference, that as a line of its own."""
    matched = {
        (side, number)
        for one in work.confirmed.values()
        for side, numbers in (("ours", one.match.ours), ("theirs", one.match.theirs))
        for number in numbers
    }
    open_ours = [carried(one) for one in ours if ("ours", one.number) not in matched]
    open_theirs = [carried(one) for one in theirs if ("theirs", one.number) not in matched]
    lowest = min([0, *(one.number for one in ours)])
    references = {one.number: one.reference for one in ours}
    left = [one.match for _, one in sorted(work.confirmed.items()) if one.match.difference_pence]
    differences = [
        Line(
            number=lowest - place,
            on=work.taken.to_on,
            amount_pence=one.difference_pence,
            reference=references.get(one.ours[0], "") if one.ours else "",
            text="Difference accepted in an earlier reconciliation",
            kind="difference",
        )
        for place, one in enumerate(left, 1)
    ]
    return Outstanding(
        ours=(*open_ours, *differences),
        theirs=tuple(open_theirs),
        journal_to=work.taken.journal_to,
        last_number=work.taken.last_number,
        to_on=work.taken.to_on,
        their_balance_pence=work.taken.theirs.balance_pence,
    )


def carried(line: Line) -> Line:
    """The line as it stands in the next reconciliation; a made-up one stays what it is."""
    return line if line.kind in ("opening", "difference") else replace(line, kind="carried")


def our_side(
    journal: Sequence[JournalLine],
    journal_to: int,
    before: Outstanding,
    from_on: date,
    their_opening_pence: int,
) -> OurSide:
    """`journal` has the account's lines up to the last day, of every year."""
    balance = sum([one.amount_pence for one in journal])
    known = before.to_on
    if known is None:
        fresh = [o for o in journal if o.effective_on >= from_on and o.code not in ROLLING]
        begun = balance - sum([one.amount_pence for one in fresh]) - their_opening_pence
        text = "The books and the extract began apart by this"
    else:
        new = [one for one in journal if _is_new(one, before.journal_to, known)]
        fresh = [one for one in new if one.code not in ROLLING]
        begun = sum([one.amount_pence for one in new if one.code in ROLLING])
        text = "Balances brought forward that do not cancel out"
    lowest = min([0, *(one.number for one in before.ours)])
    made_up = (
        [Line(number=lowest - 1, on=from_on, amount_pence=begun, text=text, kind="opening")]
        if begun
        else []
    )
    lines = [*before.ours, *made_up, *(_line(one, known) for one in fresh)]
    return OurSide(lines=tuple(lines), balance_pence=balance, journal_to=journal_to)


def _is_new(line: JournalLine, journal_to: int, known_to: date) -> bool:
    """Not in the former reconciliation: later in time, or posted after it was taken."""
    return line.number > journal_to or line.effective_on > known_to


def _line(line: JournalLine, known_to: date | None) -> Line:
    late = known_to is not None and line.effective_on <= known_to
    return Line(
        number=line.number,
        on=line.effective_on,
        amount_pence=line.amount_pence,
        reference=line.reference,
        text=line.text,
        kind="late" if late else "line",
    )


def their_side(fresh: Iterable[Line], before: Outstanding) -> tuple[Line, ...]:
    return (*before.theirs, *fresh)


def balanced(ours: OurSide, theirs: Sequence[Line], their_balance_pence: int) -> bool:
    """Whether the law of this module holds."""
    apart = ours.balance_pence - their_balance_pence
    return apart == total_pence(ours.lines) - total_pence(theirs)
