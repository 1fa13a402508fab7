"""The doors of returns: the provider hands in, another agency judges, the partners read along."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile

from services.monitoring.flags.views import FLAG_ROWS, SERIES, FlagRow, SeriesRow
from services.monitoring.heard import (
    contract_row,
    parties_of_contract,
    sees_all,
    visible,
)
from services.monitoring.reactions import return_subject
from services.monitoring.returns import commands
from services.monitoring.returns.agenda import agenda
from services.monitoring.returns.bodies import (
    AnswerBody,
    CompletionBody,
    ExtensionBody,
    MeetingBody,
    PeriodId,
    QueryBody,
    ReasonBody,
    RejectBody,
    RestateBody,
    ReturnBody,
    VersionBody,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.disclosure import suppressed
from services.monitoring.returns.files import FileUnreadable, body_of, read_file
from services.monitoring.returns.rules import RULES
from services.monitoring.returns.shown import line, texts_of, whole
from services.monitoring.returns.submission import Asked, Handed, hand_in
from services.monitoring.returns.template import check_template, make_template
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow, actions_of, rates
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Cursor, Listed, Paging, Texts, rows
from shared.published.monitoring import Action

router = APIRouter(prefix="/v1/returns", tags=["returns"])

Returns = Annotated[ViewStore[ReturnRow], rows(RETURN_ROWS)]
Flags = Annotated[ViewStore[FlagRow], rows(FLAG_ROWS)]
Series = Annotated[ViewStore[SeriesRow], rows(SERIES)]
EVERYTHING = Cursor(after="", limit=5000)
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Reader = Annotated[
    Actor, allowed("returns:read", "provider", "lead", "member", of=parties_of_contract)
]
Provider = Annotated[Actor, allowed("returns:submit", "provider", of=parties_of_contract)]
Reviewer = Annotated[Actor, allowed("returns:review", "reviewer", of=parties_of_contract)]
Anyone = Annotated[Actor, allowed("returns:read")]
DryRun = Annotated[bool, Query(description="Judge and count, and write nothing")]


async def _row(returns: Returns, contract: str, period: str) -> ReturnRow:
    row = await returns.get(return_subject(contract, period))
    if row is None:
        raise Missing
    return row


# -- lists


@router.get("")
async def list_returns(
    request: Request,
    returns: Returns,
    paging: Paging,
    actor: Anyone,
    contract: Id | None = None,
    status: Id | None = None,
) -> Listed[dict[str, Any]]:
    """Returns on the contracts one has to do with; by contract, by status."""
    where = {"contract": contract} if contract else {}
    if status:
        where["status"] = status
    found = await visible(request, returns, actor, paging, **where)
    return paging.page({key: line(row) for key, row in found.items()})


@router.get("/rules")
async def list_rules(_: Anyone) -> list[dict[str, Any]]:
    """The rules that figures are checked by, as data."""
    return [
        {
            "code": rule.code,
            "stage": rule.stage,
            "message": rule.message,
            "fields": rule.fields,
            "from_date": rule.from_date,
        }
        for rule in RULES
    ]


@router.get("/actions")
async def list_actions(
    request: Request,
    returns: Returns,
    paging: Paging,
    actor: Anyone,
    contract: Id | None = None,
    overdue: bool = False,
) -> list[dict[str, Any]]:
    """Actions of review meetings, for the provider and the contract manager; `overdue` alone."""
    where = {"contract": contract} if contract else {}
    found = await visible(request, returns, actor, paging, **where)
    now = request.app.state.house.clock()
    return [
        msgspec.to_builtins(action)
        for row in found.values()
        if sees_all(actor, row.provider, row.commissioner)
        for action in actions_of(row, now)
        if action.overdue or not overdue
    ]


@router.get("/rates")
async def read_rates(
    request: Request,
    returns: Returns,
    actor: Anyone,
    contract: Id | None = None,
    provider: Id | None = None,
) -> dict[str, Any]:
    """Completeness and timeliness, apart; nil, late, missing and excused, apart."""
    where = {"contract": contract} if contract else {}
    if provider:
        where["provider"] = provider
    found = await visible(request, returns, actor, EVERYTHING, **where)
    return msgspec.to_builtins(rates(found.values(), request.app.state.house.clock()))


@router.get("/{contract}/template.xlsx", response_class=Response)
async def read_template(
    request: Request,
    contract: Id,
    returns: Returns,
    _: Reader,
    period: PeriodId | None = None,
) -> Response:
    """A spreadsheet for one period of the contract (the next that is not in, unless named). 404."""
    terms = (await contract_row(request, contract)).terms
    if period is None:
        found = await returns.find(where={"contract": contract})
        open_rows = (row for row in found.values() if not row.standing.submitted)
        period = next((row.period for row in open_rows if row.status != "cancelled"), None)
    if period is None or await returns.get(return_subject(contract, period)) is None:
        raise Missing
    name = f"return-{period}.xlsx"
    return Response(
        make_template(contract, terms, period),
        media_type=SPREADSHEET,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/{contract}/series")
async def read_series(
    request: Request, contract: Id, series: Series, actor: Reader
) -> list[dict[str, Any]]:
    """Each measure's readings that came to stand, by period and version."""
    row = await contract_row(request, contract)
    units = {measure.measure: measure.unit for measure in row.terms.measures}
    content: list[dict[str, Any]] = []
    for one in (await series.find(where={"contract": contract})).values():
        shown: dict[str, Any] = msgspec.to_builtins(one)
        if not sees_all(actor, row.provider, row.commissioner):
            hidden = suppressed([point.reading for point in one.points], dict(units))
            for point, reading in zip(shown["points"], hidden, strict=True):
                point["reading"] = msgspec.to_builtins(reading)
        content.append(shown)
    return content


