"""The boards of partnerships: their rules and who sits on them. Persons are opaque ids."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.events import (
    BoardMember,
    BoardMemberNamed,
    BoardMemberStoodDown,
    BoardRules,
    BoardRulesSet,
    ExtraMeetingAsked,
    ExtraMeetingCalled,
    ExtraMeetingDue,
    OfficersElected,
)
from services.needs.partnerships.state import with_member, with_officers
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import PartnerLeft, PartnershipFormed
from shared.published.terms import PartnershipId, PersonId


class Constitution(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a board's rules, and the decision that carried it."""

    number: int
    rules: BoardRules
    decision: str
    set_at: datetime


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A member's request for a meeting that is still to be answered."""

    person: PersonId
    received_on: date


class BoardRow(Row, frozen=True, kw_only=True):
    """A partnership's board as it is now, with every version of its rules, oldest first."""

    partnership: PartnershipId
    rules: BoardRules | None = None
    members: tuple[BoardMember, ...] = ()
    constitutions: tuple[Constitution, ...] = ()
    elected_on: date | None = None
    asked: tuple[Request, ...] = ()
    hold_by: date | None = None
    used: tuple[str, ...] = ()
    version: int = 0


def fold(row: BoardRow | None, recorded: Recorded) -> BoardRow | None:
    """The board after one more event of its partnership."""
    event = recorded.event
    if isinstance(event, PartnershipFormed):
        row = BoardRow(partnership=event.partnership)
    elif row is not None:
        row = _changed(row, event, recorded.recorded_at)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: BoardRow, event: object, at: datetime) -> BoardRow:
    match event:
        case BoardRulesSet():
            version = Constitution(
                number=len(row.constitutions) + 1,
                rules=event.rules,
                decision=event.decision,
                set_at=at,
            )
            return replace(
                row,
                rules=event.rules,
                constitutions=(*row.constitutions, version),
                used=(*row.used, event.decision),
            )
        case OfficersElected():
            board = with_officers(
                {member.person: member for member in row.members}, event.chair, event.vice_chair
            )
            return replace(
                row,
                members=tuple(board[person] for person in sorted(board)),
                elected_on=event.elected_on,
                used=(*row.used, event.decision),
            )
        case ExtraMeetingAsked():
            asked = Request(person=event.person, received_on=event.received_on)
            return replace(row, asked=(*row.asked, asked))
        case ExtraMeetingDue():
            return replace(row, hold_by=event.hold_by)
        case ExtraMeetingCalled():
            return replace(row, asked=(), hold_by=None)
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
