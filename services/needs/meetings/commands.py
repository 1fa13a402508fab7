"""What may be asked of a meeting; members act for themselves, the secretary records the rest."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.meetings.events import AgendaItem, Body, Ground, Vote
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class CallMeeting(Command, frozen=True, kw_only=True):
    """`rules` are the board's as the caller found them; `extra`: members have asked for it."""

    meeting: str
    partnership: PartnershipId
    held_at: datetime
    agenda: tuple[AgendaItem, ...]
    rules: BoardRules | None
    called_by: PersonId
    extra: bool = False
    now: datetime


class AgreeSubstitute(Command, frozen=True, kw_only=True):
    """`board` is as the caller found it: who may be stood in for, and who chairs."""

    board: tuple[BoardMember, ...]
    person: PersonId
    substitute: PersonId
    agreed_by: PersonId
    now: datetime


class FilePaper(Command, frozen=True, kw_only=True):
    paper: str
    item: str
    title: str
    text: TextRef
    exempt: bool
    urgent: TextRef | None
    confidential: bool = False
    ground: Ground = ""
    now: datetime


class OpenMeeting(Command, frozen=True, kw_only=True):
    """`presiding` is empty for the board's chair or, where the chair is away, its vice chair."""

    board: tuple[BoardMember, ...]
    rules: BoardRules
    rules_version: int = 0
    present: tuple[PersonId, ...]
    presiding: PersonId
    now: datetime


class RecordAttendance(Command, frozen=True, kw_only=True):
    person: PersonId
    present: bool
    now: datetime


class DeclareInterest(Command, frozen=True, kw_only=True):
    """By the member, of `agency`; or written down by `recorded_by`."""

    item: str
    person: PersonId
    agency: AgencyId = ""
    recorded_by: PersonId = ""
    now: datetime


class CastVote(Command, frozen=True, kw_only=True):
    item: str
    person: PersonId
    agency: AgencyId
    vote: Vote
    casting: bool
    now: datetime


class RecordHands(Command, frozen=True, kw_only=True):
    """A show of hands as the secretary counted it; `casting` is the vote of whoever presides."""

    item: str
    votes: dict[PersonId, Vote]
    casting: Vote | None
    recorded_by: PersonId
    now: datetime


class TakeDecision(Command, frozen=True, kw_only=True):
    """The decision takes the id of the item it decides: an item is decided once."""

    item: str
    now: datetime


class GiveHomeAuthority(Command, frozen=True, kw_only=True):
    """`call_in_until` is the last day on which the partner's own scrutiny may call it in."""

    decision: str
    agency: AgencyId
    authority: Body
    given_by: PersonId
    call_in_until: date | None = None
    now: datetime


class CallInDecision(Command, frozen=True, kw_only=True):
    decision: str
    agency: AgencyId
    reason: TextRef
    now: datetime


class EndCallIn(Command, frozen=True, kw_only=True):
    decision: str
    agency: AgencyId
    stands: bool
    now: datetime


class ConfirmAuthority(Command, frozen=True, kw_only=True):
    """The days for calling in are over; nobody called it in, or its time would not have come."""

    decision: str
    agency: AgencyId
    now: datetime


class AgreeAction(Command, frozen=True, kw_only=True):
    """`partner` is whether `owner` is a partner agency."""

    action: str
    text: TextRef
    owner: AgencyId
    partner: bool
    due_on: date
    item: str
    now: datetime


class CompleteAction(Command, frozen=True, kw_only=True):
    action: str
    done_on: date
    recorded_by: PersonId
    now: datetime


class DraftMinutes(Command, frozen=True, kw_only=True):
    minutes: TextRef
    drafted_by: PersonId
    now: datetime


class CloseMeeting(Command, frozen=True, kw_only=True):
    now: datetime


class ApproveMinutes(Command, frozen=True, kw_only=True):
    """`later_meeting` is whether `approved_in` is a later meeting of this board, and open."""

    minutes: TextRef
    approved_in: str
    later_meeting: bool
    recorded_by: PersonId
    exempt_minutes: TextRef | None = None
    now: datetime


MeetingCommand = (
    CallMeeting
    | AgreeSubstitute
    | FilePaper
    | OpenMeeting
    | RecordAttendance
    | DeclareInterest
    | CastVote
    | RecordHands
    | TakeDecision
    | GiveHomeAuthority
    | CallInDecision
    | EndCallIn
    | ConfirmAuthority
    | AgreeAction
    | CompleteAction
    | CloseMeeting
    | DraftMinutes
    | ApproveMinutes
)
