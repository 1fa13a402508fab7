"""What has been brought to a board, and what of it the board has had at a meeting."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.needs.boards.events import (
    BoardEvent,
    BusinessNoted,
    ChairsActionTaken,
    ConductRecorded,
    ExternalReviewBrought,
)


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """Everything brought, by its id."""

    waiting: frozenset[str] = frozenset()
    noted: frozenset[str] = frozenset()


def evolve(business: Business, event: BoardEvent) -> Business:
    """The record after one more fact; conduct is for the year's report and waits for nobody."""
    match event:
        case ChairsActionTaken():
            return replace(business, waiting=business.waiting | {event.action})
        case ExternalReviewBrought():
            return replace(business, waiting=business.waiting | {event.review})
        case ConductRecorded():
            return business
        case BusinessNoted():
            return replace(
                business,
                waiting=business.waiting - {event.business},
                noted=business.noted | {event.business},
            )
