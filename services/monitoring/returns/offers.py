"""What a provider hands in, whichever way it comes: form, JSON, CSV or spreadsheet.

Law: an offer is judged as it stands; nothing is filled in, rounded or evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.published.monitoring import Risk
from shared.published.terms import BrokenDown, BudgetLine, MeasureId, Reading, Term, TextRef


class Explained(Term, frozen=True, kw_only=True):
    """Why a figure that a rule asks about is right; `measure` is empty for the whole return."""

    rule: str
    measure: MeasureId = ""
    text: TextRef


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What two versions of a return are compared by."""

    readings: tuple[Reading, ...] = ()
    breakdowns: tuple[BrokenDown, ...] = ()
    budget: tuple[BudgetLine, ...] = ()


class Offer(Term, frozen=True, kw_only=True):
    """The figures of a return and what was said about them. `incidents` have been reported by
    themselves; a return only names them.
    """

    readings: tuple[Reading, ...] = ()
    breakdowns: tuple[BrokenDown, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    complaints: int = 0
    compliments: int = 0
    story: TextRef | None = None
    nil: bool = False
    explanations: tuple[Explained, ...] = ()
    risks: tuple[Risk, ...] = ()
    incidents: tuple[str, ...] = ()

    @property
    def figures(self) -> Figures:
        return Figures(readings=self.readings, breakdowns=self.breakdowns, budget=self.budget)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many figures are new, changed and as they were in the version before."""

    created: int
    updated: int
    unchanged: int


def keyed(figures: Figures) -> Mapping[tuple[str, ...], Any]:
    """Each figure by what names it; a later one of the same name wins."""
    found: dict[tuple[str, ...], Any] = {}
    for reading in figures.readings:
        found["reading", reading.measure, reading.period] = reading
    for part in figures.breakdowns:
        found["breakdown", part.measure, part.breakdown, part.group] = part
    for line in figures.budget:
        found["budget", line.element] = line
    return found


def counted(before: Figures, after: Figures) -> Counts:
    old, new = keyed(before), keyed(after)
    same = sum(old.get(key) == figure for key, figure in new.items())
    return Counts(
        created=sum(key not in old for key in new),
        updated=sum(key in old and old[key] != figure for key, figure in new.items()),
        unchanged=same,
    )
