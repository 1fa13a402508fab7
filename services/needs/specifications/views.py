"""Specifications as they are listed and shown."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from services.needs.specifications.decider import SPECIFICATION
from services.needs.specifications.events import (
    FigureWanted,
    MeasureSpecified,
    SpecificationApproved,
    SpecificationDrafted,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import (
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)
from shared.published.terms import MeasureTerms, PartnershipId, TextRef, Wanted


class SpecificationRow(Row, frozen=True, kw_only=True):
    """A specification; `public` from its publication on, whatever becomes of it."""

    specification: str
    partnership: PartnershipId
    drafted: SpecificationDrafted
    measures: tuple[MeasureTerms, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    status: Literal["draft", "approved", "published", "superseded", "withdrawn"] = "draft"
    public: bool = False
    superseded_by: str = ""
    withdrawn: TextRef | None = None
    version: int = 0


def fold(row: SpecificationRow | None, recorded: Recorded) -> SpecificationRow | None:
    """The row after one more event of its specification."""
    event = recorded.event
    if isinstance(event, SpecificationDrafted):
        row = SpecificationRow(
            specification=event.specification, partnership=event.partnership, drafted=event
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: SpecificationRow, event: object) -> SpecificationRow:
    match event:
        case MeasureSpecified():
            measures = {measure.measure: measure for measure in row.measures}
            measures[event.measure.measure] = event.measure
            return replace(row, measures=tuple(measures.values()))
        case FigureWanted():
            others = (one for one in row.wanted if one.title != event.wanted.title)
            return replace(row, wanted=(*others, event.wanted))
        case SpecificationApproved():
            return replace(row, status="approved")
        case SpecificationPublished():
            return replace(row, status="published", public=True)
        case SpecificationSuperseded():
            return replace(row, status="superseded", superseded_by=event.by)
        case SpecificationWithdrawn():
            return replace(row, status="withdrawn", withdrawn=event.reason)
        case _:
            return row


SPECIFICATIONS: View[SpecificationRow] = View(
    name="specifications",
    source="needs",
    row=SpecificationRow,
    events=SPECIFICATION.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
