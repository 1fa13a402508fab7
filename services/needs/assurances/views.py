"""What each partnership's quality assurance asks, found and followed up."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from services.needs.assurances.decider import ASSURANCE
from services.needs.assurances.events import (
    ArrangementLookedAt,
    RemedyAgreed,
    RemedyMade,
    StandardSet,
    StandardWithdrawn,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class Standard(msgspec.Struct, frozen=True, kw_only=True):
    asked: StandardSet
    withdrawn_on: date | None = None

    def asks(self, on: date) -> bool:
        """Whether it applied on a day."""
        return self.asked.set_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    agreed: RemedyAgreed
    agreed_on: date
    done_on: date | None = None


class AssuranceRow(Row, frozen=True, kw_only=True):
    """Everything of one partnership, in the order it came."""

    partnership: PartnershipId
    standards: tuple[Standard, ...] = ()
    looks: tuple[ArrangementLookedAt, ...] = ()
    remedies: tuple[Remedy, ...] = ()


def fold(row: AssuranceRow | None, recorded: Recorded) -> AssuranceRow | None:
    """The row after one more event of its partnership."""
    match recorded.event:
        case StandardSet() as event:
            held = row or AssuranceRow(partnership=event.partnership)
            return replace(held, standards=(*held.standards, Standard(asked=event)))
        case StandardWithdrawn() as event if row:
            return replace(
                row,
                standards=tuple(
                    replace(one, withdrawn_on=event.withdrawn_on)
                    if one.asked.standard == event.standard
                    else one
                    for one in row.standards
                ),
            )
        case ArrangementLookedAt() as event if row:
            return replace(row, looks=(*row.looks, event))
        case RemedyAgreed() as event if row:
            remedy = Remedy(agreed=event, agreed_on=london_date(recorded.recorded_at))
            return replace(row, remedies=(*row.remedies, remedy))
        case RemedyMade() as event if row:
            return replace(
                row,
                remedies=tuple(
                    replace(one, done_on=event.done_on)
                    if one.agreed.remedy == event.remedy
                    else one
                    for one in row.remedies
                ),
            )
        case _:
            return row


ASSURANCES: View[AssuranceRow] = View(
    name="assurances",
    source="needs",
    row=AssuranceRow,
    events=ASSURANCE.events,
    key=subject_of,
    fold=fold,
)
