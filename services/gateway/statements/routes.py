"""The doors of partner statements: issued by the host, answered and signed by each partner."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.gateway.exports.tables import FILES, as_asked
from services.gateway.statements import bodies, commands
from services.gateway.statements.decider import STATEMENTS, subject
from services.gateway.statements.reading import (
    as_tables,
    fund_row,
    issued_to,
    shown,
    since,
    standing,
    stated,
)
from services.gateway.statements.views import PARTNER_STATEMENTS, StatementRow
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/ledgers", tags=["statements"])

Kept = Annotated[ViewStore[StatementRow], rows(PARTNER_STATEMENTS)]


async def parties(request: Request) -> Parties:
    """The partners of the fund's partnership; its host, and whose statement it is."""
    row = await fund_row(request, request.path_params["fund"])
    found = dict(await members_of(request, row.partnership))
    for agency, relation in (
        (row.host, "host"),
        (request.path_params.get("partner", ""), "addressee"),
    ):
        if agency in found:
            found[agency] |= {relation}
    return found


Reader = Annotated[Actor, allowed("funds:read", "member", of=parties)]
Host = Annotated[Actor, allowed("funds:write", "host", of=parties)]
Addressee = Annotated[Actor, allowed("funds:write", "addressee", of=parties)]


@router.post("/{fund}/statements", status_code=201)
async def issue_statements(
    request: Request, fund: Id, body: bodies.IssueBody, handle: Handling, actor: Host
) -> Accepted:
    """Issue every partner's statement of a quarter, all or none; by the host.

    Issued anew they take the place of those before, unless nothing has changed. 409:
    quarter-not-over, statement-signed. 422: invalid.
    """
    found = await stated(request, fund, body.period)
    now = handle.now()
    steps = [
        Step(
            STATEMENTS,
            subject(fund, body.period, one.partner),
            commands.IssueStatement(statement=one, issued_by=actor.person, now=now),
            fund,
        )
        for one in found
    ]
    return await handle.together(actor, steps)


@router.get("/{fund}/statements")
async def list_statements(
    fund: Id, kept: Kept, paging: Paging, _: Reader
) -> Listed[dict[str, Any]]:
    """Every statement of the fund, each with how far it has come."""
    found = await kept.find(where={"fund": fund}, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: _summary(row) for key, row in found.items()})


def _summary(row: StatementRow) -> dict[str, Any]:
    return {
        "period": row.period,
        "partner": row.partner,
        "as_of": msgspec.to_builtins(row.state.statement.as_of),
        "known_at": msgspec.to_builtins(row.state.known_at),
        "digest": row.state.digest,
        **standing(row.state),
    }


@router.get("/{fund}/statements/{period}/{partner}", responses=FILES, response_model=dict[str, Any])
async def read_partner_statement(
    request: Request, fund: Id, period: bodies.Quarter, partner: Id, texts: Texts, actor: Reader
) -> Any:
    """A statement as it was issued, each line with its answer; why one is disputed is shown to the
    partner and to the host. As a file with `Accept: text/csv` or that of a spreadsheet.
    """
    issued = await issued_to(request, fund, period, partner)
    host = (await fund_row(request, fund)).host
    content = await shown(issued, texts, entitled=actor.agency in (partner, host))
    flat, sheets = as_tables(content)
    return as_asked(request, f"statement-{fund}-{period}-{partner}", flat, sheets) or content


@router.get("/{fund}/statements/{period}/{partner}/changes")
async def read_changes(
    request: Request, fund: Id, period: bodies.Quarter, partner: Id, _: Reader
) -> dict[str, Any]:
    """What would be said otherwise today of that quarter, and the postings that changed it."""
    found = await since(request, await issued_to(request, fund, period, partner))
    return msgspec.to_builtins(found)


@router.post("/{fund}/statements/{period}/{partner}/agreement")
async def agree_lines(
    fund: Id,
    period: bodies.Quarter,
    partner: Id,
    body: bodies.AgreementBody,
    handle: Handling,
    actor: Addressee,
) -> Accepted:
    """Agree lines by their numbers, or all that have no answer yet; by the partner.

    409: statement-signed. 422: unknown-line.
    """
    command = commands.AgreeLines(lines=body.lines, agreed_by=actor.person, now=handle.now())
    return await handle(actor, STATEMENTS, subject(fund, period, partner), command)


@router.post("/{fund}/statements/{period}/{partner}/dispute")
async def dispute_line(
    fund: Id,
    period: bodies.Quarter,
    partner: Id,
    body: bodies.DisputeBody,
    handle: Handling,
    actor: Addressee,
) -> Accepted:
    """Dispute a line and say why; by the partner. 409: statement-signed. 422: unknown-line."""
    about = subject(fund, period, partner)
    await handle.load(STATEMENTS, about)  # no reason is kept for a statement that is not there
    command = commands.DisputeLine(
        line=body.line,
        reason=await handle.keep_text(actor, "dispute", body.reason),
        disputed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, STATEMENTS, about, command)


@router.post("/{fund}/statements/{period}/{partner}/signature")
async def sign_statement(
    fund: Id,
    period: bodies.Quarter,
    partner: Id,
    body: bodies.SignatureBody,
    handle: Handling,
    actor: Addressee,
) -> Accepted:
    """Sign the statement as it was read; the second of two people makes it final.

    409: statement-moved, lines-unanswered, signs-own-work, statement-signed.
    """
    command = commands.SignStatement(digest=body.digest, signed_by=actor.person, now=handle.now())
    return await handle(actor, STATEMENTS, subject(fund, period, partner), command)
