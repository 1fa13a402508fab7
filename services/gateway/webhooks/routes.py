"""The doors of webhooks: where an agency's log is to be sent, and how that went."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Query, Request

from services.gateway.partners.documents import told
from services.gateway.partners.routes import partner_logs
from services.gateway.webhooks.addresses import AddressNotPublic, resolve, target
from services.gateway.webhooks.bodies import (
    DeliveryRead,
    RegisterBody,
    Registered,
    ReplayBody,
    Rotated,
    WebhookRead,
)
from services.gateway.webhooks.endpoints import (
    BOTH_SECRETS,
    Delivery,
    Endpoint,
    Endpoints,
    new_secret,
)
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.events import type_of
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed
from shared.running.running import House

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

RESOLVE_SECONDS = 5.0
TYPES = frozenset(type_of(event) for event, _ in told())


class UnknownEventType(Invalid):
    """No such event is ever sent to an agency."""

    code = "unknown-event-type"


class NumberBeyondLog(Invalid):
    """The agency's log does not reach so far."""

    code = "number-beyond-log"


def endpoints(request: Request) -> Endpoints:
    house: House = request.app.state.house
    return Endpoints(house.pool)


async def parties(request: Request) -> Parties:
    """The agency that registered it, and nobody else. Raises Missing."""
    try:
        webhook = UUID(request.path_params["webhook"])
    except ValueError as error:
        raise Missing from error
    return {(await endpoints(request).get(webhook)).agency: frozenset({"owner"})}


Reader = Annotated[Actor, allowed("partner-feed:read", "owner", of=parties)]
Writer = Annotated[Actor, allowed("webhooks:write", "owner", of=parties)]


def shown(endpoint: Endpoint) -> WebhookRead:
    return WebhookRead(
        webhook=endpoint.webhook,
        url=endpoint.url,
        types=list(endpoint.types),
        status=endpoint.status,
        delivered=endpoint.cursor,
        attempts=endpoint.attempts,
        next_attempt_at=endpoint.next_attempt_at,
        created_at=endpoint.created_at,
    )


def _seen(delivery: Delivery) -> DeliveryRead:
    return DeliveryRead(
        delivery=delivery.delivery,
        number=delivery.number,
        event_id=delivery.event_id,
        attempt=delivery.attempt,
        attempted_at=delivery.attempted_at,
        took_ms=delivery.took_ms,
        status=delivery.status,
        outcome=delivery.outcome,
    )


@router.post("", status_code=201)
async def register_webhook(
    request: Request,
    body: RegisterBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("webhooks:write")],
) -> Registered:
    """Have the agency's log sent to an address; the answer has the secret that signs, once.

    409: too-many-webhooks. 422: url-not-https, address-not-public, unknown-event-type,
    number-beyond-log.
    """
    house: House = request.app.state.house
    if not TYPES.issuperset(body.types):
        raise UnknownEventType(pointer="/types")
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            await target(body.url, resolve, sandbox=house.settings.sandbox)
    except (OSError, TimeoutError) as error:
        raise AddressNotPublic(pointer="/url") from error
    head = await partner_logs(house).of(actor.agency).head()
    if body.after is not None and body.after > head:
        raise NumberBeyondLog(pointer="/after")
    now = handle.now()
    endpoint = Endpoint(
        webhook=handle.command_id(actor),
        agency=actor.agency,
        url=body.url,
        types=tuple(dict.fromkeys(body.types)),
        status="active",
        cursor=head if body.after is None else body.after,
        attempts=0,
        next_attempt_at=now,
        request_hash=handle.digest,
        created_at=now,
    )
    secret = await endpoints(request).register(endpoint, new_secret())
    kept = await endpoints(request).get(endpoint.webhook)
    return Registered(**shown(kept).model_dump(), secret=secret)


@router.get("")
async def list_webhooks(
    request: Request, actor: Annotated[Actor, allowed("partner-feed:read")]
) -> Listed[WebhookRead]:
    """The agency's endpoints, where each stands, and which are paused."""
    return Listed(items=[shown(one) for one in await endpoints(request).of(actor.agency)])


@router.get("/{webhook}")
async def read_webhook(request: Request, webhook: UUID, _: Reader) -> WebhookRead:
    """One endpoint."""
    return shown(await endpoints(request).get(webhook))


@router.delete("/{webhook}", status_code=204)
async def delete_webhook(request: Request, webhook: UUID, _: Writer) -> None:
    """Send nothing more there; its secrets and the record of its deliveries are gone with it."""
    await endpoints(request).delete(webhook)


@router.post("/{webhook}/secret", status_code=201)
async def rotate_secret(
    request: Request, webhook: UUID, handle: Handling, actor: Writer
) -> Rotated:
    """Make a new secret, shown once; for a day the former signs too."""
    now = handle.now()
    secret_id = uuid5(handle.command_id(actor), str(webhook))
    secret = await endpoints(request).rotate(webhook, secret_id, new_secret(), now)
    return Rotated(secret=secret, former_until=now + BOTH_SECRETS)


@router.post("/{webhook}/pause", status_code=201)
async def pause_webhook(
    request: Request, webhook: UUID, handle: Handling, _: Writer
) -> WebhookRead:
    """Send nothing there until it is resumed; nothing is lost meanwhile."""
    del handle
    await endpoints(request).pause(webhook)
    return shown(await endpoints(request).get(webhook))


@router.post("/{webhook}/resume", status_code=201)
async def resume_webhook(
    request: Request, webhook: UUID, handle: Handling, _: Writer
) -> WebhookRead:
    """Go on with the event that stood, at once."""
    await endpoints(request).resume(webhook, handle.now())
    return shown(await endpoints(request).get(webhook))


@router.post("/{webhook}/replay", status_code=201)
async def replay_webhook(
    request: Request, webhook: UUID, body: ReplayBody, handle: Handling, actor: Writer
) -> WebhookRead:
    """Send what follows a number, again or for the first time. 422: number-beyond-log."""
    if body.after > await partner_logs(request.app.state.house).of(actor.agency).head():
        raise NumberBeyondLog(pointer="/after")
    await endpoints(request).replay(webhook, body.after, handle.now())
    return shown(await endpoints(request).get(webhook))


@router.get("/{webhook}/deliveries")
async def list_deliveries(
    request: Request,
    webhook: UUID,
    _: Reader,
    after: Annotated[int, Query(ge=0, le=2**62, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Listed[DeliveryRead]:
    """Every attempt, the newest first."""
    found = await endpoints(request).deliveries(webhook, after, limit + 1)
    more = str(found[limit - 1].delivery) if len(found) > limit else None
    return Listed(items=[_seen(one) for one in found[:limit]], next=more)
