"""Informal notes about measures, as they are listed: they open no case and start no clock."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.monitoring import NoteMade
from shared.published.terms import ContractId, MeasureId, PersonId, TextRef


class NoteRow(Row, frozen=True, kw_only=True):
    note: str
    contract: ContractId
    measure: MeasureId
    text: TextRef
    made_by: PersonId
    made_on: date


def note_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "note", None)


def fold_note(row: NoteRow | None, recorded: Recorded) -> NoteRow | None:
    match recorded.event:
        case NoteMade() as made:
            return NoteRow(
                note=made.note,
                contract=made.contract,
                measure=made.measure,
                text=made.text,
                made_by=made.made_by,
                made_on=made.made_on,
            )
        case _:
            return row


NOTE_ROWS: View[NoteRow] = View(
    name="notes",
    source="monitoring",
    row=NoteRow,
    events=(NoteMade,),
    key=note_of,
    fold=fold_note,
    indexes=("contract",),
)
