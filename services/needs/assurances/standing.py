"""Where every formal arrangement stands by the quality assurance framework on a day. Pure.

Law: a standard is overdue when its months have passed since the last look or, before any, since it
first applied; what a look found short stays open until a later look finds it met.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

import msgspec

from services.needs.assurances.arrangements import ArrangementRow
from services.needs.assurances.events import ArrangementLookedAt, Met
from services.needs.assurances.views import AssuranceRow, Remedy, Standard
from shared.published.terms import TextRef


class StandardStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How an arrangement does by one standard; `met` is None where nobody has looked yet."""

    standard: str
    title: str
    met: Met | None
    text: TextRef | None
    looked_on: date | None
    due_on: date
    overdue: bool

    @property
    def short(self) -> bool:
        return self.met in ("partly", "not-met")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One arrangement with its standards and the remedies agreed for them."""

    arrangement: ArrangementRow
    standards: tuple[StandardStanding, ...]
    looks: tuple[ArrangementLookedAt, ...]
    remedies: tuple[Remedy, ...]
    on: date

    @property
    def short(self) -> int:
        return sum(one.short for one in self.standards)

    @property
    def overdue(self) -> int:
        """Looks that are due and remedies past their day."""
        late = sum(one.done_on is None and one.agreed.due_on < self.on for one in self.remedies)
        return late + sum(one.overdue for one in self.standards)

    @property
    def open(self) -> bool:
        undone = any(one.done_on is None for one in self.remedies)
        return bool(self.short or self.overdue or undone)


def standings(
    row: AssuranceRow | None, arrangements: Iterable[ArrangementRow], on: date
) -> list[Standing]:
    """Every arrangement that runs on a day, those with something open first, then by title."""
    held = row or AssuranceRow(partnership="")
    found = [_standing(held, one, on) for one in arrangements if one.runs(on)]
    return sorted(
        found,
        key=lambda one: (not one.open, one.arrangement.title, one.arrangement.arrangement),
    )


def _standing(row: AssuranceRow, of: ArrangementRow, on: date) -> Standing:
    looks = tuple(
        one for one in row.looks if one.arrangement == of.arrangement and one.looked_on <= on
    )
    remedies = tuple(
        one
        if one.done_on is None or one.done_on <= on
        else msgspec.structs.replace(one, done_on=None)
        for one in row.remedies
        if one.agreed.arrangement == of.arrangement and one.agreed_on <= on
    )
    return Standing(
        arrangement=of,
        standards=tuple(
            _by(one, of, looks, on)
            for one in row.standards
            if of.kind in one.asked.kinds and one.asks(on)
        ),
        looks=looks,
        remedies=remedies,
        on=on,
    )


def _by(
    standard: Standard, of: ArrangementRow, looks: Iterable[ArrangementLookedAt], on: date
) -> StandardStanding:
    asked = standard.asked
    last: tuple[date, Met, TextRef | None] | None = None
    for look in looks:
        for one in look.findings:
            if one.standard == asked.standard:
                last = (look.looked_on, one.met, one.text)
    since = last[0] if last else max(of.begins_on, asked.set_on)
    due_on = months_after(since, asked.every_months)
    return StandardStanding(
        standard=asked.standard,
        title=asked.title,
        met=last[1] if last else None,
        text=last[2] if last else None,
        looked_on=last[0] if last else None,
        due_on=due_on,
        overdue=due_on < on,
    )


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
