"""The rules of a meeting. Pure: no clock, no I/O, no chance.

Source: a board's governance arrangements (quorum, interests, votes, papers) as the seeds have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from msgspec.structs import replace

from services.needs.meetings.commands import (
    AgreeAction,
    AgreeSubstitute,
    ApproveMinutes,
    CallInDecision,
    CallMeeting,
    CastVote,
    CloseMeeting,
    CompleteAction,
    ConfirmAuthority,
    DeclareInterest,
    DraftMinutes,
    EndCallIn,
    FilePaper,
    GiveHomeAuthority,
    MeetingCommand,
    OpenMeeting,
    RecordAttendance,
    RecordHands,
    TakeDecision,
)
from services.needs.meetings.events import (
    AgendaItem,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    PaperFiled,
    SubstituteAgreed,
)
from services.needs.meetings.following_up import (
    agree_action,
    approve_minutes,
    authorise,
    call_in,
    complete_action,
    confirm,
    draft_minutes,
    end_call_in,
)
from services.needs.meetings.guards import item_of, sitting
from services.needs.meetings.refusals import (
    AlreadyCalled,
    AlterationUnstated,
    MeetingEarly,
    MeetingOpen,
    MeetingOver,
    MeetingPast,
    MeetingTooFar,
    NobodyPresides,
    NotStoodInFor,
    PaperLate,
    RulesNotSet,
    SubstituteNotAgreed,
    SubstituteSits,
    UnknownMember,
)
from services.needs.meetings.sitting import declare, record_hands, take_decision, vote
from services.needs.meetings.state import Called, Closed, Meeting, Open, Uncalled, evolve
from services.needs.partnerships.events import BoardMember
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.terms import PersonId
from shared.values.working_days import add_working_days, end_of_day_london

FURTHEST = timedelta(days=2 * 365)


def decide(command: MeetingCommand, meeting: Meeting) -> Sequence[MeetingEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case CallMeeting():
            return [_call(command, meeting)]
        case AgreeSubstitute():
            return [_substitute(command, meeting)]
        case FilePaper():
            return [_file(command, meeting)]
        case OpenMeeting():
            return [_open_meeting(command, meeting)]
        case RecordAttendance():
            return _attend(command, sitting(meeting))
        case DeclareInterest():
            return declare(command, sitting(meeting))
        case CastVote():
            return [vote(command, sitting(meeting))]
        case RecordHands():
            return record_hands(command, sitting(meeting))
        case TakeDecision():
            return [take_decision(command, sitting(meeting))]
        case GiveHomeAuthority():
            return [authorise(command, meeting)]
        case CallInDecision():
            return [call_in(command, meeting)]
        case EndCallIn():
            return end_call_in(command, meeting)
        case ConfirmAuthority():
            return confirm(command, meeting)
        case AgreeAction():
            return [agree_action(command, meeting)]
        case CompleteAction():
            return [complete_action(command, meeting)]
        case CloseMeeting():
            sitting(meeting)
            return [MeetingClosed(closed_at=command.now)]
        case DraftMinutes():
            return [draft_minutes(command, meeting)]
        case ApproveMinutes():
            return [approve_minutes(command, meeting)]


def _call(command: CallMeeting, meeting: Meeting) -> MeetingCalled:
    """Refuses: AlreadyCalled, RulesNotSet, MeetingPast, MeetingTooFar, AlterationUnstated."""
    if not isinstance(meeting, Uncalled):
        raise AlreadyCalled
    if command.rules is None:
        raise RulesNotSet
    if command.held_at <= command.now:
        raise MeetingPast(pointer="/body/held_at")
    if command.held_at > command.now + FURTHEST:
        raise MeetingTooFar(pointer="/body/held_at")
    for n, item in enumerate(command.agenda):
        if item.constitution and item.proposed is None:
            raise AlterationUnstated(pointer=f"/body/agenda/{n}/proposed")
    held_on = london_date(command.held_at)
    papers_due_on = add_working_days(held_on, -command.rules.paper_working_days)
    return MeetingCalled(
        meeting=command.meeting,
        partnership=command.partnership,
        held_at=command.held_at,
        papers_due_at=end_of_day_london(papers_due_on),
        agenda=tuple(_marked(item) for item in command.agenda),
        called_by=command.called_by,
        extra=command.extra,
    )


def _marked(item: AgendaItem) -> AgendaItem:
    """What is confidential is exempt too."""
    return replace(item, exempt=item.exempt or item.confidential)


def _substitute(command: AgreeSubstitute, meeting: Meeting) -> SubstituteAgreed:
    """Refuses: Missing, MeetingOpen, MeetingOver, NotStoodInFor, SubstituteSits,
    SubstituteNotAgreed.
    """
    called = _still_called(meeting)
    members = {member.person: member for member in command.board}
    if command.person not in members:
        raise NotStoodInFor(pointer="/body/person")
    others = {who for person, who in called.substitutes.items() if person != command.person}
    if command.substitute in members or command.substitute in others:
        raise SubstituteSits(pointer="/body/substitute")
    if not any(m.chair or m.vice for m in command.board if m.person == command.agreed_by):
        raise SubstituteNotAgreed
    return SubstituteAgreed(
        person=command.person, substitute=command.substitute, agreed_by=command.agreed_by
    )


def _still_called(meeting: Meeting) -> Called:
    """Refuses: Missing, MeetingOpen, MeetingOver."""
    match meeting:
        case Uncalled():
            raise Missing
        case Open():
            raise MeetingOpen
        case Closed():
            raise MeetingOver
        case Called():
            return meeting


def _file(command: FilePaper, meeting: Meeting) -> PaperFiled:
    """Refuses: MeetingOver, UnknownItem, PaperLate."""
    if not isinstance(meeting, Called | Open):
        raise MeetingOver
    item = item_of(meeting, command.item)
    if command.now > meeting.called.papers_due_at and command.urgent is None:
        raise PaperLate
    return PaperFiled(
        paper=command.paper,
        item=command.item,
        title=command.title,
        text=command.text,
        exempt=command.exempt or command.confidential or item.item.exempt,
        urgent=command.urgent,
        filed_at=command.now,
        confidential=command.confidential or item.item.confidential,
        ground=command.ground or item.item.ground,
    )


def _open_meeting(command: OpenMeeting, meeting: Meeting) -> MeetingOpened:
    """Refuses: MeetingOpen, MeetingOver, MeetingEarly, UnknownMember, NobodyPresides."""
    called = _still_called(meeting)
    if london_date(command.now) < london_date(called.called.held_at):
        raise MeetingEarly
    board = _seated(command.board, called.substitutes)
    if not {member.person for member in board}.issuperset(command.present):
        raise UnknownMember(pointer="/body/present")
    presiding = command.presiding or _officer(board, command.present)
    if presiding not in command.present:
        raise NobodyPresides
    return MeetingOpened(
        board=board,
        rules=command.rules,
        present=command.present,
        presiding=presiding,
        opened_at=command.now,
        rules_version=command.rules_version,
    )


def _seated(
    board: tuple[BoardMember, ...], substitutes: dict[PersonId, PersonId]
) -> tuple[BoardMember, ...]:
    """Who has a seat at this meeting; a substitute holds no office."""
    return tuple(
        BoardMember(person=substitutes[member.person], agency=member.agency)
        if member.person in substitutes
        else member
        for member in board
    )


def _officer(board: tuple[BoardMember, ...], present: tuple[PersonId, ...]) -> PersonId:
    """The chair or, where the chair is away, the vice chair; nobody where both are."""
    there = [member for member in board if member.person in present]
    chairs = [member.person for member in there if member.chair]
    return next(iter(chairs or [member.person for member in there if member.vice]), "")


def _attend(command: RecordAttendance, open: Open) -> Sequence[MeetingEvent]:
    """Refuses: UnknownMember."""
    if command.person not in open.board:
        raise UnknownMember(pointer="/body/person")
    if command.present == (command.person in open.present):
        return []
    if command.present:
        return [MemberArrived(person=command.person, arrived_at=command.now)]
    return [MemberDeparted(person=command.person, departed_at=command.now)]


MEETING: Decider[MeetingCommand, Meeting, MeetingEvent] = Decider(
    category="meeting",
    initial=Uncalled(),
    decide=decide,
    evolve=evolve,
    events=get_args(MeetingEvent),
)
