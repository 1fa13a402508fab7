"""The boards of partnerships: their rules and who sits on them. Persons are opaque ids."""

from __future__ import annotations

from msgspec.structs import replace

from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.events import (
    BoardMember,
    BoardMemberNamed,
    BoardMemberStoodDown,
    BoardRules,
    BoardRulesSet,
)
from services.needs.partnerships.state import with_member
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import PartnerLeft, PartnershipFormed
from shared.published.terms import PartnershipId


class BoardRow(Row, frozen=True, kw_only=True):
    """A partnership's board as it is now."""

    partnership: PartnershipId
    rules: BoardRules | None = None
    members: tuple[BoardMember, ...] = ()
    version: int = 0


def fold(row: BoardRow | None, recorded: Recorded) -> BoardRow | None:
    """The board after one more event of its partnership."""
    event = recorded.event
    if isinstance(event, PartnershipFormed):
        row = BoardRow(partnership=event.partnership)
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: BoardRow, event: object) -> BoardRow:
    match event:
        case BoardRulesSet():
            return replace(row, rules=event.rules)
        case BoardMemberNamed():
            board = with_member({member.person: member for member in row.members}, event.member)
            return replace(row, members=tuple(board[person] for person in sorted(board)))
        case BoardMemberStoodDown():
            return replace(row, members=tuple(m for m in row.members if m.person != event.person))
        case PartnerLeft():
            return replace(row, members=tuple(m for m in row.members if m.agency != event.agency))
        case _:
            return row


BOARDS: View[BoardRow] = View(
    name="boards",
    source="needs",
    row=BoardRow,
    events=PARTNERSHIP.events,
    key=subject_of,
    fold=fold,
)
