"""The doors of reconciliations: upload, take, run the rules, read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request
from starlette.datastructures import UploadFile

from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations.bodies import (
    AccountName,
    Checked,
    SettingsBody,
    TakeBody,
    Uploaded,
)
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Account
from services.gateway.reconciliations.lines import Settings
from services.gateway.reconciliations.reading import (
    parties,
    seen,
    shown_line,
    shown_match,
    sides_of,
    statement,
    status_of,
    wanted_lines,
    wanted_matches,
    whole,
)
from services.gateway.reconciliations.state import Uploaded as UploadedState
from services.gateway.reconciliations.tables import ExtractUnreadable
from services.gateway.reconciliations.taking import preview, read_again, take, upload
from services.gateway.reconciliations.views import RECONCILIATION_ROWS, ReconciliationRow
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/reconciliations", tags=["reconciliations"])

Rows = Annotated[ViewStore[ReconciliationRow], rows(RECONCILIATION_ROWS)]
Reader = Annotated[Actor, allowed("funds:read", "member", of=parties)]
Reconciler = Annotated[Actor, allowed("funds:write", "reconciler", of=parties)]
DryRun = Annotated[bool, Query(description="Read and compare, and write nothing")]
SideName = Annotated[Literal["ours", "theirs"], Query()]
StatusName = Annotated[Literal["", "open", "timing", "error", "matched", "proposed"], Query()]
MatchStatus = Annotated[Literal["", "proposed", "confirmed"], Query()]
RuleWanted = Annotated[
    Literal["", "exact", "window", "batch", "sum", "amount", "tolerance", "by-hand"], Query()
]
Words = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
BANK = "Assets:Pool:Bank"


async def parties_of_fund(request: Request) -> Parties:
    """The partners of the fund's partnership."""
    return await members_of(request, (await _fund(request)).partnership)


async def _fund(request: Request) -> FundAgreementRow:
    store: ViewStore[FundAgreementRow] = request.app.state.house.stores[FUND_AGREEMENTS.name]
    row = await store.get(request.path_params["fund"])
    if row is None:
        raise Missing
    return row


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


@router.get("")
async def list_reconciliations(
    request: Request,
    store: Rows,
    paging: Paging,
    actor: Annotated[Actor, allowed("funds:read")],
    fund: Id | Literal[""] = "",
) -> Listed[dict[str, Any]]:
    """The reconciliations of the funds the caller's agency is a partner of."""
    found: dict[str, ReconciliationRow] = {}
    limit = paging.limit + 1
    for partnership in await partnerships_of(request, actor.agency):
        where = {"partnership": partnership} | ({"fund": fund} if fund else {})
        found |= await store.find(where=where, after=paging.after, limit=limit)
    first = dict(sorted(found.items())[:limit])
    return paging.page({key: msgspec.to_builtins(row) for key, row in first.items()})


@router.get("/funds")
async def list_funds(
    request: Request, actor: Annotated[Actor, allowed("funds:read")]
) -> Listed[dict[str, str]]:
    """The funds whose ledgers the caller's agency may reconcile, by name."""
    store: ViewStore[FundAgreementRow] = request.app.state.house.stores[FUND_AGREEMENTS.name]
    found: dict[str, str] = {}
    for partnership in await partnerships_of(request, actor.agency):
        for fund, row in (await store.find(where={"partnership": partnership})).items():
            found[fund] = row.name or fund
    return Listed(items=[{"fund": fund, "name": name} for fund, name in sorted(found.items())])


@router.post("/funds/{fund}/extracts", status_code=201, openapi_extra=_FILE)
async def upload_extract(
    request: Request,
    fund: Id,
    handle: Handling,
    actor: Annotated[Actor, allowed("funds:write", "member", of=parties_of_fund)],
    account: Annotated[AccountName, Query()] = BANK,
    source: Annotated[Id, Query(description="which bank account or ledger it is from")] = "bank",
) -> Uploaded:
    """Upload a bank's or a general ledger's extract, CSV or XLSX; it answers with the columns
    proposed for it. 409: extract-uploaded-before, reconciliation-open. 422: extract-unreadable,
    extract-too-large, extract-empty, macros-refused.
    """
    row = await _fund(request)
    try:
        async with request.form(max_files=1, max_fields=20) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise ExtractUnreadable(pointer="/file")
            content = await file.read()
    except KeyError as error:
        raise ExtractUnreadable(pointer="/file") from error
    books = Account(
        partnership=row.partnership, fund=fund, account=account, source=source, agency=actor.agency
    )
    return await upload(request, handle, actor, books, content)


