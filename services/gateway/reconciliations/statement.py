"""The statement of a reconciliation: how far apart the balances are, and what explains it. Pure.

Law: the difference is what is explained and what is not, to the penny.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

from services.gateway.reconciliations.lines import Line, total_pence
from shared.published.terms import Term

AgeBand = Literal["0-7", "8-30", "31-60", "61-90", "over-90"]
BANDS: tuple[tuple[int, AgeBand], ...] = ((7, "0-7"), (30, "8-30"), (60, "31-60"), (90, "61-90"))


class Statement(Term, frozen=True, kw_only=True):
    """Sums are ours less theirs. `open_lines` are neither matched nor marked; what of the
    unexplained lies in suspense, with approval, is `suspense_pence`.
    """

    our_balance_pence: int
    their_balance_pence: int
    difference_pence: int
    timing_pence: int
    errors_pence: int
    tolerance_pence: int
    explained_pence: int
    unexplained_pence: int
    suspense_pence: int = 0
    matched_lines: int = 0
    proposed_lines: int = 0
    timing_lines: int = 0
    error_lines: int = 0
    open_lines: int = 0


class Aged(Term, frozen=True, kw_only=True):
    """Lines of one side and one age, in days up to the last of the period."""

    band: AgeBand
    lines: int
    total_pence: int


def band_of(days: int) -> AgeBand:
    for most, band in BANDS:
        if days <= most:
            return band
    return "over-90"


def aged(lines: Iterable[Line], to_on: date) -> tuple[Aged, ...]:
    """Every band, also those with nothing in them."""
    bands: dict[AgeBand, list[Line]] = {band: [] for band in get_args(AgeBand)}
    for line in lines:
        bands[band_of((to_on - line.on).days)].append(line)
    return tuple(
        Aged(band=band, lines=len(held), total_pence=total_pence(held))
        for band, held in bands.items()
    )
