"""What may be asked of a meeting; members act for themselves, the secretary records the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.needs.meetings.events import AgendaItem, Vote
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class CallMeeting(Command, frozen=True, kw_only=True):
    """`rules` are the board's as the caller found them."""

    meeting: str
    partnership: PartnershipId
    held_at: datetime
    agenda: tuple[AgendaItem, ...]
    rules: BoardRules | None
    called_by: PersonId
    now: datetime


class FilePaper(Command, frozen=True, kw_only=True):
    paper: str
    item: str
    title: str
    text: TextRef
    exempt: bool
    urgent: TextRef | None
    now: datetime


class OpenMeeting(Command, frozen=True, kw_only=True):
    """`presiding` is empty for the board's chair."""

    board: tuple[BoardMember, ...]
    rules: BoardRules
    present: tuple[PersonId, ...]
    presiding: PersonId
    now: datetime


class RecordAttendance(Command, frozen=True, kw_only=True):
    person: PersonId
    present: bool
    now: datetime


class DeclareInterest(Command, frozen=True, kw_only=True):
    item: str
    person: PersonId
    agency: AgencyId
    now: datetime


class CastVote(Command, frozen=True, kw_only=True):
    item: str
    person: PersonId
    agency: AgencyId
    vote: Vote
    casting: bool
    now: datetime


class TakeDecision(Command, frozen=True, kw_only=True):
    """The decision takes the id of the item it decides: an item is decided once."""

    item: str
    now: datetime


class GiveHomeAuthority(Command, frozen=True, kw_only=True):
    decision: str
    agency: AgencyId
    authority: Literal["officer", "committee", "cabinet"]
    given_by: PersonId
    now: datetime


class CloseMeeting(Command, frozen=True, kw_only=True):
    now: datetime


class ApproveMinutes(Command, frozen=True, kw_only=True):
    """`later_meeting` is whether `approved_in` is a later meeting of this board, and open."""

    minutes: TextRef
    approved_in: str
    later_meeting: bool
    recorded_by: PersonId
    now: datetime


MeetingCommand = (
    CallMeeting
    | FilePaper
    | OpenMeeting
    | RecordAttendance
    | DeclareInterest
    | CastVote
    | TakeDecision
    | GiveHomeAuthority
    | CloseMeeting
    | ApproveMinutes
)
