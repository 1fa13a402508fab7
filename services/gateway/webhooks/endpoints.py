"""The endpoints that agencies have registered, as they are kept: address, secrets, place, attempts.

Law: the place in the log moves only from where it was thought to be, so an order that came while an
event was on its way is not undone by its answer.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from services.gateway.webhooks.attempts import Attempted, Following
from shared.eventsourcing.commands import Missing, Refused
from shared.eventsourcing.handle import KeyReused
from shared.postgres.pool import Pool
from shared.published.terms import AgencyId

MOST_ENDPOINTS = 20
BOTH_SECRETS = timedelta(hours=24)
"""How long an endpoint's former secret still signs beside the new one."""

Status = Literal["active", "paused", "failing"]

_COLUMNS = (
    "webhook, agency, url, types, status, cursor, attempts, next_attempt_at, request_hash,"
    " created_at"
)


class TooManyWebhooks(Refused):
    """This agency has as many webhooks as one may have."""

    code = "too-many-webhooks"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agency has its log sent. `cursor` is the last number done with, `attempts` those of
    the next one; `failing` is paused by itself after its last attempt, or told that it is gone.
    """

    webhook: UUID
    agency: AgencyId
    url: str
    types: tuple[str, ...]
    status: Status
    cursor: int
    attempts: int
    next_attempt_at: datetime
    request_hash: str
    created_at: datetime


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; what the endpoint answered beyond its status is not kept."""

    delivery: int
    number: int
    event_id: UUID
    attempt: int
    attempted_at: datetime
    took_ms: int
    status: int | None
    outcome: str


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _endpoint(record: Any) -> Endpoint:
    return msgspec.convert(dict(record), Endpoint)


