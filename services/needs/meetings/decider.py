"""The rules of a meeting. Pure: no clock, no I/O, no chance.

Source: a board's governance arrangements (quorum, interests, votes, papers) as the seeds have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from services.needs.meetings.commands import (
    ApproveMinutes,
    CallMeeting,
    CastVote,
    CloseMeeting,
    DeclareInterest,
    FilePaper,
    GiveHomeAuthority,
    MeetingCommand,
    OpenMeeting,
    RecordAttendance,
    TakeDecision,
)
from services.needs.meetings.events import (
    InterestDeclared,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    MinutesApproved,
    PaperFiled,
    VoteCast,
)
from services.needs.meetings.refusals import (
    AlreadyCalled,
    AlreadyDecided,
    AlreadyVoted,
    AuthorityGiven,
    MeetingEarly,
    MeetingNotOpen,
    MeetingNotOver,
    MeetingOpen,
    MeetingOver,
    MeetingPast,
    MeetingTooFar,
    MemberInterested,
    MinutesAreApproved,
    NobodyPresides,
    NobodyVoted,
    NotBoardMember,
    NotCarried,
    NotLaterMeeting,
    NotPresent,
    NotPresiding,
    NotQuorate,
    PaperLate,
    PaperMissing,
    RulesNotSet,
    UnknownDecision,
    UnknownItem,
    UnknownMember,
    VotesEqual,
)
from services.needs.meetings.state import Called, Closed, Item, Meeting, Open, Uncalled, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from shared.published.terms import AgencyId, PersonId
from shared.values.working_days import add_working_days, end_of_day_london

FURTHEST = timedelta(days=2 * 365)


def decide(command: MeetingCommand, meeting: Meeting) -> Sequence[MeetingEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case CallMeeting():
            return [_call(command, meeting)]
        case FilePaper():
            return [_file(command, meeting)]
        case OpenMeeting():
            return [_open_meeting(command, meeting)]
        case RecordAttendance():
            return _attend(command, _open(meeting))
        case DeclareInterest():
            return _declare(command, _open(meeting))
        case CastVote():
            return [_vote(command, _open(meeting))]
        case TakeDecision():
            return [_decide(command, _open(meeting))]
        case GiveHomeAuthority():
            return [_authorise(command, meeting)]
        case CloseMeeting():
            _open(meeting)
            return [MeetingClosed(closed_at=command.now)]
        case ApproveMinutes():
            return [_approve_minutes(command, meeting)]


def _open(meeting: Meeting) -> Open:
    """Refuses: MeetingNotOpen."""
    if not isinstance(meeting, Open):
        raise MeetingNotOpen
    return meeting


def _item(meeting: Called | Open, item: str) -> Item:
    """Refuses: UnknownItem."""
    if item not in meeting.items:
        raise UnknownItem
    return meeting.items[item]


def _call(command: CallMeeting, meeting: Meeting) -> MeetingCalled:
    """Refuses: AlreadyCalled, RulesNotSet, MeetingPast, MeetingTooFar."""
    if not isinstance(meeting, Uncalled):
        raise AlreadyCalled
    if command.rules is None:
        raise RulesNotSet
    if command.held_at <= command.now:
        raise MeetingPast(pointer="/body/held_at")
    if command.held_at > command.now + FURTHEST:
        raise MeetingTooFar(pointer="/body/held_at")
    held_on = london_date(command.held_at)
    papers_due_on = add_working_days(held_on, -command.rules.paper_working_days)
    return MeetingCalled(
        meeting=command.meeting,
        partnership=command.partnership,
        held_at=command.held_at,
        papers_due_at=end_of_day_london(papers_due_on),
        agenda=command.agenda,
        called_by=command.called_by,
    )


def _file(command: FilePaper, meeting: Meeting) -> PaperFiled:
    """Refuses: MeetingOver, UnknownItem, PaperLate."""
    if not isinstance(meeting, Called | Open):
        raise MeetingOver
    item = _item(meeting, command.item)
    if command.now > meeting.called.papers_due_at and command.urgent is None:
        raise PaperLate
    return PaperFiled(
        paper=command.paper,
        item=command.item,
        title=command.title,
        text=command.text,
        exempt=command.exempt or item.item.exempt,
        urgent=command.urgent,
        filed_at=command.now,
    )


def _open_meeting(command: OpenMeeting, meeting: Meeting) -> MeetingOpened:
    """Refuses: MeetingOpen, MeetingOver, MeetingEarly, UnknownMember, NobodyPresides."""
    match meeting:
        case Uncalled():
            raise Missing
        case Open():
            raise MeetingOpen
        case Closed():
            raise MeetingOver
        case Called():
            called = meeting.called
    if london_date(command.now) < london_date(called.held_at):
        raise MeetingEarly
    if not {member.person for member in command.board}.issuperset(command.present):
        raise UnknownMember(pointer="/body/present")
    chair = next((member.person for member in command.board if member.chair), "")
    presiding = command.presiding or chair
    if presiding not in command.present:
        raise NobodyPresides
    return MeetingOpened(
        board=command.board,
        rules=command.rules,
        present=command.present,
        presiding=presiding,
        opened_at=command.now,
    )


def _attend(command: RecordAttendance, open: Open) -> Sequence[MeetingEvent]:
    """Refuses: UnknownMember."""
    if command.person not in open.board:
        raise UnknownMember(pointer="/body/person")
    if command.present == (command.person in open.present):
        return []
    if command.present:
        return [MemberArrived(person=command.person, arrived_at=command.now)]
    return [MemberDeparted(person=command.person, departed_at=command.now)]


def _take_part(open: Open, person: PersonId, agency: AgencyId) -> None:
    """Refuses: NotBoardMember."""
    member = open.board.get(person)
    if member is None or member.agency != agency:
        raise NotBoardMember


def _undecided(open: Open, item: str) -> Item:
    """Refuses: UnknownItem, AlreadyDecided."""
    found = _item(open, item)
    if found.decided:
        raise AlreadyDecided
    return found


def _declare(command: DeclareInterest, open: Open) -> Sequence[MeetingEvent]:
    """Refuses: NotBoardMember, UnknownItem, AlreadyDecided."""
    _take_part(open, command.person, command.agency)
    item = _undecided(open, command.item)
    if command.person in item.interested:
        return []
    return [InterestDeclared(item=command.item, person=command.person)]


def _vote(command: CastVote, open: Open) -> VoteCast:
    """Refuses: NotBoardMember, UnknownItem, AlreadyDecided, MemberInterested, NotPresent,
    NotPresiding, AlreadyVoted.
    """
    _take_part(open, command.person, command.agency)
    item = _undecided(open, command.item)
    if command.person in item.interested:
        raise MemberInterested
    if command.person not in open.present:
        raise NotPresent
    if command.casting and command.person != open.presiding:
        raise NotPresiding
    if item.casting if command.casting else command.person in item.votes:
        raise AlreadyVoted
    return VoteCast(
        item=command.item, person=command.person, vote=command.vote, casting=command.casting
    )


def _decide(command: TakeDecision, open: Open) -> DecisionTaken:
    """Counts the votes of those who take part; the quorum is theirs alone.

    Refuses: UnknownItem, AlreadyDecided, PaperMissing, NotQuorate, NobodyVoted, VotesEqual.
    """
    item = _undecided(open, command.item)
    if not item.papers:
        raise PaperMissing
    if not open.quorate(item):
        raise NotQuorate
    part = open.taking_part(item)
    votes = [vote for person, vote in item.votes.items() if person in part]
    votes_for, votes_against = votes.count("for"), votes.count("against")
    if not votes_for + votes_against:
        raise NobodyVoted
    carried, casting = _carried(open, item, votes_for, votes_against)
    return DecisionTaken(
        partnership=open.called.partnership,
        meeting=open.called.meeting,
        decision=command.item,
        about_kind=item.item.about_kind,
        about=item.item.about,
        carried=carried,
        votes_for=votes_for,
        votes_against=votes_against,
        abstained=len(part) - votes_for - votes_against,
        took_no_part=len(item.interested),
        casting_vote=casting,
        exempt=item.item.exempt,
        decided_on=london_date(command.now),
        majority="two-thirds" if item.item.constitution else "simple",
    )


def _carried(open: Open, item: Item, votes_for: int, votes_against: int) -> tuple[bool, bool]:
    """Whether the item is carried, and whether the casting vote decided it. Refuses: VotesEqual.

    Two thirds of those present and voting change the constitution. Otherwise more for than against;
    where both are equal, whoever presides has a second vote, and where they take no part it falls.
    """
    if item.item.constitution:
        return 3 * votes_for >= 2 * (votes_for + votes_against), False
    if votes_for != votes_against:
        return votes_for > votes_against, False
    if open.presiding not in open.taking_part(item):
        return False, False
    if item.casting not in ("for", "against"):
        raise VotesEqual
    return item.casting == "for", True


def _authorise(command: GiveHomeAuthority, meeting: Meeting) -> HomeAuthorityGiven:
    """Refuses: UnknownDecision, NotCarried, AuthorityGiven."""
    if not isinstance(meeting, Open | Closed) or command.decision not in meeting.decisions:
        raise UnknownDecision
    if not meeting.decisions[command.decision]:
        raise NotCarried
    if (command.decision, command.agency) in meeting.authorities:
        raise AuthorityGiven
    return HomeAuthorityGiven(
        partnership=meeting.called.partnership,
        decision=command.decision,
        agency=command.agency,
        authority=command.authority,
        given_by=command.given_by,
        effective_on=london_date(command.now),
    )


def _approve_minutes(command: ApproveMinutes, meeting: Meeting) -> MinutesApproved:
    """Refuses: MeetingNotOver, MinutesAreApproved, NotLaterMeeting."""
    if not isinstance(meeting, Closed):
        raise MeetingNotOver
    if meeting.minuted:
        raise MinutesAreApproved
    if not command.later_meeting:
        raise NotLaterMeeting
    return MinutesApproved(
        minutes=command.minutes, approved_in=command.approved_in, recorded_by=command.recorded_by
    )


MEETING: Decider[MeetingCommand, Meeting, MeetingEvent] = Decider(
    category="meeting",
    initial=Uncalled(),
    decide=decide,
    evolve=evolve,
    events=get_args(MeetingEvent),
)
