"""The lines that are held against each other, and what a match of them is. Pure.

Law: a line keeps its number for as long as it is outstanding, through every reconciliation of its
account; ours is its place in the fund's journal, theirs its place in all extracts taken so far.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

import msgspec

Side = Literal["ours", "theirs"]
Kind = Literal["line", "late", "carried", "opening", "difference"]
"""`late` came into the books after the former cut; `opening` is what both began apart by;
`difference` is what a match accepted earlier left between the sides."""

Rule = Literal["exact", "window", "batch", "sum", "amount", "tolerance", "by-hand"]
Reason = Literal["", "transposition", "sign", "duplicate", "vat", "late", "unknown"]

RULES: tuple[Rule, ...] = get_args(Rule)[:6]
"""In the order of the rule book."""

SELF_CONFIRMING: frozenset[Rule] = frozenset({"exact", "batch"})
NOT_WRITTEN = re.compile(r"[^0-9A-Z]")


class Line(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Money in is plus. `row` is where it stood in its file, `text` what it says of itself."""

    number: int
    on: date
    amount_pence: int
    reference: str = ""
    batch: str = ""
    text: str = ""
    kind: Kind = "line"
    row: int = 0


class Match(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Lines of both sides that belong together, by number; `match` counts in a reconciliation."""

    match: int
    rule: Rule
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    ours_pence: int
    theirs_pence: int
    reason: Reason = ""

    @property
    def difference_pence(self) -> int:
        return self.ours_pence - self.theirs_pence


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a run may take for the same: days apart, pence apart, and pence apart in all."""

    window_days: int = 3
    tolerance_pence: int = 10
    tolerance_cap_pence: int = 100


def spelt(reference: str) -> str:
    """A reference as it is compared: capitals and digits, nothing else."""
    return NOT_WRITTEN.sub("", reference.upper())


def total_pence(lines: Iterable[Line]) -> int:
    return sum([line.amount_pence for line in lines])
