"""The doors of shared lists of preferred providers (N-6)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.procurement.preferred import commands
from services.procurement.preferred.bodies import AgreeBody, DraftListBody, ListedBody, ReasonBody
from services.procurement.preferred.decider import PREFERRED_LISTS
from services.procurement.preferred.views import PREFERRED_ROWS, PreferredRow
from services.procurement.providers.standing import standing_of
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships, partnerships_of, sharers_of
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/preferred-lists", tags=["providers"])

Lists = Annotated[ViewStore[PreferredRow], rows(PREFERRED_ROWS)]


async def parties(request: Request) -> Parties:
    """The partners of the partnerships on the list, and the agency that keeps it."""
    store: ViewStore[PreferredRow] = request.app.state.house.stores[PREFERRED_ROWS.name]
    row = await store.get(request.path_params["preferred"])
    if row is None:
        raise Missing
    return await sharers_of(request, row.partnerships, row.keeper)


Reader = Annotated[Actor, allowed("tenders:read", "member", "keeper", of=parties)]
Member = Annotated[Actor, allowed("tenders:write", "member", of=parties)]
Keeper = Annotated[Actor, allowed("tenders:write", "keeper", of=parties)]


def _shown(row: PreferredRow, request: Request) -> dict[str, Any]:
    """The row, and whether the list holds today."""
    today = london_date(request.app.state.house.clock())
    holds = row.agreed and not row.ended and today <= row.valid_until
    return msgspec.to_builtins(row) | {"holds": holds}


@router.get("")
async def list_preferred(
    request: Request, lists: Lists, paging: Paging, actor: Annotated[Actor, allowed("tenders:read")]
) -> Listed[dict[str, Any]]:
    """The lists of the caller's partnerships; `holds` those agreed by all, to their last day."""
    own = set(await partnerships_of(request, actor.agency))
    found: dict[str, dict[str, Any]] = {}
    after = paging.after
    while len(found) <= paging.limit:
        page = await lists.find(after=after, limit=paging.limit + 1)
        found |= {
            key: _shown(row, request)
            for key, row in page.items()
            if own & {*row.partnerships} or row.keeper == actor.agency
        }
        if len(page) <= paging.limit:
            break
        after = list(page)[-1]
    return paging.page(found)


@router.get("/neighbours/names")
async def list_neighbours(
    request: Request, actor: Annotated[Actor, allowed("tenders:write")]
) -> list[dict[str, Any]]:
    """Every partnership by name, one's `own` marked: those that may commission together; none for
    an agency that is in none.
    """
    own = set(await partnerships_of(request, actor.agency))
    if not own:
        return []
    return [
        {"partnership": name, "name": row.name, "own": name in own}
        for name, row in (await partnerships(request)).items()
    ]


@router.get("/{preferred}")
async def read_preferred(
    request: Request, preferred: Id, lists: Lists, _: Reader
) -> dict[str, Any]:
    """One list: who is on it, for which need, agreed by whom, until when."""
    row = await lists.get(preferred)
    if row is None:
        raise Missing
    return _shown(row, request)


@router.get("/{preferred}/providers/{provider}/reason")
async def read_preferred_reason(
    preferred: Id, provider: Id, lists: Lists, texts: Texts, _: Reader
) -> dict[str, str]:
    """Why a provider is on the list."""
    row = await lists.get(preferred)
    line = next((o for o in row.providers if o.provider == provider), None) if row else None
    text = await texts.get(line.reason.text) if line else None
    if text is None or text.content is None:
        raise Missing
    return {"reason": text.content.decode()}


@router.post("", status_code=201)
async def draft_preferred(
    request: Request,
    body: DraftListBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Draft a list of one's own partnership with its neighbours; the caller's agency keeps it.

    422: neighbour-missing, until-past.
    """
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    if not set(body.partnerships) <= (await partnerships(request)).keys():
        raise Missing
    preferred = handle.new_id()
    command = commands.DraftList(
        list=preferred,
        partnership=body.partnership,
        partnerships=tuple(body.partnerships),
        title=body.title,
        need=body.need,
        keeper=actor.agency,
        valid_until=body.valid_until,
        drafted_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PREFERRED_LISTS, preferred, command)


@router.post("/{preferred}/providers", status_code=201)
async def list_provider(
    preferred: Id, body: ListedBody, handle: Handling, actor: Keeper
) -> Accepted:
    """Put a provider on the list, with the reason; all agree anew.

    409: list-over, already-listed, provider-not-registered, provider-suspended, provider-excluded.
    """
    command = commands.ListProvider(
        provider=body.provider,
        standing=await standing_of(handle, body.provider),
        reason=await handle.keep_text(actor, "reason", body.reason),
        now=handle.now(),
    )
    return await handle(actor, PREFERRED_LISTS, preferred, command)


@router.post("/{preferred}/providers/{provider}/removal", status_code=201)
async def unlist_provider(
    preferred: Id, provider: Id, body: ReasonBody, handle: Handling, actor: Keeper
) -> Accepted:
    """Take a provider off the list, with the reason; all agree anew. 409: list-over, not-listed."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.UnlistProvider(provider=provider, reason=reason, now=handle.now())
    return await handle(actor, PREFERRED_LISTS, preferred, command)


@router.post("/{preferred}/agreements", status_code=201)
async def agree_preferred(
    request: Request, preferred: Id, body: AgreeBody, handle: Handling, actor: Member
) -> Accepted:
    """Agree to the list as it stands, for one's own partnership.

    409: list-over, not-of-this-list, nobody-listed, already-agreed.
    """
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    command = commands.AgreeList(
        partnership=body.partnership,
        agency=actor.agency,
        agreed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PREFERRED_LISTS, preferred, command)


@router.post("/{preferred}/ending", status_code=201)
async def end_preferred(
    preferred: Id, body: ReasonBody, handle: Handling, actor: Keeper
) -> Accepted:
    """End a list before its time, with the reason. 409: list-over."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.EndList(reason=reason, now=handle.now())
    return await handle(actor, PREFERRED_LISTS, preferred, command)
