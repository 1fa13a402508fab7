"""The doors of partnerships: the register is open to every agency, the board to its partners."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.needs.answers import in_full
from services.needs.meetings.views import DECISIONS, MEETINGS, DecisionRow, MeetingRow
from services.needs.partnerships import commands
from services.needs.partnerships.bodies import (
    BoardMemberBody,
    ElectionBody,
    ExtraMeetingBody,
    FormPartnershipBody,
    LeavingBody,
    OwnRequestBody,
    PartnerBody,
    PersonBody,
    RulesBody,
)
from services.needs.partnerships.decider import PARTNERSHIP
from services.needs.partnerships.events import BoardMember
from services.needs.partnerships.refusals import NotAsCarried, OnlyOwnAgency
from services.needs.partnerships.views import BOARDS, BoardRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing, NotPermitted
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import PARTNERSHIPS, PartnershipRow, members_of
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/partnerships", tags=["partnerships"])

Partnerships = Annotated[ViewStore[PartnershipRow], rows(PARTNERSHIPS)]
Boards = Annotated[ViewStore[BoardRow], rows(BOARDS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]
Meetings = Annotated[ViewStore[MeetingRow], rows(MEETINGS)]


async def parties(request: Request) -> Parties:
    """The partners, the lead among them; the register is open, so anyone else is `public`."""
    found = await members_of(request, request.path_params["partnership"])
    return {**found, ANYONE: frozenset({"public"})}


async def partners(request: Request) -> Parties:
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", "public", of=parties)]
Secretary = Annotated[Actor, allowed("board:write", "lead", of=partners)]
PartnerSecretary = Annotated[Actor, allowed("board:write", "member", of=partners)]
Sitting = Annotated[Actor, allowed("board:vote", "member", of=partners)]


@router.get("")
async def list_partnerships(
    partnerships: Partnerships, paging: Paging, _: Annotated[Actor, allowed("needs:read")]
) -> Listed[dict[str, Any]]:
    """The register of partnerships, with their lead and partner agencies."""
    found = await partnerships.find(after=paging.after, limit=paging.limit + 1)
    return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})


@router.get("/{partnership}")
async def read_partnership(
    partnership: Id, partnerships: Partnerships, boards: Boards, actor: Reader
) -> dict[str, Any]:
    """One partnership; the board's rules and members only to partners."""
    row = await partnerships.get(partnership)
    if row is None:
        raise Missing
    content: dict[str, Any] = msgspec.to_builtins(row)
    if actor.agency in row.agencies:
        content["board"] = in_full(await boards.get(partnership))
    return content


@router.post("", status_code=201)
async def form_partnership(
    body: FormPartnershipBody, handle: Handling, actor: Annotated[Actor, allowed("board:write")]
) -> Accepted:
    """Form a partnership; its lead does. 403: not-permitted.

    422: members-too-few, member-twice, lead-not-member.
    """
    if body.lead != actor.agency:
        raise NotPermitted
    partnership = handle.new_id()
    command = commands.FormPartnership(
        partnership=partnership,
        name=body.name,
        lead=body.lead,
        members=tuple(member.term() for member in body.members),
        effective_on=body.effective_on,
        now=handle.now(),
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/partners", status_code=201)
async def admit_partner(
    partnership: Id, body: PartnerBody, handle: Handling, actor: Secretary
) -> Accepted:
    """A partner agency joins. 409: already-partner."""
    command = commands.AdmitPartner(
        partner=body.term(), effective_on=body.effective_on, now=handle.now()
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/leavings", status_code=201)
async def release_partner(
    request: Request,
    partnership: Id,
    body: LeavingBody,
    handle: Handling,
    actor: PartnerSecretary,
) -> Accepted:
    """A partner leaves: by itself or through the lead. 403: only-own-agency.

    409: not-partner, lead-stays, named-in-quorum.
    """
    standing = (await partners(request)).get(actor.agency, frozenset())
    if body.agency != actor.agency and "lead" not in standing:
        raise OnlyOwnAgency
    command = commands.ReleasePartner(
        agency=body.agency, effective_on=body.effective_on, now=handle.now()
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/rules", status_code=201)
async def set_board_rules(
    partnership: Id,
    body: RulesBody,
    handle: Handling,
    decisions: Decisions,
    meetings: Meetings,
    actor: Secretary,
) -> Accepted:
    """Set the board's rules; later changes need a carried decision of two thirds about this
    partnership, and are what the notice of that meeting proposed.

    409: rules-need-decision, rules-not-as-carried. 422: quorum-unknown, majority-too-small.
    """
    row = await decisions.get(body.decision) if body.decision else None
    carried = row is not None and row.changes_rules_of(partnership)
    if row is not None and carried:
        meeting = await meetings.get(row.meeting)
        item = meeting.item(row.decision) if meeting else None
        if item and item.item.proposed and item.item.proposed != body.rules():
            raise NotAsCarried
    command = commands.SetBoardRules(
        rules=body.rules(), decision=row.decision if row and carried else "", now=handle.now()
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/board-members", status_code=201)
async def name_board_member(
    partnership: Id, body: BoardMemberBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Name who sits on the board for a partner; a new chair replaces the old. 409: not-partner."""
    member = BoardMember(person=body.person, agency=body.agency, chair=body.chair, vice=body.vice)
    command = commands.NameBoardMember(member=member, now=handle.now())
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/elections", status_code=201)
async def elect_officers(
    partnership: Id,
    body: ElectionBody,
    handle: Handling,
    decisions: Decisions,
    meetings: Meetings,
    actor: Secretary,
) -> Accepted:
    """Record the chair and vice chair whom the board chose for a year.

    409: election-not-carried, not-on-board. 422: one-officer-twice.
    """
    row = await decisions.get(body.decision)
    meeting = await meetings.get(row.meeting) if row else None
    item = meeting.item(body.decision) if meeting else None
    ours = row is not None and row.carried and row.partnership == partnership
    carried = ours and item is not None and item.item.election
    command = commands.ElectOfficers(
        chair=body.chair,
        vice_chair=body.vice_chair,
        decision=body.decision if carried else "",
        elected_on=row.decided_on if row else london_date(handle.now()),
        now=handle.now(),
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/extra-meeting-requests", status_code=201)
async def record_extra_meeting_requests(
    partnership: Id, body: ExtraMeetingBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Members have asked in writing for a meeting; once enough have, it is held within the days
    the rules say. 409: not-on-board, asked-already, rules-not-set. 422: date-in-future.
    """
    command = commands.AskExtraMeeting(
        persons=tuple(body.persons),
        reason=await handle.keep_text(actor, "reason", body.reason),
        received_on=body.received_on,
        now=handle.now(),
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/extra-meeting-requests/own", status_code=201)
async def ask_extra_meeting(
    partnership: Id, body: OwnRequestBody, handle: Handling, actor: Sitting
) -> Accepted:
    """A member asks for a meeting, today. 409: not-on-board, asked-already, rules-not-set."""
    command = commands.AskExtraMeeting(
        persons=(actor.person,),
        reason=await handle.keep_text(actor, "reason", body.reason),
        received_on=london_date(handle.now()),
        now=handle.now(),
    )
    return await handle(actor, PARTNERSHIP, partnership, command)


@router.post("/{partnership}/standings-down", status_code=201)
async def stand_down_board_member(
    partnership: Id, body: PersonBody, handle: Handling, actor: Secretary
) -> Accepted:
    """A person leaves the board. 409: not-on-board."""
    command = commands.StandDownBoardMember(person=body.person, now=handle.now())
    return await handle(actor, PARTNERSHIP, partnership, command)
