"""The doors of audits: an auditor gives an opinion on a closed year, partners read it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from fastapi import Request
from pydantic import Field

from services.gateway.audits import commands
from services.gateway.audits.decider import AUDITS, subject
from services.gateway.audits.events import OpinionKind
from services.gateway.audits.views import AUDIT_ROWS, AuditRow, Opinion
from services.gateway.contract_views.routes import every
from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.ledgers.routes import Cut, Reading, parties, reading
from services.gateway.statements.reports import Memorandum, memorandum
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed, may
from shared.http.reading import Texts
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore

router = Router(prefix="/v1", tags=["audits"])

BOOKS = ("funds:write", "payments:write", "payments:approve", "contracts:write")


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("funds:read", "member", of=partners)]
Auditor = Annotated[Actor, allowed("audits:write", "member", of=parties)]


class OpinionBody(Body):
    """`digest` is the one that the memorandum account of the year showed when it was read."""

    year: Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    opinion: OpinionKind
    text: Prose


class WithdrawalBody(Body):
    year: Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]
    reason: Prose


def keeps_books(actor: Actor) -> bool:
    return any(may(actor, scope) for scope in BOOKS)


def account_digest(fund: str, found: Memorandum) -> str:
    """SHA-256 of the canonical JSON: fields in alphabetical order, nothing between them."""
    account = {"fund": fund, "account": found}
    return sha256(msgspec.json.encode(account, order="sorted")).hexdigest()


async def opinions_on(
    request: Request, read: Reading, found: Memorandum, texts: TextStore
) -> dict[str, Any]:
    """The account's hash, and every opinion given on its year by then, the newest first."""
    store: ViewStore[AuditRow] = request.app.state.house.stores[AUDIT_ROWS.name]
    row = await store.get(subject(read.row.fund, read.year))
    digest = account_digest(read.row.fund, found)
    known = [one for one in reversed(row.opinions) if one.known(read.known_at)] if row else []
    return {
        "digest": digest,
        "opinions": [await _shown(one, digest, read.known_at, texts) for one in known],
    }


async def _shown(
    one: Opinion, digest: str, known_at: datetime | None, texts: TextStore
) -> dict[str, Any]:
    given, stands = one.given, one.stood(known_at)
    return {
        "opinion": given.opinion,
        "kind": given.kind,
        "digest": given.digest,
        "of_this_account": given.digest == digest,
        "agency": given.agency,
        "given_on": given.given_on.isoformat(),
        "text": await _said(given.text, texts),
        "stands": stands,
        "withdrawn_on": one.withdrawn_on.isoformat() if one.withdrawn_on and not stands else None,
        "reason": await _said(one.reason, texts) if not stands else None,
    }


async def _said(reference: TextRef | None, texts: TextStore) -> str | None:
    kept = await texts.get(reference.text) if reference else None
    return kept.content.decode() if kept and kept.content is not None else None


@router.get("/audits/{partnership}")
async def list_audits(request: Request, partnership: Id, texts: Texts, _: Reader) -> dict[str, Any]:
    """Every closed year of every fund with the opinion on its account; `opinion` is null where
    there is none that stands. 404: not-found.
    """
    store: ViewStore[FundAgreementRow] = request.app.state.house.stores[FUND_AGREEMENTS.name]
    funds: dict[str, FundAgreementRow] = await every(store, "partnership", partnership)
    found: list[dict[str, Any]] = []
    for fund, row in sorted(funds.items()):
        for year in sorted(row.closed, reverse=True):
            read = await reading(request, fund, Cut(year=year), summed=True)
            account = memorandum(read.agreement, read.year, read.lines)
            held = await opinions_on(request, read, account, texts)
            standing = [one for one in held["opinions"] if one["stands"]]
            found.append(
                {
                    "fund": fund,
                    "name": row.name,
                    "year": year,
                    "digest": held["digest"],
                    "opinion": standing[0] if standing else None,
                }
            )
    return {"partnership": partnership, "years": found}


@router.post("/ledgers/{fund}/opinions", status_code=201)
async def give_opinion(
    request: Request, fund: Id, body: OpinionBody, handle: Handling, actor: Auditor
) -> Accepted:
    """Give an opinion on the account of a closed year as it was read.

    403: auditor-keeps-books. 409: year-not-closed, account-moved, opinion-stands.
    """
    read = await reading(request, fund, Cut(year=body.year), summed=True)
    account = memorandum(read.agreement, read.year, read.lines)
    command = commands.GiveOpinion(
        opinion=handle.part_id(actor, "opinion"),
        fund=fund,
        year=read.year,
        kind=body.opinion,
        digest=body.digest,
        stands=account_digest(fund, account),
        closed=read.closed,
        keeps_books=keeps_books(actor),
        text=await handle.keep_text(actor, "opinion", body.text),
        agency=actor.agency,
        given_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AUDITS, subject(fund, read.year), command)


@router.post("/ledgers/{fund}/opinions/{opinion}/withdrawal", status_code=201)
async def withdraw_opinion(
    fund: Id, opinion: Id, body: WithdrawalBody, handle: Handling, actor: Auditor
) -> Accepted:
    """No longer stand by an opinion of one's own agency. 403: auditor-keeps-books.
    409: opinion-unknown.
    """
    command = commands.WithdrawOpinion(
        opinion=opinion,
        keeps_books=keeps_books(actor),
        reason=await handle.keep_text(actor, "withdrawal", body.reason),
        agency=actor.agency,
        withdrawn_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AUDITS, subject(fund, body.year.replace("-", "/")), command)