# -- one return


@router.get("/{contract}/{period}")
async def read_return(
    request: Request,
    response: Response,
    contract: Id,
    period: PeriodId,
    returns: Returns,
    actor: Reader,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """One return, as it is or as it was known at a time. 404."""
    row = await _row(returns, contract, period)
    if known_at is not None:
        known = await returns.known_at(return_subject(contract, period), known_at)
        if known is None:
            raise Missing
        row = known.row
    response.headers["ETag"] = f'"{row.version}"'
    return whole(row, (await contract_row(request, contract)).terms, actor)


@router.get("/{contract}/{period}/texts/{text}", response_class=Response)
async def read_text(
    contract: Id, period: PeriodId, text: UUID, returns: Returns, texts: Texts, actor: Reader
) -> Response:
    """A text that the return cites: story, reason, query, answer, minutes, action. 404."""
    row = await _row(returns, contract, period)
    kept = await texts.get(text) if text in texts_of(row) else None
    if kept is None or kept.content is None:
        raise Missing
    if not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    draft = row.standing.draft
    if draft is not None and draft.text == text and actor.agency != row.provider:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.get("/{contract}/{period}/agenda")
async def read_agenda(
    request: Request, contract: Id, period: PeriodId, returns: Returns, flags: Flags, _: Reviewer
) -> list[dict[str, Any]]:
    """What the review meeting over this return has to talk about, made from the return. 404."""
    row = await _row(returns, contract, period)
    of_contract = {"contract": contract}
    others = await returns.find(where=of_contract)
    cases = await flags.find(where={**of_contract, "open": True})
    now = request.app.state.house.clock()
    actions = [action for other in others.values() for action in actions_of(other, now)]
    terms = (await contract_row(request, contract)).terms
    return [msgspec.to_builtins(item) for item in agenda(row, terms, cases.values(), actions)]


@router.put("/{contract}/{period}")
async def submit_return(
    request: Request,
    contract: Id,
    period: PeriodId,
    body: ReturnBody,
    handle: Handling,
    actor: Provider,
    dry_run: DryRun = False,
) -> Handed:
    """Hand the return in, all or nothing. 409: period-not-over, window-closed, return-accepted,
    return-cancelled. 422: return-has-errors, explanations-missing, with every place in `errors`.
    """
    asked = Asked(contract=contract, period=period, body=body, content=await request.body())
    return await hand_in(request, handle, actor, asked, dry_run=dry_run)


@router.put("/{contract}/{period}/draft")
async def save_draft(
    request: Request,
    contract: Id,
    period: PeriodId,
    _: ReturnBody,
    handle: Handling,
    actor: Provider,
) -> Accepted:
    """Keep an unfinished return; nobody judges it. 409: period-not-over, already-submitted."""
    draft = await handle.keep_text(actor, "draft", await request.body(), "application/json")
    command = commands.SaveDraft(draft=draft, saved_by=actor.person, now=handle.now())
    return await handle(actor, RETURNS, return_subject(contract, period), command)


_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post("/{contract}/{period}/file", status_code=201, openapi_extra=_FILE)
async def submit_file(
    request: Request,
    contract: Id,
    period: PeriodId,
    handle: Handling,
    actor: Provider,
    dry_run: DryRun = False,
) -> Handed:
    """Hand the return in as .csv or .xlsx. Refuses like the JSON way, and: 422: formula-refused,
    macros-refused, too-large, file-unreadable, template-stale, wrong-contract-or-period.
    """
    async with request.form(max_files=1, max_fields=4) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise FileUnreadable("Send one file in the field `file`.")
        content, name = await upload.read(), upload.filename or ""
    filed = read_file(name, content)
    spreadsheet = content.startswith(b"PK")
    if spreadsheet:
        terms = (await contract_row(request, contract)).terms
        check_template(filed.template, contract, terms, period)
    asked = Asked(
        contract=contract,
        period=period,
        body=body_of(filed),
        content=content,
        media_type=SPREADSHEET if spreadsheet else "text/csv",
        filed=filed,
    )
    return await hand_in(request, handle, actor, asked, dry_run=dry_run)


@router.post("/{contract}/{period}/restatement", status_code=201)
async def restate_return(
    request: Request,
    contract: Id,
    period: PeriodId,
    body: RestateBody,
    handle: Handling,
    actor: Provider,
    dry_run: DryRun = False,
) -> Handed:
    """New figures for an accepted period, with a reason; both versions are kept.

    409: not-accepted, restatement-consent-needed. 422: return-has-errors, explanations-missing.
    """
    asked = Asked(contract=contract, period=period, body=body, content=await request.body())
    return await hand_in(request, handle, actor, asked, dry_run=dry_run)


@router.post("/{contract}/{period}/restatement-consent", status_code=201)
async def consent_to_restatement(
    contract: Id, period: PeriodId, body: ReasonBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Let one more restatement come. 409: not-accepted."""
    command = commands.ConsentToRestatement(
        reason=await handle.keep_text(actor, "reason", body.reason),
        consented_by=actor.person,
        agency=actor.agency,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


# -- judged


@router.post("/{contract}/{period}/queries", status_code=201)
async def raise_query(
    contract: Id, period: PeriodId, body: QueryBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Ask about the figures; the days to acceptance stop. 409: not-submitted, return-accepted."""
    text = await handle.keep_text(actor, "query", body.text)
    command = commands.RaiseQuery(
        query=str(text.text),
        measure=body.measure,
        text=text,
        raised_by=actor.person,
        agency=actor.agency,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/queries/{query}/answer", status_code=201)
async def answer_query(
    request: Request,
    contract: Id,
    period: PeriodId,
    query: Id,
    body: AnswerBody,
    handle: Handling,
    actor: Provider,
) -> Accepted:
    """Answer a query; with the last answer the days begin again. 409: unknown-query."""
    terms = (await contract_row(request, contract)).terms
    command = commands.AnswerQuery(
        query=query,
        text=await handle.keep_text(actor, "answer", body.answer),
        accepted_after_working_days=terms.accepted_after_working_days,
        answered_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/acceptance", status_code=201)
async def accept_return(
    contract: Id, period: PeriodId, body: VersionBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Let the figures stand. 409: not-submitted, query-open, not-the-latest-version,
    return-accepted. 403: acceptor-is-provider.
    """
    command = commands.AcceptReturn(
        version=body.version, accepted_by=actor.person, agency=actor.agency, now=handle.now()
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/rejection", status_code=201)
async def reject_return(
    contract: Id, period: PeriodId, body: RejectBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Send the figures back. 409: not-submitted, not-the-latest-version, return-accepted."""
    command = commands.RejectReturn(
        version=body.version,
        reason=await handle.keep_text(actor, "reason", body.reason),
        rejected_by=actor.person,
        agency=actor.agency,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/extension", status_code=201)
async def grant_extension(
    contract: Id, period: PeriodId, body: ExtensionBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Move the due date to a later day. 409: already-submitted. 422: not-a-later-date."""
    command = commands.GrantExtension(
        due_on=body.due_on,
        reason=await handle.keep_text(actor, "reason", body.reason),
        granted_by=actor.person,
        agency=actor.agency,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/meetings", status_code=201)
async def hold_review_meeting(
    contract: Id, period: PeriodId, body: MeetingBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Record the review meeting: minutes and actions. 409: not-submitted. 422: date-in-future."""
    texts = [
        await handle.keep_text(actor, f"action-{n}", action.text)
        for n, action in enumerate(body.actions)
    ]
    command = commands.HoldReviewMeeting(
        held_on=body.held_on,
        minutes=await handle.keep_text(actor, "minutes", body.minutes),
        actions=tuple(
            Action(action=str(text.text), text=text, owner=action.owner, due_on=action.due_on)
            for action, text in zip(body.actions, texts, strict=True)
        ),
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)


@router.post("/{contract}/{period}/actions/{action}/completion", status_code=201)
async def complete_action(
    contract: Id,
    period: PeriodId,
    action: Id,
    body: CompletionBody,
    handle: Handling,
    actor: Reviewer,
) -> Accepted:
    """Record an action as done. 409: unknown-action. 422: date-in-future."""
    command = commands.CompleteAction(
        action=action,
        completed_on=body.completed_on,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, RETURNS, return_subject(contract, period), command)
