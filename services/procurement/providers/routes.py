"""The doors of the register: read by all who procure or provide, written by partner agencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request
from pydantic import BaseModel

from services.procurement.providers import commands
from services.procurement.providers.bodies import (
    GroundBody,
    ReasonBody,
    RegisterBody,
    StandardBody,
)
from services.procurement.providers.commands import Form
from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.views import PROVIDER_ROWS, ProviderRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import partnerships
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/providers", tags=["providers"])

Register = Annotated[ViewStore[ProviderRow], rows(PROVIDER_ROWS)]


async def parties(request: Request) -> Parties:
    """The provider itself, and every agency of any partnership: the register is shared (N-6).

    A partner that provides too writes nothing in its own entry.
    """
    named = request.path_params.get("provider")
    every = await partnerships(request)
    found = {agency: frozenset({"partner"}) for row in every.values() for agency in row.agencies}
    if named:
        found[named] = frozenset({"itself"})
    return found | {ANYONE: frozenset({"reader"})}


Officer = Annotated[Actor, allowed("providers:write", "partner", of=parties)]
Insider = Annotated[Actor, allowed("providers:read", "partner", "itself", of=parties)]


@router.get("")
async def list_providers(
    request: Request,
    register: Register,
    paging: Paging,
    _: Annotated[Actor, allowed("providers:read")],
    form: Form | None = None,
    small: bool | None = None,
    status: Literal["registered", "suspended"] | None = None,
    expiring_within_days: Annotated[int | None, Query(ge=0, le=3_660)] = None,
) -> Listed[dict[str, Any]]:
    """Who is in the register, by form, size and standing, and who holds what ends so soon."""
    asked = {"form": form, "small": small, "status": status}
    where = {name: value for name, value in asked.items() if value is not None}
    if expiring_within_days is None:
        found = await register.find(where=where, after=paging.after, limit=paging.limit + 1)
        return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})
    today = london_date(request.app.state.house.clock())
    soon = today + timedelta(days=expiring_within_days)
    expiring: dict[str, Any] = {}
    after = paging.after
    while len(expiring) <= paging.limit:
        page = await register.find(where=where, after=after, limit=paging.limit + 1)
        expiring |= {
            key: msgspec.to_builtins(row)
            for key, row in page.items()
            if any(not line.lapsed and line.valid_until <= soon for line in row.standards)
        }
        if len(page) <= paging.limit:
            break
        after = list(page)[-1]
    return paging.page(expiring)


@router.get("/{provider}")
async def read_provider(
    provider: Id, register: Register, _: Annotated[Actor, allowed("providers:read")]
) -> dict[str, Any]:
    """One provider, with the standards it holds and the checks that nothing holds."""
    row = await register.get(provider)
    if row is None:
        raise Missing
    return msgspec.to_builtins(row)


@router.post("", status_code=201)
async def register_provider(body: RegisterBody, handle: Handling, actor: Officer) -> Accepted:
    """Enter a provider.

    409: already-registered. 422: unknown-identifier-scheme, identifier-malformed.
    """
    command = commands.RegisterProvider(
        provider=body.provider,
        name=body.name,
        form=body.form,
        small=body.small,
        identifiers=dict(body.identifiers),
        now=handle.now(),
    )
    return await handle(actor, PROVIDERS, body.provider, command)


@router.post("/{provider}/standards", status_code=201)
async def hold_standard(
    provider: Id, body: StandardBody, handle: Handling, actor: Officer
) -> Accepted:
    """Record a standard seen and checked; it lapses by itself after its last day.

    404 for a provider that is not there. 422: already-expired.
    """
    await handle.load(PROVIDERS, provider)
    command = commands.HoldStandard(
        standard=body.standard,
        title=body.title or "",
        reference=body.reference,
        valid_until=body.valid_until,
        now=handle.now(),
    )
    return await handle(actor, PROVIDERS, provider, command)


@router.post("/{provider}/suspension", status_code=201)
async def suspend_provider(
    provider: Id, body: ReasonBody, handle: Handling, actor: Officer
) -> Accepted:
    """Suspend from bidding and awards, with the reason. 409: provider-suspended."""
    await handle.load(PROVIDERS, provider)
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.SuspendProvider(reason=reason, now=handle.now())
    return await handle(actor, PROVIDERS, provider, command)


@router.post("/{provider}/reinstatement", status_code=201)
async def reinstate_provider(
    provider: Id, body: ReasonBody, handle: Handling, actor: Officer
) -> Accepted:
    """End a suspension, with the reason. 409: provider-not-suspended."""
    await handle.load(PROVIDERS, provider)
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.ReinstateProvider(reason=reason, now=handle.now())
    return await handle(actor, PROVIDERS, provider, command)


@router.post("/{provider}/grounds", status_code=201)
async def find_ground(provider: Id, body: GroundBody, handle: Handling, actor: Officer) -> Accepted:
    """Record that a ground of the law stands against a provider, with the reason.

    409: ground-stands. 422: unknown-ground, ground-too-old.
    """
    await handle.load(PROVIDERS, provider)
    command = commands.FindGround(
        ground=body.ground,
        happened_on=body.happened_on,
        reason=await handle.keep_text(actor, "reason", body.reason),
        now=handle.now(),
    )
    return await handle(actor, PROVIDERS, provider, command)


@router.post("/{provider}/grounds/{ground}/ending", status_code=201)
async def end_ground(
    provider: Id, ground: Id, body: ReasonBody, handle: Handling, actor: Officer
) -> Accepted:
    """Record that a ground stands no more, with the reason. 409: ground-not-standing."""
    await handle.load(PROVIDERS, provider)
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.EndGround(ground=ground, reason=reason, now=handle.now())
    return await handle(actor, PROVIDERS, provider, command)


@router.get("/{provider}/grounds/{ground}/reason")
async def read_ground_reason(
    provider: Id, ground: Id, register: Register, texts: Texts, _: Insider
) -> dict[str, str]:
    """Why a ground was found to stand: for partners and for the provider itself."""
    row = await register.get(provider)
    line = next((one for one in row.grounds if one.ground == ground), None) if row else None
    text = await texts.get(line.reason.text) if line else None
    if text is None or text.content is None:
        raise Missing
    return {"reason": text.content.decode()}


class Reason(BaseModel):
    """Why a provider was last suspended or reinstated; None once the text has been erased."""

    status: Literal["registered", "suspended"]
    reason: str | None


@router.get("/{provider}/reason")
async def read_reason(provider: Id, register: Register, texts: Texts, _: Insider) -> Reason:
    """Why the provider stands as it does: for partners and for the provider itself."""
    row = await register.get(provider)
    text = await texts.get(row.reason.text) if row and row.reason else None
    if row is None or text is None:
        raise Missing
    return Reason(status=row.status, reason=text.content.decode() if text.content else None)
