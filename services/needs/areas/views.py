"""The reference areas as they are looked up: one row with the whole set."""

from __future__ import annotations

from msgspec.structs import replace

from services.needs.areas.decider import AREA_SETS
from services.needs.areas.events import Area, AreasLoaded, NeighboursLoaded, NeighboursOf
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of


class AreaSetRow(Row, frozen=True, kw_only=True):
    """All areas and neighbours loaded last, and where they are from."""

    areas: tuple[Area, ...] = ()
    neighbours: tuple[NeighboursOf, ...] = ()
    areas_source: str = ""
    neighbours_source: str = ""


def fold(row: AreaSetRow | None, recorded: Recorded) -> AreaSetRow | None:
    """The set after one more loading."""
    row = row or AreaSetRow()
    match recorded.event:
        case AreasLoaded() as loaded:
            return replace(row, areas=loaded.areas, areas_source=loaded.source)
        case NeighboursLoaded() as loaded:
            return replace(row, neighbours=loaded.neighbours, neighbours_source=loaded.source)
        case _:
            return row


AREAS: View[AreaSetRow] = View(
    name="areas",
    source="needs",
    row=AreaSetRow,
    events=AREA_SETS.events,
    key=subject_of,
    fold=fold,
)