@router.get("/{reconciliation}")
async def read_reconciliation(
    request: Request, reconciliation: Id, actor: Reader
) -> dict[str, Any]:
    """Where a reconciliation stands: file, period, balances, matches, and the run under way."""
    return await whole(request, await seen(request, reconciliation, actor))


@router.get("/{reconciliation}/preview")
async def read_preview(
    request: Request, reconciliation: Id, texts: Texts, actor: Reader
) -> dict[str, Any]:
    """The uploaded file's first rows and the columns proposed. 409: extract-taken, lines-erased."""
    found = await seen(request, reconciliation, actor)
    if not isinstance(found.state, UploadedState):
        raise refusals.AlreadyTaken
    if not found.own:
        raise Missing
    return await preview(
        request, found.account, await read_again(texts, found.state.uploaded.file.file)
    )


@router.post("/{reconciliation}/extract")
async def take_extract(
    request: Request,
    reconciliation: Id,
    body: TakeBody,
    handle: Handling,
    actor: Reconciler,
    dry_run: DryRun = False,
) -> Checked:
    """Confirm the columns, and take the extract if it holds what is stated; all or nothing.

    409: extract-taken, period-not-next, lines-erased. 422: mapping-incomplete,
    extract-has-errors (every cell in `errors`), rows-differ, control-total-differs,
    opening-balance-differs.
    """
    return await take(request, handle, actor, reconciliation, body, dry_run=dry_run)


@router.post("/{reconciliation}/matching", status_code=201)
async def start_matching(
    reconciliation: Id, body: SettingsBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Run the rules on every line that is open; `running` of the reconciliation says how far they
    are. 409: matching-running, extract-not-taken, under-review, signed-off.
    """
    command = commands.StartMatching(
        run=handle.part_id(actor, "run"),
        settings=Settings(**body.model_dump()),
        started_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.get("/{reconciliation}/lines")
async def list_lines(
    request: Request,
    reconciliation: Id,
    paging: Paging,
    actor: Reader,
    side: SideName,
    status: StatusName = "",
    text: Words = "",
) -> Listed[dict[str, Any]]:
    """One side's lines by day; `text` is looked for in reference, narrative and amount.

    A cursor is a place in the list. 409: lines-erased.
    """
    found = await seen(request, reconciliation, actor)
    ours, theirs = await sides_of(request, found.work)
    lines = ours if side == "ours" else theirs
    wanted = wanted_lines(found.work, side, lines, status, text if found.own else "")
    at = _place(paging.after)
    return paging.page(
        {
            str(at + n): shown_line(line, own=found.own)
            | {
                "status": status_of(found.work, side, line.number),
                "match": max(found.work.held.get((side, line.number), 0), 0),
            }
            for n, line in enumerate(wanted[at : at + paging.limit + 1], 1)
        }
    )


@router.get("/{reconciliation}/matches")
async def list_matches(
    request: Request,
    reconciliation: Id,
    paging: Paging,
    actor: Reader,
    status: MatchStatus = "",
    rule: RuleWanted = "",
) -> Listed[dict[str, Any]]:
    """Matches with their lines, proposals first. A cursor is a place in the list."""
    found = await seen(request, reconciliation, actor)
    ours, theirs = await sides_of(request, found.work)
    wanted = wanted_matches(found.work, status, rule)
    at = _place(paging.after)
    return paging.page(
        {
            str(at + n): shown_match(one, confirmed, ours, theirs, own=found.own)
            for n, (one, confirmed) in enumerate(wanted[at : at + paging.limit + 1], 1)
        }
    )


def _place(after: str) -> int:
    if after and not (after.isdecimal() and len(after) < 10):
        raise Invalid("This list's cursor is a number.", pointer="/query/after")
    return int(after or 0)


@router.get("/{reconciliation}/statement")
async def read_statement(request: Request, reconciliation: Id, actor: Reader) -> dict[str, Any]:
    """The statement: both balances, the difference, what explains it, what is outstanding by age.

    409: lines-erased.
    """
    return await statement(request, await seen(request, reconciliation, actor))
