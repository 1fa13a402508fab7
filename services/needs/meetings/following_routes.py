"""The doors of what follows from a meeting: minutes, actions, decisions and their authority."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from services.needs.answers import PartAccepted, in_full
from services.needs.meetings import commands
from services.needs.meetings.bodies import (
    ActionBody,
    AuthorityBody,
    CallInBody,
    DoneBody,
    DraftBody,
    MinutesBody,
    OutcomeBody,
)
from services.needs.meetings.decider import MEETING
from services.needs.meetings.guarding import (
    Actions,
    Anyone,
    Decisions,
    Meetings,
    Partner,
    PartnerSecretary,
    Secretary,
    Today,
    board_router,
    partners,
    reader_of,
    said,
)
from services.needs.meetings.views import DecisionRow, ItemRow
from shared.eventsourcing.commands import Missing, NotPermitted
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.reading import Listed, Paging, Texts

router = board_router()


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
    exempt = body.exempt_part and await handle.keep_text(actor, "exempt", body.exempt_part)
    command = commands.ApproveMinutes(
        minutes=await handle.keep_text(actor, "minutes", body.minutes),
        approved_in=body.approved_in,
        later_meeting=approved,
        recorded_by=actor.person,
        exempt_minutes=exempt or None,
        now=handle.now(),
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/draft-minutes", status_code=201)
async def draft_minutes(
    meeting: Id, body: DraftBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Send draft minutes round the partners. 409: meeting-not-over, minutes-approved."""
    command = commands.DraftMinutes(
        minutes=await handle.keep_text(actor, "draft", body.minutes),
        drafted_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, MEETING, meeting, command)


@router.post("/meetings/{meeting}/actions", status_code=201)
async def agree_action(
    request: Request, meeting: Id, body: ActionBody, handle: Handling, actor: Secretary
) -> PartAccepted:
    """Put an action into the board's log; `part` is its id.

    409: meeting-not-sat, unknown-item. 422: owner-not-partner, date-in-past.
    """
    action = handle.part_id(actor, "action")
    command = commands.AgreeAction(
        action=action,
        text=await handle.keep_text(actor, "action", body.text),
        owner=body.owner,
        partner=body.owner in await partners(request),
        due_on=body.due_on,
        item=body.item or "",
        now=handle.now(),
    )
    accepted = await handle(actor, MEETING, meeting, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=action)


@router.get("/actions")
async def list_board_actions(
    partnership: Id, actions: Actions, texts: Texts, paging: Paging, today: Today, _: Partner
) -> Listed[dict[str, Any]]:
    """The board's action log, for its partners: what is to do and done, and what is overdue."""
    found = await actions.find(
        where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
    )
    shown = {
        key: {
            **in_full(row),
            "said": await said(texts, row.text),
            "overdue": row.done_on is None and row.due_on < today,
        }
        for key, row in found.items()
    }
    return paging.page(shown)


@router.post("/actions/{action}/completion", status_code=201)
async def complete_board_action(
    request: Request, action: Id, body: DoneBody, handle: Handling, actions: Actions,
    actor: PartnerSecretary,
) -> Accepted:  # fmt: skip
    """The partner whose action it is, or the board's secretary, records that it is done.

    403: not-permitted. 409: action-done. 422: date-in-future.
    """
    row = await actions.get(action)
    if row is None:
        raise Missing
    standing = (await partners(request)).get(actor.agency, frozenset())
    if actor.agency != row.owner and "lead" not in standing:
        raise NotPermitted
    command = commands.CompleteAction(
        action=action, done_on=body.done_on, recorded_by=actor.person, now=handle.now()
    )
    return await handle(actor, MEETING, row.meeting, command)


@router.get("/decisions")
async def list_decisions(
    request: Request,
    partnership: Id,
    decisions: Decisions,
    meetings: Meetings,
    paging: Paging,
    actor: Anyone,
) -> Listed[dict[str, Any]]:
    """What the board has decided, which partners' own bodies must confirm it and how far that has
    come; exempt ones to partners only, confidential ones to the board.
    """
    reader = await reader_of(request, actor)
    ours = {"partnership": partnership}
    where = ours if reader.member else {**ours, "exempt": False}
    found = await decisions.find(where=where, after=paging.after, limit=paging.limit + 1)
    page = paging.page(found)
    held = await meetings.find(where=ours)
    listed: list[dict[str, Any]] = []
    for row in page.items:
        meeting = held.get(row.meeting)
        item = meeting.item(row.decision) if meeting else None
        if item is None or reader.sees_item(item):
            listed.append(_decided(row, item, member=reader.member))
    return Listed(items=listed, next=page.next)


def _decided(row: DecisionRow, item: ItemRow | None, *, member: bool) -> dict[str, Any]:
    content: dict[str, Any] = in_full(row)
    content["title"] = item.item.title if item else ""
    asked = item.item.ratified_by if item and row.carried else ()
    content["awaited"] = [
        agency for agency in asked if agency not in {one.agency for one in row.authorities}
    ]
    if not member:
        del content["authorities"], content["awaited"]
    return content


@router.post("/decisions/{decision}/home-authority", status_code=201)
async def give_home_authority(
    decision: Id, body: AuthorityBody, handle: Handling, decisions: Decisions,
    actor: PartnerSecretary,
) -> Accepted:  # fmt: skip
    """The caller's own agency confirms what only it can decide: at once or, where its own scrutiny
    may call the decision in until a day is over, after that day.

    409: not-carried, authority-given. 422: date-in-past.
    """
    row = await decisions.get(decision)
    if row is None:
        raise Missing
    command = commands.GiveHomeAuthority(
        decision=decision,
        agency=actor.agency,
        authority=body.authority,
        given_by=actor.person,
        call_in_until=body.call_in_until,
        now=handle.now(),
    )
    return await handle(actor, MEETING, row.meeting, command)


@router.post("/decisions/{decision}/call-in", status_code=201)
async def call_in_decision(
    decision: Id, body: CallInBody, handle: Handling, decisions: Decisions,
    actor: PartnerSecretary,
) -> Accepted:  # fmt: skip
    """The caller's own scrutiny looks at its agency's decision again. 409: not-callable-in."""
    row = await decisions.get(decision)
    if row is None:
        raise Missing
    command = commands.CallInDecision(
        decision=decision,
        agency=actor.agency,
        reason=await handle.keep_text(actor, "reason", body.reason),
        now=handle.now(),
    )
    return await handle(actor, MEETING, row.meeting, command)


@router.post("/decisions/{decision}/call-in-outcome", status_code=201)
async def end_call_in(
    decision: Id, body: OutcomeBody, handle: Handling, decisions: Decisions,
    actor: PartnerSecretary,
) -> Accepted:  # fmt: skip
    """The decision stands, and authority is given; or it goes back. 409: not-called-in."""
    row = await decisions.get(decision)
    if row is None:
        raise Missing
    command = commands.EndCallIn(
        decision=decision, agency=actor.agency, stands=body.stands, now=handle.now()
    )
    return await handle(actor, MEETING, row.meeting, command)
