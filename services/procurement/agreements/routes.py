"""The doors of framework agreements: read by partnerships that may call off, kept by one agency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.procurement.agreements import commands
from services.procurement.agreements.bodies import ChangeLotBody, EndBody, RegisterAgreementBody
from services.procurement.agreements.decider import AGREEMENTS
from services.procurement.agreements.views import AGREEMENT_ROWS, AgreementRow
from services.procurement.providers.standing import standing_of
from services.procurement.providers.state import Provider
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import partnerships, partnerships_of, sharers_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router
from shared.published.terms import AgencyId

router = Router(prefix="/v1/framework-agreements", tags=["awards"])

Agreements = Annotated[ViewStore[AgreementRow], rows(AGREEMENT_ROWS)]


async def parties(request: Request) -> Parties:
    """The agency that keeps the entry, and the partners of partnerships that may call off."""
    store: ViewStore[AgreementRow] = request.app.state.house.stores[AGREEMENT_ROWS.name]
    row = await store.get(request.path_params["agreement"])
    if row is None:
        raise Missing
    return await sharers_of(request, row.registered.partnerships, row.registered.keeper)


Reader = Annotated[Actor, allowed("tenders:read", "member", "keeper", of=parties)]
Keeper = Annotated[Actor, allowed("tenders:write", "keeper", of=parties)]


@router.get("")
async def list_agreements(
    request: Request,
    agreements: Agreements,
    paging: Paging,
    actor: Annotated[Actor, allowed("tenders:read")],
) -> Listed[dict[str, Any]]:
    """The framework agreements under which the caller's partnerships may call off."""
    own = set(await partnerships_of(request, actor.agency))
    found: dict[str, dict[str, Any]] = {}
    after = paging.after
    while len(found) <= paging.limit:
        page = await agreements.find(after=after, limit=paging.limit + 1)
        found |= {
            key: msgspec.to_builtins(row)
            for key, row in page.items()
            if own & {*row.registered.partnerships} or row.registered.keeper == actor.agency
        }
        if len(page) <= paging.limit:
            break
        after = list(page)[-1]
    return paging.page(found)


@router.get("/{agreement}")
async def read_agreement(agreement: Id, agreements: Agreements, _: Reader) -> dict[str, Any]:
    """One framework agreement with its lots and who is on them."""
    row = await agreements.get(agreement)
    if row is None:
        raise Missing
    return msgspec.to_builtins(row)


@router.post("", status_code=201)
async def register_agreement(
    request: Request,
    body: RegisterAgreementBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Enter a framework agreement; the caller's agency keeps it.

    409: provider-not-registered, provider-suspended, provider-excluded. 422: lots-numbered-twice,
    until-past.
    """
    own = await partnerships_of(request, actor.agency)
    known = await partnerships(request)
    if not own or not set(body.partnerships) <= known.keys():
        raise Missing
    agreement = handle.new_id()
    lots = tuple(one.term() for one in body.lots)
    command = commands.RegisterAgreement(
        agreement=agreement,
        title=body.title,
        reference=body.reference,
        keeper=actor.agency,
        partnerships=tuple(body.partnerships),
        lots=lots,
        direct_allowed=body.direct_allowed,
        valid_until=body.valid_until,
        standings=await _standings(handle, (p for one in lots for p in one.providers)),
        registered_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AGREEMENTS, agreement, command)


async def _standings(handle: Handle, providers: Iterable[AgencyId]) -> dict[AgencyId, Provider]:
    return {one: await standing_of(handle, one) for one in set(providers)}


@router.post("/{agreement}/lots", status_code=201)
async def change_agreement_lot(
    agreement: Id, body: ChangeLotBody, handle: Handling, actor: Keeper
) -> Accepted:
    """Say who is on a lot from now on, with the reason; call-offs made stand.

    409: framework-over, provider-not-registered, provider-suspended, provider-excluded. 422:
    unknown-lot, lots-numbered-twice.
    """
    command = commands.ChangeLot(
        lot=body.lot,
        providers=tuple(body.providers),
        standings=await _standings(handle, body.providers),
        reason=await handle.keep_text(actor, "reason", body.reason),
        now=handle.now(),
    )
    return await handle(actor, AGREEMENTS, agreement, command)


@router.post("/{agreement}/ending", status_code=201)
async def end_agreement(agreement: Id, body: EndBody, handle: Handling, actor: Keeper) -> Accepted:
    """End a framework agreement before its time; call-offs made stand. 409: framework-over."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.EndAgreement(reason=reason, now=handle.now())
    return await handle(actor, AGREEMENTS, agreement, command)
