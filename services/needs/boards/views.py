"""What has been brought to a board, as its meetings and its report of the year show it."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.needs.boards.decider import BOARD
from services.needs.boards.events import (
    BusinessNoted,
    ChairsActionTaken,
    ConductRecorded,
    ExternalReviewBrought,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId, PersonId, TextRef


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """A chair's action or a review from outside; `by` is who acted or whose review it is."""

    id: str
    kind: Literal["chairs-action", "external-review"]
    title: str
    text: TextRef
    by: str
    on: date
    brought_on: date
    consulted: tuple[PersonId, ...] = ()
    exempt: bool = False
    noted_in: str = ""

    def before(self, day: date) -> bool:
        """Whether it waits for a meeting of that day."""
        return self.brought_on <= day and not self.noted_in


class BusinessRow(Row, frozen=True, kw_only=True):
    """Everything brought to one board, in the order it came."""

    partnership: PartnershipId
    matters: tuple[Matter, ...] = ()
    conduct: tuple[ConductRecorded, ...] = ()


def fold(row: BusinessRow | None, recorded: Recorded) -> BusinessRow:
    """The row after one more fact of its board."""
    row = row or BusinessRow(partnership=recorded.subject)
    brought_on = london_date(recorded.recorded_at)
    match recorded.event:
        case ChairsActionTaken() as taken:
            matter = Matter(
                id=taken.action, kind="chairs-action", title=taken.title, text=taken.text,
                by=taken.acted_by, on=taken.acted_on, brought_on=brought_on,
                consulted=taken.consulted,
            )  # fmt: skip
            return replace(row, matters=(*row.matters, matter))
        case ExternalReviewBrought() as review:
            matter = Matter(
                id=review.review, kind="external-review", title=review.title, text=review.text,
                by=review.body, on=review.published_on, brought_on=brought_on,
                exempt=review.exempt,
            )  # fmt: skip
            return replace(row, matters=(*row.matters, matter))
        case ConductRecorded() as conduct:
            return replace(row, conduct=(*row.conduct, conduct))
        case BusinessNoted() as noted:
            matters = tuple(
                replace(one, noted_in=noted.meeting) if one.id == noted.business else one
                for one in row.matters
            )
            return replace(row, matters=matters)
        case _:
            return row


BUSINESS: View[BusinessRow] = View(
    name="board_business",
    source="needs",
    row=BusinessRow,
    events=BOARD.events,
    key=subject_of,
    fold=fold,
)
