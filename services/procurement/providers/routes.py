"""The doors of the register: read by all who procure or provide, written by partner agencies."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Request
from pydantic import BaseModel

from services.procurement.providers import commands
from services.procurement.providers.bodies import ReasonBody, RegisterBody, StandardBody
from services.procurement.providers.commands import Form
from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.views import PROVIDER_ROWS, ProviderRow
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
    """The provider itself, and every agency of any partnership: the register is shared (N-6)."""
    named = request.path_params.get("provider")
    every = await partnerships(request)
    found = {agency: frozenset({"partner"}) for row in every.values() for agency in row.agencies}
    if named:
        found[named] = found.get(named, frozenset()) | {"itself"}
    return found | {ANYONE: frozenset({"reader"})}


Officer = Annotated[Actor, allowed("providers:write", "partner", of=parties)]
Insider = Annotated[Actor, allowed("providers:read", "partner", "itself", of=parties)]


@router.get("")
async def list_providers(
    register: Register,
    paging: Paging,
    _: Annotated[Actor, allowed("providers:read")],
    form: Form | None = None,
    small: bool | None = None,
    status: Literal["registered", "suspended"] | None = None,
) -> Listed[dict[str, Any]]:
    """Who is in the register, by form of organisation, size and standing."""
    asked = {"form": form, "small": small, "status": status}
    where = {name: value for name, value in asked.items() if value is not None}
    found = await register.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: msgspec.to_builtins(row) for key, row in found.items()})


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
