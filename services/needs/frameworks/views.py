"""The framework of each partnership: its draft, and every version the board adopted."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from services.needs.frameworks.decider import FRAMEWORK
from services.needs.frameworks.events import (
    Entry,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkEvent,
)
from services.needs.frameworks.state import Framework, evolve
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class AdoptedVersion(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    decision: str
    in_force_from: date
    entries: tuple[Entry, ...]


class FrameworkRow(Row, frozen=True, kw_only=True):
    """`newest` is the draft, or the version adopted last, and `changed_position` where its last
    fact lies in the log. Versions are in the order of adoption.
    """

    partnership: PartnershipId
    newest: Framework
    versions: tuple[AdoptedVersion, ...] = ()
    changed_position: int = 0

    def at(self, day: date) -> AdoptedVersion | None:
        """The version in force on a day."""
        begun = [one for one in self.versions if one.in_force_from <= day]
        return begun[-1] if begun else None


def fold(row: FrameworkRow | None, recorded: Recorded) -> FrameworkRow | None:
    """The row after one more event of its framework."""
    event, position = recorded.event, recorded.envelope.position
    if isinstance(event, FrameworkDrafted) and row is None:
        row = FrameworkRow(partnership=event.partnership, newest=Framework())
    if row is None or not isinstance(event, FrameworkEvent):
        return row
    newest = evolve(row.newest, event)
    if not isinstance(event, FrameworkAdopted):
        return replace(row, newest=newest, changed_position=position)
    version = AdoptedVersion(
        number=event.number,
        decision=event.decision,
        in_force_from=event.in_force_from,
        entries=newest.entries,
    )
    return replace(row, newest=newest, versions=(*row.versions, version), changed_position=position)


FRAMEWORKS: View[FrameworkRow] = View(
    name="frameworks",
    source="needs",
    row=FrameworkRow,
    events=FRAMEWORK.events,
    key=subject_of,
    fold=fold,
)
