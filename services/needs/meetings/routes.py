"""The doors of board meetings: open agendas for every agency, exempt items for partners alone."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request

from services.needs.answers import PartAccepted
from services.needs.cited_texts import CitedText, cited
from services.needs.heard import (
    FORUM_REPORTS,
    INCIDENTS,
    REVIEWS,
    ForumReportRow,
    IncidentRow,
    ReviewRow,
    outstanding,
    since,
)
from services.needs.meetings import commands
from services.needs.meetings.bodies import (
    AttendanceBody,
    AuthorityBody,
    CallMeetingBody,
    MinutesBody,
    OpeningBody,
    PaperBody,
    VoteBody,
)
from services.needs.meetings.decider import MEETING
from services.needs.meetings.events import AgendaItem
from services.needs.meetings.refusals import RulesNotSet
from services.needs.meetings.views import DECISIONS, MEETINGS, DecisionRow, ItemRow, MeetingRow
from services.needs.meetings.waiting import review_items, waiting_reviews
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.state import Formed
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router


async def of_partnership(partnership: Id) -> str:
    """Every route here names the partnership, also where only its guard needs to know which."""
    return partnership


router = Router(
    prefix="/v1/partnerships/{partnership}",
    tags=["meetings"],
    dependencies=[Depends(of_partnership)],
)

Meetings = Annotated[ViewStore[MeetingRow], rows(MEETINGS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]
Incidents = Annotated[ViewStore[IncidentRow], rows(INCIDENTS)]
Reports = Annotated[ViewStore[ForumReportRow], rows(FORUM_REPORTS)]
Reviews = Annotated[ViewStore[ReviewRow], rows(REVIEWS)]


async def partners(request: Request) -> Parties:
    """The partners, where the meeting or decision named is their own board's. Raises Missing."""
    partnership = request.path_params["partnership"]
    for name, view in (("meeting", MEETINGS), ("decision", DECISIONS)):
        if name in request.path_params:
            store: ViewStore[Any] = request.app.state.house.stores[view.name]
            row = await store.get(request.path_params[name])
            if row is None or row.partnership != partnership:
                raise Missing
    return await members_of(request, partnership)


async def parties(request: Request) -> Parties:
    """Boards meet in the open: every agency not a partner is `public`."""
    return {**await partners(request), ANYONE: frozenset({"public"})}


Reader = Annotated[Actor, allowed("board:read", "member", "public", of=parties)]
Secretary = Annotated[Actor, allowed("board:write", "lead", of=partners)]
PartnerSecretary = Annotated[Actor, allowed("board:write", "member", of=partners)]
BoardMember = Annotated[Actor, allowed("board:vote", "member", of=partners)]


def shown(row: MeetingRow, *, member: bool) -> dict[str, Any]:
    """What one may see of a meeting: who votes how and what is exempt only partners."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    if not member:
        content["agenda"] = [_public(item) for item in row.agenda]
        del content["present"]
    return content


def _public(item: ItemRow) -> dict[str, Any]:
    if item.item.exempt:
        return {"item": {"item": item.item.item, "exempt": True}}
    papers = [paper for paper in item.papers if not paper.exempt]
    return {
        "item": msgspec.to_builtins(item.item),
        "papers": msgspec.to_builtins(papers),
        "decision": msgspec.to_builtins(item.decision),
    }


async def _is_member(request: Request, actor: Actor) -> bool:
    return actor.agency in await members_of(request, request.path_params["partnership"])


@router.get("/meetings")
async def list_meetings(
    request: Request, partnership: Id, meetings: Meetings, paging: Paging, actor: Reader
) -> Listed[dict[str, Any]]:
    """The board's meetings, in the order they were called."""
    member = await _is_member(request, actor)
    found = await meetings.find(
        where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
    )
    return paging.page({key: shown(row, member=member) for key, row in found.items()})


