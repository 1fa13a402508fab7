"""How a partnership means to turn the curve of an outcome, as it is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.needs.curves.decider import CURVES
from services.needs.curves.events import (
    CurveActionDone,
    CurveAimSet,
    CurveEntryRemoved,
    CurveEntryWritten,
)
from shared.entries.rules import CHEAP
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import OutcomeId, PartnershipId

Lack = Literal["story", "partner", "low-cost-idea", "action"]


class CurveEntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that stands; `at` is when its words were written."""

    written: CurveEntryWritten
    at: datetime
    done_on: date | None = None


class CurveRow(Row, frozen=True, kw_only=True):
    """`aims` holds the newest aim of each indicator."""

    partnership: PartnershipId = ""
    outcome: OutcomeId = ""
    entries: tuple[CurveEntryLine, ...] = ()
    aims: tuple[CurveAimSet, ...] = ()
    version: int = 0


def lacking(row: CurveRow | None) -> list[Lack]:
    """What a whole page still needs."""
    entries = row.entries if row else ()
    sections = {one.written.section for one in entries}
    found: list[Lack] = [name for name in ("story", "partner") if name not in sections]
    if not any(one.written.cost in CHEAP for one in entries):
        found.append("low-cost-idea")
    if not any(one.written.section == "action" and one.done_on is None for one in entries):
        found.append("action")
    return found


def fold(row: CurveRow | None, recorded: Recorded) -> CurveRow | None:
    """The row after one more event of its curve."""
    event = recorded.event
    row = row or CurveRow(
        partnership=getattr(event, "partnership", ""), outcome=getattr(event, "outcome", "")
    )
    return replace(_changed(row, recorded), version=recorded.envelope.version)


def _changed(row: CurveRow, recorded: Recorded) -> CurveRow:
    match recorded.event:
        case CurveEntryWritten() as written:
            before = {one.written.entry: one for one in row.entries}
            old = before.get(written.entry)
            line = CurveEntryLine(
                written=written, at=recorded.recorded_at, done_on=old.done_on if old else None
            )
            return replace(row, entries=tuple({**before, written.entry: line}.values()))
        case CurveEntryRemoved() as removed:
            left = tuple(one for one in row.entries if one.written.entry != removed.entry)
            return replace(row, entries=left)
        case CurveActionDone() as done:
            entries = tuple(
                replace(one, done_on=done.done_on) if one.written.entry == done.entry else one
                for one in row.entries
            )
            return replace(row, entries=entries)
        case CurveAimSet() as aim:
            others = tuple(one for one in row.aims if one.indicator != aim.indicator)
            return replace(row, aims=(*others, aim))
        case _:
            return row


CURVE_ROWS: View[CurveRow] = View(
    name="curves",
    source="needs",
    row=CurveRow,
    events=CURVES.events,
    key=subject_of,
    fold=fold,
    history=True,
    indexes=("partnership",),
)
