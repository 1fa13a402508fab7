"""What happens while the board sits: interests, votes, decisions. Pure.

Source: a board's governance arrangements (quorum, interests, votes) as the seeds have them.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.needs.meetings.commands import (
    CastVote,
    DeclareInterest,
    RecordHands,
    TakeDecision,
)
from services.needs.meetings.events import InterestDeclared, MeetingEvent, VoteCast
from services.needs.meetings.guards import item_of
from services.needs.meetings.refusals import (
    AlreadyDecided,
    AlreadyVoted,
    MemberInterested,
    NobodyVoted,
    NotBoardMember,
    NoticeOnly,
    NotPresent,
    NotPresiding,
    NotQuorate,
    OwnVoteStands,
    PaperMissing,
    VotesEqual,
)
from services.needs.meetings.state import Item, Open
from shared.eventsourcing.clock import london_date
from shared.published.needs import DecisionTaken
from shared.published.terms import AgencyId, PersonId


def _take_part(open: Open, person: PersonId, agency: AgencyId, *, recorded: bool = False) -> None:
    """Refuses: NotBoardMember."""
    member = open.board.get(person)
    if member is None or (member.agency != agency and not recorded):
        raise NotBoardMember


def _undecided(open: Open, item: str) -> Item:
    """Refuses: UnknownItem, AlreadyDecided."""
    found = item_of(open, item)
    if found.decided:
        raise AlreadyDecided
    return found


def declare(command: DeclareInterest, open: Open) -> Sequence[MeetingEvent]:
    """Refuses: NotBoardMember, UnknownItem, AlreadyDecided."""
    _take_part(open, command.person, command.agency, recorded=bool(command.recorded_by))
    item = _undecided(open, command.item)
    if command.person in item.interested:
        return []
    return [
        InterestDeclared(item=command.item, person=command.person, recorded_by=command.recorded_by)
    ]


def vote(command: CastVote, open: Open) -> VoteCast:
    """Refuses: NotBoardMember, UnknownItem, AlreadyDecided, MemberInterested, NotPresent,
    NotPresiding, AlreadyVoted.
    """
    _take_part(open, command.person, command.agency)
    item = _undecided(open, command.item)
    _may_vote(open, item, command.person)
    if command.casting and command.person != open.presiding:
        raise NotPresiding
    if item.casting if command.casting else command.person in item.votes:
        raise AlreadyVoted
    return VoteCast(
        item=command.item, person=command.person, vote=command.vote, casting=command.casting
    )


def _may_vote(open: Open, item: Item, person: PersonId) -> None:
    """Refuses: MemberInterested, NotPresent."""
    if person in item.interested:
        raise MemberInterested
    if person not in open.present:
        raise NotPresent


def record_hands(command: RecordHands, open: Open) -> Sequence[MeetingEvent]:
    """A slip of the pen is put right by recording the hands again, until the item is decided.

    Refuses: UnknownItem, AlreadyDecided, NotBoardMember, MemberInterested, NotPresent,
    OwnVoteStands.
    """
    item = _undecided(open, command.item)
    for person in command.votes:
        _take_part(open, person, "", recorded=True)
        _may_vote(open, item, person)
        if person in item.own:
            raise OwnVoteStands
    cast = [
        VoteCast(item=command.item, person=person, vote=way, recorded_by=command.recorded_by)
        for person, way in command.votes.items()
        if item.votes.get(person) != way
    ]
    if command.casting is None or command.casting == item.casting:
        return cast
    _may_vote(open, item, open.presiding)
    second = VoteCast(
        item=command.item,
        person=open.presiding,
        vote=command.casting,
        casting=True,
        recorded_by=command.recorded_by,
    )
    return [*cast, second]


def take_decision(command: TakeDecision, open: Open) -> DecisionTaken:
    """Counts the votes of those who take part; the quorum is theirs alone.

    Only an election needs no report; a change of the constitution needs one that came in time.

    Refuses: UnknownItem, AlreadyDecided, PaperMissing, NoticeOnly, NotQuorate, NobodyVoted,
    VotesEqual.
    """
    item = _undecided(open, command.item)
    if not item.papers and not item.item.election:
        raise PaperMissing
    if item.item.constitution and not item.in_time:
        raise NoticeOnly
    if not open.quorum(item).quorate:
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

    The constitution is changed by the share of those voting that it says, two thirds at least.
    Otherwise more for than against; where both are equal, whoever presides has a second vote if the
    constitution gives one, and where they take no part it falls.
    """
    if item.item.constitution:
        voting = votes_for + votes_against
        return open.rules.change_of * votes_for >= open.rules.change_for * voting, False
    if votes_for != votes_against:
        return votes_for > votes_against, False
    if not open.rules.casting_vote or open.presiding not in open.taking_part(item):
        return False, False
    if item.casting not in ("for", "against"):
        raise VotesEqual
    return item.casting == "for", True