@router.get("/meetings/{meeting}")
async def read_meeting(
    request: Request,
    meeting: Id,
    meetings: Meetings,
    incidents: Incidents,
    reviews: Reviews,
    reports: Reports,
    decisions: Decisions,
    actor: Reader,
) -> dict[str, Any]:
    """One meeting; partners also see every serious incident outstanding on its day, exempt, and
    every formal review that waits for the board's decision, and what the provider forum reported
    since the meeting before.
    """
    row = await meetings.get(meeting)
    if row is None:
        raise Missing
    member = await _is_member(request, actor)
    content = shown(row, member=member)
    if member:
        reported = await incidents.find(where={"partnership": row.partnership})
        held_on = london_date(row.held_at)
        content["incidents"] = msgspec.to_builtins(outstanding(reported.values(), held_on))
        waiting = await waiting_reviews(reviews, decisions, row.partnership, held_on)
        content["reviews"] = msgspec.to_builtins(waiting)
        ours = {"partnership": row.partnership}
        held = [london_date(one.held_at) for one in (await meetings.find(where=ours)).values()]
        told = since((await reports.find(where=ours)).values(), held, held_on)
        content["forum_reports"] = msgspec.to_builtins(told)
    return content


@router.get("/meetings/{meeting}/papers/{paper}")
async def read_paper(
    request: Request, meeting: Id, paper: UUID, meetings: Meetings, texts: Texts, actor: Reader
) -> CitedText:
    """A paper, or the reason why it was urgent, or the minutes; exempt ones to partners only."""
    row = await meetings.get(meeting)
    if row is None:
        raise Missing
    member = await _is_member(request, actor)
    papers = [filed for item in row.agenda for filed in item.papers if member or not filed.exempt]
    urgent = [filed.urgent for filed in papers]
    return await cited(texts, paper, [*(filed.text for filed in papers), *urgent, row.minutes])


@router.post("/meetings", status_code=201)
async def call_meeting(
    partnership: Id,
    body: CallMeetingBody,
    handle: Handling,
    reviews: Reviews,
    decisions: Decisions,
    actor: Secretary,
) -> Accepted:
    """Call a meeting with its agenda; items get their ids here. 409: rules-not-set.

    A formal review that concluded in a redesign or an end, and on which the board has not decided,
    becomes an exempt item of the agenda by itself, unless the agenda has it already.

    422: meeting-past, meeting-too-far.
    """
    formed, version = await _board(handle, partnership)
    meeting = handle.new_id()
    agenda = tuple(
        AgendaItem(
            item=handle.part_id(actor, f"item-{n}"),
            title=item.title,
            about_kind=item.about_kind,
            about=item.about,
            exempt=item.exempt,
            constitution=item.constitution,
        )
        for n, item in enumerate(body.agenda)
    )
    named = {item.about for item in agenda if item.about_kind == "review"}
    waiting = await waiting_reviews(reviews, decisions, partnership, london_date(body.held_at))
    agenda += review_items(handle, actor, [row for row in waiting if row.review not in named])
    command = commands.CallMeeting(
        meeting=meeting,
        partnership=partnership,
        held_at=body.held_at,
        agenda=agenda,
        rules=formed.rules,
        called_by=actor.person,
        now=handle.now(),
    )
    step = Step(MEETING, meeting, command, partnership)
    return await handle.together(actor, [step], [_as_read(partnership, version)])


async def _board(handle: Handle, partnership: str) -> tuple[Formed, int]:
    state, version = await handle.loaded(PARTNERSHIP, partnership)
    if not isinstance(state, Formed):
        raise Missing
    return state, version


def _as_read(partnership: str, version: int) -> Unchanged:
    return Unchanged(PARTNERSHIP.stream(partnership), version)