class Endpoints:
    """All agencies' endpoints."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def register(self, endpoint: Endpoint, secret: str) -> str:
        """Keeps it with its first secret, and gives the secret; asked again, the same one.

        Raises KeyReused, TooManyWebhooks.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "select pg_advisory_xact_lock(hashtext('webhooks ' || $1))", endpoint.agency
            )
            known = await connection.fetchrow(
                "select request_hash, (select secret from partners.webhook_secrets s"
                " where s.secret_id = w.webhook) as secret"
                " from partners.webhooks w where webhook = $1",
                endpoint.webhook,
            )
            if known is not None:
                if known["request_hash"] != endpoint.request_hash:
                    raise KeyReused
                return known["secret"] or ""
            several = await connection.fetchval(
                "select count(*) from partners.webhooks where agency = $1", endpoint.agency
            )
            if several >= MOST_ENDPOINTS:
                raise TooManyWebhooks
            await connection.execute(
                "insert into partners.webhooks (webhook, agency, url, types, status, cursor,"
                " attempts, next_attempt_at, busy_until, request_hash, created_at)"
                " values ($1, $2, $3, $4, $5, $6, 0, $7, '-infinity', $8, $7)",
                endpoint.webhook,
                endpoint.agency,
                endpoint.url,
                list(endpoint.types),
                endpoint.status,
                endpoint.cursor,
                endpoint.created_at,
                endpoint.request_hash,
            )
            await connection.execute(
                "insert into partners.webhook_secrets values ($1, $1, $2, $3)",
                endpoint.webhook,
                secret,
                endpoint.created_at,
            )
        return secret

    async def get(self, webhook: UUID) -> Endpoint:
        """Raises Missing."""
        record = await self._pool.fetchrow(
            f"select {_COLUMNS} from partners.webhooks where webhook = $1", webhook
        )
        if record is None:
            raise Missing
        return _endpoint(record)

    async def of(self, agency: AgencyId) -> list[Endpoint]:
        records = await self._pool.fetch(
            f"select {_COLUMNS} from partners.webhooks where agency = $1 order by webhook", agency
        )
        return [_endpoint(record) for record in records]

    async def rotate(self, webhook: UUID, secret_id: UUID, secret: str, now: datetime) -> str:
        """A new secret beside the former, which signs a while longer; asked again, the same one."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "select from partners.webhooks where webhook = $1 for update", webhook
            )
            known = await connection.fetchval(
                "select secret from partners.webhook_secrets where secret_id = $1", secret_id
            )
            if known is not None:
                return known
            await connection.execute(
                "delete from partners.webhook_secrets where webhook = $1 and expires_at <= $2",
                webhook,
                now,
            )
            await connection.execute(
                "update partners.webhook_secrets set expires_at = $2"
                " where webhook = $1 and expires_at is null",
                webhook,
                now + BOTH_SECRETS,
            )
            await connection.execute(
                "insert into partners.webhook_secrets values ($1, $2, $3, $4)",
                secret_id,
                webhook,
                secret,
                now,
            )
        return secret

    async def secrets_of(self, webhook: UUID, now: datetime) -> list[str]:
        """Those that sign now, the newest first."""
        records = await self._pool.fetch(
            "select secret from partners.webhook_secrets where webhook = $1"
            " and (expires_at is null or expires_at > $2) order by made_at desc",
            webhook,
            now,
        )
        return [record[0] for record in records]

    async def pause(self, webhook: UUID) -> None:
        await self._pool.execute(
            "update partners.webhooks set status = 'paused' where webhook = $1", webhook
        )

    async def resume(self, webhook: UUID, now: datetime) -> None:
        """Goes on with the event that stood, as if it had not been tried."""
        await self._pool.execute(
            "update partners.webhooks set status = 'active', attempts = 0, next_attempt_at = $2"
            " where webhook = $1",
            webhook,
            now,
        )

    async def replay(self, webhook: UUID, cursor: int, now: datetime) -> None:
        """Goes back, or forward, to what follows a number."""
        await self._pool.execute(
            "update partners.webhooks set cursor = $2, attempts = 0, next_attempt_at = $3"
            " where webhook = $1",
            webhook,
            cursor,
            now,
        )

    async def delete(self, webhook: UUID) -> None:
        await self._pool.execute("delete from partners.webhooks where webhook = $1", webhook)

    async def deliveries(self, webhook: UUID, after: int, limit: int) -> list[Delivery]:
        """Attempts, the newest first, before one of them (0: from the newest)."""
        records = await self._pool.fetch(
            "select delivery, number, event_id, attempt, attempted_at, took_ms, status, outcome"
            " from partners.webhook_deliveries where webhook = $1 and ($2 = 0 or delivery < $2)"
            " order by delivery desc limit $3",
            webhook,
            after,
            limit,
        )
        return [msgspec.convert(dict(record), Delivery) for record in records]

    # -- delivering

    async def due(self, now: datetime, lease: timedelta, limit: int) -> list[Endpoint]:
        """Endpoints with something to send, taken for a while so that no other worker has them."""
        records = await self._pool.fetch(
            "update partners.webhooks set busy_until = $1::timestamptz + $2::interval"
            " where webhook in (select w.webhook from partners.webhooks w"
            "  join partners.heads h on h.agency = w.agency and h.number > w.cursor"
            "  where w.status = 'active' and w.next_attempt_at <= $1 and w.busy_until <= $1"
            "  order by w.next_attempt_at limit $3 for update of w skip locked)"
            f" returning {_COLUMNS}",
            now,
            lease,
            limit,
        )
        return [_endpoint(record) for record in records]

    async def release(self, webhooks: Sequence[UUID]) -> None:
        await self._pool.execute(
            "update partners.webhooks set busy_until = '-infinity' where webhook = any($1)",
            list(webhooks),
        )

    async def passed(self, endpoint: Endpoint, number: int) -> bool:
        """Moves past events the endpoint did not ask for; says whether it was where we thought."""
        status = await self._pool.execute(
            "update partners.webhooks set cursor = $3 where webhook = $1 and cursor = $2",
            endpoint.webhook,
            endpoint.cursor,
            number,
        )
        return status.endswith(" 1")

    async def record(
        self,
        endpoint: Endpoint,
        number: int,
        event_id: UUID,
        attempted: Attempted,
        took_ms: int,
        then: Following,
        now: datetime,
    ) -> None:
        """One attempt, and where the endpoint stands after it; nothing, if it is deleted by now."""
        async with self._pool.acquire() as connection, connection.transaction():
            cursor = await connection.fetchval(
                "select cursor from partners.webhooks where webhook = $1 for update",
                endpoint.webhook,
            )
            if cursor is None:
                return
            await connection.execute(
                "insert into partners.webhook_deliveries"
                " (webhook, number, event_id, attempt, attempted_at, took_ms, status, outcome)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8)",
                endpoint.webhook,
                number,
                event_id,
                endpoint.attempts + 1,
                now,
                took_ms,
                attempted.status,
                attempted.outcome,
            )
            if cursor != endpoint.cursor:
                return
            await connection.execute(
                "update partners.webhooks set cursor = $2, attempts = $3, next_attempt_at = $4,"
                " status = case when $5 and status = 'active' then 'failing' else status end"
                " where webhook = $1",
                endpoint.webhook,
                number if then.done else endpoint.cursor,
                then.attempts,
                then.next_attempt_at,
                then.paused,
            )
