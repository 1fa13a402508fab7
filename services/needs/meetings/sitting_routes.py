"""The doors of a board that sits: opening, attendance, interests, votes, decisions, closing."""

from __future__ import annotations

from services.needs.answers import PartAccepted
from services.needs.meetings import commands
from services.needs.meetings.bodies import (
    AttendanceBody,
    HandsBody,
    OpeningBody,
    PersonBody,
    VoteBody,
)
from services.needs.meetings.decider import MEETING
from services.needs.meetings.guarding import (
    BoardMember,
    Secretary,
    as_read,
    board_of,
    board_router,
)
from services.needs.meetings.refusals import RulesNotSet
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling

router = board_router()


@router.post("/meetings/{meeting}/opening", status_code=201)
async def open_meeting(
    partnership: Id, meeting: Id, body: OpeningBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Open the meeting with those present; board and rules as they stand now hold for all of it.

    409: meeting-open, meeting-over, meeting-early, nobody-presides, rules-not-set.
    422: unknown-member.
    """
    formed, version = await board_of(handle, partnership)
    if formed.rules is None:
        raise RulesNotSet
    command = commands.OpenMeeting(
        board=tuple(formed.board[person] for person in sorted(formed.board)),
        rules=formed.rules,
        rules_version=formed.version_of_rules,
        present=tuple(dict.fromkeys(body.present)),
        presiding=body.presiding or "",
        now=handle.now(),
    )
    step = Step(MEETING, meeting, command, partnership)
    return await handle.together(actor, [step], [as_read(partnership, version)])


@router.post("/meetings/{meeting}/attendance", status_code=201)
async def record_attendance(
    meeting: Id, body: AttendanceBody, handle: Handling, actor: Secretary
) -> Accepted:
    """A member comes or goes. 409: meeting-not-open. 422: unknown-member."""
    command = commands.RecordAttendance(person=body.person, present=body.present, now=handle.now())
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/items/{item}/interests", status_code=201)
async def declare_interest(meeting: Id, item: Id, handle: Handling, actor: BoardMember) -> Accepted:
    """The member who asks has an interest in the item and takes no part in it.

    403: not-board-member. 409: meeting-not-open, unknown-item, already-decided.
    """
    command = commands.DeclareInterest(
        item=item, person=actor.person, agency=actor.agency, now=handle.now()
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/items/{item}/votes", status_code=201)
async def cast_vote(
    meeting: Id, item: Id, body: VoteBody, handle: Handling, actor: BoardMember
) -> Accepted:
    """Vote, for oneself; `casting` is the second vote of whoever presides.

    403: not-board-member, member-interested, not-presiding.
    409: meeting-not-open, unknown-item, already-decided, member-not-present, already-voted.
    """
    command = commands.CastVote(
        item=item,
        person=actor.person,
        agency=actor.agency,
        vote=body.vote,
        casting=body.casting,
        now=handle.now(),
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/items/{item}/interests-recorded", status_code=201)
async def record_interest(
    meeting: Id, item: Id, body: PersonBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Write down that a member has declared an interest and takes no part.

    403: not-board-member. 409: meeting-not-open, unknown-item, already-decided.
    """
    command = commands.DeclareInterest(
        item=item, person=body.person, recorded_by=actor.person, now=handle.now()
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/items/{item}/hands", status_code=201)
async def record_hands(
    meeting: Id, item: Id, body: HandsBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Write down a show of hands, and the casting vote where there was one; again to correct it.

    403: not-board-member, member-interested.
    409: meeting-not-open, unknown-item, already-decided, member-not-present, own-vote-stands.
    """
    command = commands.RecordHands(
        item=item,
        votes=dict(body.votes),
        casting=body.casting,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/items/{item}/decision", status_code=201)
async def take_decision(meeting: Id, item: Id, handle: Handling, actor: Secretary) -> PartAccepted:
    """Count the votes; `part` is the decision's id, which is the item's.

    409: meeting-not-open, unknown-item, already-decided, paper-missing, notice-needed, not-quorate,
    nobody-voted, votes-equal.
    """
    command = commands.TakeDecision(item=item, now=handle.now())
    accepted = await handle(actor, MEETING, meeting, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=item)


@router.post("/meetings/{meeting}/closing", status_code=201)
async def close_meeting(meeting: Id, handle: Handling, actor: Secretary) -> Accepted:
    """The board rises. 409: meeting-not-open."""
    return await handle(actor, MEETING, meeting, commands.CloseMeeting(now=handle.now()))