@router.post("/meetings/{meeting}/papers", status_code=201)
async def file_paper(
    meeting: Id, body: PaperBody, handle: Handling, actor: Secretary
) -> PartAccepted:
    """File a paper on an item; `part` is its id. 409: unknown-item, paper-late, meeting-over."""
    text = await handle.keep_text(actor, "paper", body.text)
    urgent = body.urgent_reason and await handle.keep_text(actor, "urgent", body.urgent_reason)
    command = commands.FilePaper(
        paper=str(text.text),
        item=body.item,
        title=body.title,
        text=text,
        exempt=body.exempt,
        urgent=urgent or None,
        now=handle.now(),
    )
    accepted = await handle(actor, MEETING, meeting, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=str(text.text))


@router.post("/meetings/{meeting}/opening", status_code=201)
async def open_meeting(
    partnership: Id, meeting: Id, body: OpeningBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Open the meeting with those present; board and rules as they stand now hold for all of it.

    409: meeting-open, meeting-over, meeting-early, nobody-presides, rules-not-set.
    422: unknown-member.
    """
    formed, version = await _board(handle, partnership)
    if formed.rules is None:
        raise RulesNotSet
    command = commands.OpenMeeting(
        board=tuple(formed.board[person] for person in sorted(formed.board)),
        rules=formed.rules,
        present=tuple(dict.fromkeys(body.present)),
        presiding=body.presiding or "",
        now=handle.now(),
    )
    step = Step(MEETING, meeting, command, partnership)
    return await handle.together(actor, [step], [_as_read(partnership, version)])


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


@router.post("/meetings/{meeting}/items/{item}/decision", status_code=201)
async def take_decision(meeting: Id, item: Id, handle: Handling, actor: Secretary) -> PartAccepted:
    """Count the votes; `part` is the decision's id, which is the item's.

    409: meeting-not-open, unknown-item, already-decided, paper-missing, not-quorate, nobody-voted,
    votes-equal.
    """
    command = commands.TakeDecision(item=item, now=handle.now())
    accepted = await handle(actor, MEETING, meeting, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=item)


@router.post("/meetings/{meeting}/closing", status_code=201)
async def close_meeting(meeting: Id, handle: Handling, actor: Secretary) -> Accepted:
    """The board rises. 409: meeting-not-open."""
    return await handle(actor, MEETING, meeting, commands.CloseMeeting(now=handle.now()))


@router.post("/meetings/{meeting}/minutes", status_code=201)
async def approve_minutes(
    partnership: Id,
    meeting: Id,
    body: MinutesBody,
    handle: Handling,
    meetings: Meetings,
    actor: Secretary,
) -> Accepted:
    """Record minutes as a later meeting approved them.

    409: meeting-not-over, minutes-approved, not-later-meeting.
    """
    held, later = await meetings.get(meeting), await meetings.get(body.approved_in)
    approved = (
        held is not None
        and later is not None
        and later.partnership == partnership
        and later.status == "open"
        and later.held_at > held.held_at
    )
    command = commands.ApproveMinutes(
        minutes=await handle.keep_text(actor, "minutes", body.minutes),
        approved_in=body.approved_in,
        later_meeting=approved,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, MEETING, meeting, command)


@router.get("/decisions")
async def list_decisions(
    request: Request, partnership: Id, decisions: Decisions, paging: Paging, actor: Reader
) -> Listed[dict[str, Any]]:
    """What the board has decided, and on whose home authority; exempt ones to partners only."""
    ours = {"partnership": partnership}
    where = ours if await _is_member(request, actor) else {**ours, "exempt": False}
    found = await decisions.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})


@router.post("/decisions/{decision}/home-authority", status_code=201)
async def give_home_authority(
    decision: Id, body: AuthorityBody, handle: Handling, decisions: Decisions,
    actor: PartnerSecretary,
) -> Accepted:  # fmt: skip
    """The caller's own agency confirms what only it can decide.

    409: not-carried, authority-given.
    """
    row = await decisions.get(decision)
    if row is None:
        raise Missing
    command = commands.GiveHomeAuthority(
        decision=decision,
        agency=actor.agency,
        authority=body.authority,
        given_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, MEETING, row.meeting, command)
