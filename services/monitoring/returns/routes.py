"""The doors of returns: the provider hands in, another agency judges."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from services.monitoring.heard import (
    contract_row,
    parties_of_contract,
)
from services.monitoring.reactions import return_subject
from services.monitoring.returns import commands
from services.monitoring.returns.bodies import (
    AcceptBody,
    AnswerBody,
    CompletionBody,
    DraftBody,
    ExtensionBody,
    MeetingBody,
    PeriodId,
    QueryBody,
    ReasonBody,
    RejectBody,
    RestateBody,
    ReturnBody,
)
from services.monitoring.returns.bulk import ManyBody, ManyTold, hand_in_many
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.error_lists import answered, of_rows
from services.monitoring.returns.files import FileUnreadable, HasRowProblems, body_of, read_file
from services.monitoring.returns.rule_reads import wants_csv
from services.monitoring.returns.submission import Asked, Handed, hand_in
from services.monitoring.returns.template import SPREADSHEET, check_template
from shared.eventsourcing.commands import Invalid
from shared.http.bodies import Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.published.monitoring import Action

router = Router(prefix="/v1/returns", tags=["returns"])


Provider = Annotated[Actor, allowed("returns:submit", "provider", of=parties_of_contract)]
Reviewer = Annotated[Actor, allowed("returns:review", "reviewer", of=parties_of_contract)]
DryRun = Annotated[bool, Query(description="Judge and count, and write nothing")]


@router.put("/{contract}/{period}", response_model=Handed)
async def submit_return(
    request: Request,
    contract: Id,
    period: PeriodId,
    body: ReturnBody,
    handle: Handling,
    actor: Provider,
    dry_run: DryRun = False,
) -> Handed | Response:
    """Hand the return in, all or nothing: with a declaration it is signed, where the contract lets
    who made it sign; without one it waits for another's signature. 403: maker-may-not-sign.
    409: measure-accepted, period-not-over, window-closed, return-accepted,
    return-cancelled. 422: return-has-errors, explanations-missing, with every place in `errors`.

    A dry run that is asked for `text/csv` answers with its list of problems as a table.
    """
    asked = Asked(contract=contract, period=period, body=body, content=await request.body())
    return answered(request, await hand_in(request, handle, actor, asked, dry_run=dry_run))


@router.post("/bulk")
async def submit_returns(
    request: Request,
    body: ManyBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("returns:submit")],
    dry_run: DryRun = False,
) -> ManyTold:
    """Hand in up to 1,000 returns; each is taken or refused by itself, by the rules of a single
    one, and answered in its place, with pointers into `/body/items/N`. Another's contract is
    answered as not-found.

    Sent again under the same Idempotency-Key it gives the same answers, and finishes what broke
    off. 422: idempotency-key-reused, where anything of another request was taken under the key.
    """
    return await hand_in_many(request, handle, actor, body, dry_run=dry_run)


@router.put("/{contract}/{period}/draft")
async def save_draft(
    request: Request,
    contract: Id,
    period: PeriodId,
    _: ReturnBody | DraftBody,
    handle: Handling,
    actor: Provider,
) -> Accepted:
    """Keep an unfinished return, or what was typed into its form; nobody judges it.

    409: period-not-over, already-submitted.
    """
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
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "declaration": {"type": "string"},
                    },
                }
            }
        },
    }
}


def _declared(field: object) -> str | None:
    """The declaration sent beside a file, as a body would have it. Refuses: Invalid."""
    if not field:
        return None
    try:
        return TypeAdapter(Prose).validate_python(field)
    except ValidationError as error:
        raise Invalid("A declaration is plain text.", pointer="/form/declaration") from error


@router.post(
    "/{contract}/{period}/file", status_code=201, openapi_extra=_FILE, response_model=Handed
)
async def submit_file(
    request: Request,
    contract: Id,
    period: PeriodId,
    handle: Handling,
    actor: Provider,
    dry_run: DryRun = False,
) -> Handed | Response:
    """Hand the return in as .csv or .xlsx. Refuses like the JSON way, and: 422: formula-refused,
    macros-refused, too-large, file-unreadable, file-cut-short, template-stale,
    wrong-contract-or-period. A dry run that is asked for `text/csv` answers with its problems.
    """
    async with request.form(max_files=1, max_fields=4) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise FileUnreadable("Send one file in the field `file`.")
        content, name = await upload.read(), upload.filename or ""
        declaration = _declared(form.get("declaration"))
    filed = read_file(name, content)
    spreadsheet = content.startswith(b"PK")
    if spreadsheet:
        terms = (await contract_row(request, contract)).terms
        check_template(filed.template, contract, terms, period)
    try:
        body = body_of(filed)
    except HasRowProblems as refused:
        if dry_run and wants_csv(request):
            return of_rows(refused)
        raise
    asked = Asked(
        contract=contract,
        period=period,
        body=body.model_copy(update={"declaration": declaration}),
        content=content,
        media_type=SPREADSHEET if spreadsheet else "text/csv",
        filed=filed,
    )
    return answered(request, await hand_in(request, handle, actor, asked, dry_run=dry_run))


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


@router.post("/{contract}/{period}/queries", status_code=201)
async def raise_query(
    request: Request,
    contract: Id,
    period: PeriodId,
    body: QueryBody,
    handle: Handling,
    actor: Reviewer,
) -> Accepted:
    """Ask about the figures; the days to acceptance stop. 409: not-submitted, return-accepted."""
    case = (await contract_row(request, contract)).terms.case
    text = await handle.keep_text(actor, "query", body.text)
    command = commands.RaiseQuery(
        query=str(text.text),
        measure=body.measure,
        text=text,
        answer_within=case.query_answer if case else None,
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
    contract: Id, period: PeriodId, body: AcceptBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Let the figures stand, or those of some measures. 409: not-submitted, query-open,
    not-the-latest-version, return-accepted. 403: acceptor-is-provider. 422: unknown-measure.
    """
    command = commands.AcceptReturn(
        version=body.version,
        measures=body.measures,
        accepted_by=actor.person,
        agency=actor.agency,
        now=handle.now(),
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
