"""The doors of what is brought to a board: chair's actions, reviews, search, the year's report."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request

from services.needs.answers import PartAccepted, in_full
from services.needs.boards import commands
from services.needs.boards.bodies import (
    ChairsActionBody,
    ConductBody,
    ExternalReviewBody,
    NotedBody,
    Year,
)
from services.needs.boards.decider import BOARD
from services.needs.boards.information import Held, held_by, names
from services.needs.boards.reports import partner_years
from services.needs.boards.views import BUSINESS, BusinessRow
from services.needs.meetings.guarding import (
    Actions,
    Anyone,
    Boards,
    Decisions,
    Meetings,
    Partner,
    Secretary,
    Today,
    board_of,
    board_router,
    partners,
    reader_of,
    said,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.membership import members_of
from shared.http.reading import Listed, Texts, rows
from shared.values.quarters import financial_year

router = board_router()

Brought = Annotated[ViewStore[BusinessRow], rows(BUSINESS)]
MOST_FOUND = 200


@router.post("/chairs-actions", status_code=201)
async def take_chairs_action(
    partnership: Id, body: ChairsActionBody, handle: Handling, actor: Secretary
) -> PartAccepted:
    """Put on record what the chair did for the board where time did not allow a meeting.

    409: not-the-chair, views-missing. 422: not-a-member, date-in-future.
    """
    formed, _ = await board_of(handle, partnership)
    member = formed.board.get(body.acted_by)
    action = handle.part_id(actor, "action")
    command = commands.TakeChairsAction(
        action=action,
        title=body.title,
        text=await handle.keep_text(actor, "action", body.text),
        acted_by=body.acted_by,
        officer=member is not None and (member.chair or member.vice),
        members=frozenset(formed.board),
        consulted=tuple(body.consulted),
        acted_on=body.acted_on,
        now=handle.now(),
    )
    accepted = await handle(actor, BOARD, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=action)


@router.post("/external-reviews", status_code=201)
async def bring_external_review(
    partnership: Id, body: ExternalReviewBody, handle: Handling, actor: Secretary
) -> PartAccepted:
    """Bring an inspection or review from outside before the board. 422: date-in-future."""
    review = handle.part_id(actor, "review")
    command = commands.BringExternalReview(
        review=review,
        body=body.body,
        title=body.title,
        text=await handle.keep_text(actor, "review", body.text),
        published_on=body.published_on,
        exempt=body.exempt,
        now=handle.now(),
    )
    accepted = await handle(actor, BOARD, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=review)


@router.post("/conduct", status_code=201)
async def record_conduct(
    request: Request, partnership: Id, body: ConductBody, handle: Handling, actor: Secretary
) -> PartAccepted:
    """Record how far a partner kept what it undertook in the plan. 422: not-partner."""
    record = handle.part_id(actor, "conduct")
    command = commands.RecordConduct(
        record=record,
        agency=body.agency,
        partner=body.agency in await partners(request),
        year=body.year,
        plan=body.plan,
        commitment=body.commitment,
        kept=body.kept,
        text=await handle.keep_text(actor, "conduct", body.text),
        now=handle.now(),
    )
    accepted = await handle(actor, BOARD, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=record)


@router.post("/business/{business}/noting", status_code=201)
async def note_business(
    partnership: Id,
    business: Id,
    body: NotedBody,
    handle: Handling,
    meetings: Meetings,
    actor: Secretary,
) -> Accepted:
    """The board has had it at a meeting that is open. 409: business-noted, meeting-not-open."""
    row = await meetings.get(body.meeting)
    sits = row is not None and row.partnership == partnership and row.status == "open"
    command = commands.NoteBusiness(
        business=business, meeting=body.meeting, sits=sits, now=handle.now()
    )
    return await handle(actor, BOARD, partnership, command)


@router.get("/business")
async def list_business(
    partnership: Id, brought: Brought, texts: Texts, _: Partner
) -> Listed[dict[str, Any]]:
    """What has been brought to the board, the latest last, with its words."""
    row = await brought.get(partnership)
    matters = row.matters if row else ()
    listed = [{**in_full(one), "said": await said(texts, one.text)} for one in matters]
    return Listed(items=listed)


@router.get("/information")
async def search_information(
    request: Request,
    partnership: Id,
    meetings: Meetings,
    brought: Brought,
    texts: Texts,
    actor: Anyone,
    q: Annotated[str, Query(max_length=200)] = "",
    from_day: Annotated[date | None, Query()] = None,
    to_day: Annotated[date | None, Query()] = None,
) -> dict[str, Any]:
    """What the board holds on some words, for a freedom-of-information request.

    To the board and its partners also what is held back, with its marking; to anybody else only
    what may be released. `more`: the first 200 are shown.
    """
    reader = await reader_of(request, actor)
    held = (await meetings.find(where={"partnership": partnership})).values()
    known = sorted(
        held_by(held, await brought.get(partnership), reader), key=lambda one: (one.on, one.title)
    )
    found: list[Held] = []
    for one in known:
        if (from_day and one.on < from_day) or (to_day and one.on > to_day):
            continue
        if names(q, one.title, (await said(texts, one.text) or "") if one.text else ""):
            found.append(one)
    shown = found[:MOST_FOUND]
    content: dict[str, Any] = {
        "released": in_full([one for one in shown if one.release]),
        "more": len(found) > MOST_FOUND,
    }
    if reader.member:
        content["held_back"] = in_full([one for one in shown if not one.release])
    return content


@router.get("/annual-report")
async def read_annual_report(
    request: Request,
    partnership: Id,
    meetings: Meetings,
    actions: Actions,
    decisions: Decisions,
    brought: Brought,
    boards: Boards,
    texts: Texts,
    today: Today,
    _: Partner,
    year: Annotated[Year | None, Query()] = None,
) -> dict[str, Any]:
    """How far each partner acted by the plan in a financial year, and how the board met."""
    chosen = year or financial_year(today)
    ours = {"partnership": partnership}
    held = list((await meetings.find(where=ours)).values())
    row = await brought.get(partnership)
    board = await boards.get(partnership)
    years = partner_years(
        chosen,
        await members_of(request, partnership),
        held,
        list((await actions.find(where=ours)).values()),
        list((await decisions.find(where=ours)).values()),
        row.conduct if row else (),
        today,
    )
    shown: list[dict[str, Any]] = in_full(years)
    for one in shown:
        for each, text in zip(
            one["commitments"],
            [c.text for y in years if y.agency == one["agency"] for c in y.commitments],
            strict=True,
        ):
            each["said"] = await said(texts, text)
    met = [
        one
        for one in held
        if one.status != "called" and financial_year(london_date(one.held_at)) == chosen
    ]
    return {
        "year": chosen,
        "partners": shown,
        "meetings_held": len(met),
        "meetings_wanted": board.rules.meetings_a_year if board and board.rules else None,
        "external_reviews": in_full(
            [
                one
                for one in (row.matters if row else ())
                if one.kind == "external-review" and financial_year(one.on) == chosen
            ]
        ),
        "chairs_actions": sum(
            one.kind == "chairs-action" and financial_year(one.on) == chosen
            for one in (row.matters if row else ())
        ),
    }
