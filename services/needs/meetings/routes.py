"""The doors of board meetings: open agendas for every agency, exempt items for partners alone."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request

from services.needs.agreed_indicators.reading import before_meeting
from services.needs.answers import PartAccepted, in_full
from services.needs.assurances.reading import assured, summary
from services.needs.boards.views import BUSINESS, BusinessRow
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
    CallMeetingBody,
    ItemBody,
    PaperBody,
    SubstituteBody,
)
from services.needs.meetings.decider import MEETING
from services.needs.meetings.events import AgendaItem
from services.needs.meetings.guarding import (
    Anyone,
    Decisions,
    Meetings,
    Secretary,
    as_read,
    board_of,
    board_router,
    reader_of,
    said,
)
from services.needs.meetings.showing import shown, texts_seen
from services.needs.meetings.waiting import review_items, waiting_reviews
from services.needs.partnerships.commands import AnswerExtraRequest
from services.needs.partnerships.decider import PARTNERSHIP
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.reading import Listed, Paging, Texts, rows

router = board_router()

Incidents = Annotated[ViewStore[IncidentRow], rows(INCIDENTS)]
Reports = Annotated[ViewStore[ForumReportRow], rows(FORUM_REPORTS)]
Brought = Annotated[ViewStore[BusinessRow], rows(BUSINESS)]
Reviews = Annotated[ViewStore[ReviewRow], rows(REVIEWS)]


@router.get("/meetings")
async def list_meetings(
    request: Request, partnership: Id, meetings: Meetings, paging: Paging, actor: Anyone
) -> Listed[dict[str, Any]]:
    """The board's meetings, in the order they were called."""
    reader = await reader_of(request, actor)
    found = await meetings.find(
        where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
    )
    return paging.page({key: shown(row, reader) for key, row in found.items()})


@router.get("/meetings/{meeting}")
async def read_meeting(
    request: Request,
    meeting: Id,
    meetings: Meetings,
    incidents: Incidents,
    reviews: Reviews,
    reports: Reports,
    decisions: Decisions,
    brought: Brought,
    texts: Texts,
    actor: Anyone,
) -> dict[str, Any]:
    """One meeting; partners also see every serious incident outstanding on its day, exempt, and
    every formal review that waits for the board's decision, and what the provider forum reported
    since the meeting before, the chair's actions and reviews from outside that wait for the board,
    the formal arrangements in which quality assurance found something open, and whether the report
    of performance against the year's agreed indicators has come to it.
    """
    row = await meetings.get(meeting)
    if row is None:
        raise Missing
    reader = await reader_of(request, actor)
    content = shown(row, reader)
    if reader.member:
        reported = await incidents.find(where={"partnership": row.partnership})
        held_on = london_date(row.held_at)
        content["incidents"] = msgspec.to_builtins(outstanding(reported.values(), held_on))
        waiting = await waiting_reviews(reviews, decisions, row.partnership, held_on)
        content["reviews"] = msgspec.to_builtins(waiting)
        ours = {"partnership": row.partnership}
        held = [london_date(one.held_at) for one in (await meetings.find(where=ours)).values()]
        told = since((await reports.find(where=ours)).values(), held, held_on)
        content["forum_reports"] = msgspec.to_builtins(told)
        business = await brought.get(row.partnership)
        content["business"] = [
            {**in_full(one), "said": await said(texts, one.text)}
            for one in (business.matters if business else ())
            if one.before(held_on) or one.noted_in == meeting
        ]
        arrangements = await assured(request, row.partnership, held_on)
        content["assurance"] = [in_full(summary(one)) for one in arrangements if one.open]
        content["performance"] = await before_meeting(request, row.partnership, meeting, held_on)
    return content


@router.get("/meetings/{meeting}/papers/{paper}")
async def read_paper(
    request: Request, meeting: Id, paper: UUID, meetings: Meetings, texts: Texts, actor: Anyone
) -> CitedText:
    """A paper, or the reason why it was urgent, or the minutes. 404: not-found, also where it is
    exempt and the reader no partner, or confidential and the reader not on the board.
    """
    row = await meetings.get(meeting)
    if row is None:
        raise Missing
    reader = await reader_of(request, actor)
    return await cited(texts, paper, texts_seen(row, reader))


@router.post("/meetings", status_code=201)
async def call_meeting(
    partnership: Id,
    body: CallMeetingBody,
    handle: Handling,
    reviews: Reviews,
    decisions: Decisions,
    actor: Secretary,
) -> Accepted:
    """Call a meeting with its agenda; items get their ids here.

    A formal review that concluded in a redesign or an end, and on which the board has not decided,
    becomes an exempt item of the agenda by itself, unless the agenda has it already. `extra` is the
    meeting that members have asked for. 409: rules-not-set, extra-meeting-not-asked.

    422: meeting-past, meeting-too-far, alteration-unstated, extra-meeting-too-late.
    """
    formed, version = await board_of(handle, partnership)
    meeting = handle.new_id()
    agenda = tuple(
        _item(item, handle.part_id(actor, f"item-{n}")) for n, item in enumerate(body.agenda)
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
        extra=body.extra,
        now=handle.now(),
    )
    step = Step(MEETING, meeting, command, partnership)
    if not body.extra:
        return await handle.together(actor, [step], [as_read(partnership, version)])
    answer = AnswerExtraRequest(
        meeting=meeting, held_on=london_date(body.held_at), now=handle.now()
    )
    return await handle.together(actor, [step, Step(PARTNERSHIP, partnership, answer)])


def _item(body: ItemBody, item: str) -> AgendaItem:
    return AgendaItem(
        item=item,
        title=body.title,
        about_kind=body.about_kind,
        about=body.about,
        exempt=body.exempt,
        constitution=body.constitution,
        confidential=body.confidential,
        ground=body.ground,
        proposed=body.proposed.rules() if body.proposed else None,
        election=body.election,
        ratified_by=tuple(body.ratified_by),
    )


@router.post("/meetings/{meeting}/substitutes", status_code=201)
async def agree_substitute(
    partnership: Id, meeting: Id, body: SubstituteBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Another person has a member's seat for this meeting, as the chair has agreed beforehand.

    409: substitute-not-agreed, meeting-open, meeting-over. 422: not-stood-in-for, substitute-sits.
    """
    formed, version = await board_of(handle, partnership)
    command = commands.AgreeSubstitute(
        board=tuple(formed.board.values()),
        person=body.person,
        substitute=body.substitute,
        agreed_by=body.agreed_by,
        now=handle.now(),
    )
    step = Step(MEETING, meeting, command, partnership)
    return await handle.together(actor, [step], [as_read(partnership, version)])


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
        confidential=body.confidential,
        ground=body.ground,
        now=handle.now(),
    )
    accepted = await handle(actor, MEETING, meeting, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=str(text.text))
