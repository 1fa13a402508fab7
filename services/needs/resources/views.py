"""A partnership's resources and assumptions as they stand."""

from __future__ import annotations

from msgspec.structs import replace

from services.needs.resources.decider import RESOURCES
from services.needs.resources.events import (
    EffectAssumed,
    ResourceAgreed,
    ResourceOffered,
    ResourceWithdrawn,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of


class ResourcesRow(Row, frozen=True, kw_only=True):
    """`effects` holds the newest assumption of each service and year."""

    offered: tuple[ResourceOffered, ...] = ()
    agreed: tuple[str, ...] = ()
    effects: tuple[EffectAssumed, ...] = ()
    version: int = 0

    def of_year(self, year: str) -> list[ResourceOffered]:
        return [one for one in self.offered if one.year == year]


def fold(row: ResourcesRow | None, recorded: Recorded) -> ResourcesRow | None:
    """The row after one more event."""
    changed = _changed(row or ResourcesRow(), recorded.event)
    return replace(changed, version=recorded.envelope.version)


def _changed(row: ResourcesRow, event: object) -> ResourcesRow:
    match event:
        case ResourceOffered():
            return replace(row, offered=(*row.offered, event))
        case ResourceAgreed():
            return replace(row, agreed=(*row.agreed, event.resource))
        case ResourceWithdrawn():
            left = tuple(one for one in row.offered if one.resource != event.resource)
            agreed = tuple(one for one in row.agreed if one != event.resource)
            return replace(row, offered=left, agreed=agreed)
        case EffectAssumed():
            of = (event.year, event.service)
            others = [one for one in row.effects if (one.year, one.service) != of]
            return replace(row, effects=(*others, event))
        case _:
            return row


RESOURCES_ROWS: View[ResourcesRow] = View(
    name="resources",
    source="needs",
    row=ResourcesRow,
    events=RESOURCES.events,
    key=subject_of,
    fold=fold,
)
