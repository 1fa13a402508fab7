"""Delivers what is due: each endpoint strictly in the order of its agency's log, one at a time.

Law: an event counts as delivered when the endpoint has said so, so it may come twice and is never
left out; an endpoint that does not answer keeps no other waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from secrets import SystemRandom

import httpx
import msgspec
import structlog
from msgspec.structs import replace

from services.gateway.partners.logs import PartnerLogs
from services.gateway.webhooks.addresses import (
    AddressNotPublic,
    Resolve,
    UrlNotAllowed,
    resolve,
    target,
)
from services.gateway.webhooks.attempts import Attempted, answered, following, headers
from services.gateway.webhooks.endpoints import Endpoint, Endpoints
from shared.eventsourcing.clock import Now, system_now
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.stopping import stop
from shared.feed.events import to_cloud_event
from shared.postgres.duty import OnDuty
from shared.running.running import House

AT_ONCE = 16
PAGE = 100
ATTEMPT_SECONDS = 10.0
LEASE = timedelta(minutes=30)
"""Longer than a page takes; a worker that died leaves its endpoints to others after it."""
BACKSTOP_SECONDS = 1.0
RETRY_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class Worker:
    """`now` decides what is due; `signed_at` is the real time, which receivers hold theirs to."""

    def __init__(
        self,
        endpoints: Endpoints,
        logs: PartnerLogs,
        client: httpx.AsyncClient,
        resolve: Resolve,
        *,
        signed_at: Now,
        chance: Callable[[], float],
        sandbox: bool,
    ) -> None:
        self._endpoints = endpoints
        self._logs = logs
        self._client = client
        self._resolve = resolve
        self._signed_at = signed_at
        self._chance = chance
        self._sandbox = sandbox

    async def run(self, now: Now, duty: OnDuty) -> None:
        """Delivers for ever while on duty, woken by what is written."""
        while True:
            woken = self._logs.woken()
            try:
                delivered = await self.deliver_due(now()) if duty.held else 0
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                logger.warning("delivering-failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if not delivered:
                try:
                    async with asyncio.timeout(BACKSTOP_SECONDS):
                        await woken.wait()
                except TimeoutError:
                    continue

    async def deliver_due(self, now: datetime) -> int:
        """Sends what is due at a time, some of each endpoint; says how many attempts it made."""
        due = await self._endpoints.due(now, LEASE, AT_ONCE)
        try:
            made = await asyncio.gather(*(self._deliver(endpoint, now) for endpoint in due))
        finally:
            await self._endpoints.release([endpoint.webhook for endpoint in due])
        return sum(made)

    async def _deliver(self, endpoint: Endpoint, now: datetime) -> int:
        """One page of the agency's log, up to the first event that does not get through."""
        page = await self._logs.of(endpoint.agency).read(endpoint.cursor, PAGE, 0.0)
        made = 0
        for envelope in page.envelopes:
            number = envelope.publication or 0
            try:
                known = await self._endpoints.get(endpoint.webhook)
            except Missing:
                break
            if (known.status, known.cursor) != ("active", endpoint.cursor):
                break
            if endpoint.types and envelope.type not in endpoint.types:
                if not await self._endpoints.passed(endpoint, number):
                    break
                endpoint = replace(endpoint, cursor=number)
                continue
            made += 1
            if not await self._attempt(endpoint, envelope, number, now):
                break
            endpoint = replace(endpoint, cursor=number, attempts=0)
        return made

    async def _attempt(
        self, endpoint: Endpoint, envelope: Envelope, number: int, now: datetime
    ) -> bool:
        """One POST, and its record; says whether the event is done with."""
        clock = asyncio.get_running_loop().time
        began = clock()
        attempted = await self._post(endpoint, envelope, now)
        took_ms = round((clock() - began) * 1000)
        then = following(attempted, endpoint.attempts + 1, now, self._chance())
        await self._endpoints.record(
            endpoint, number, envelope.event_id, attempted, took_ms, then, now
        )
        if then.paused:
            logger.warning("webhook-paused", webhook=str(endpoint.webhook))
        return then.done

    async def _post(self, endpoint: Endpoint, envelope: Envelope, now: datetime) -> Attempted:
        secrets = await self._endpoints.secrets_of(endpoint.webhook, now)
        event = to_cloud_event(f"partners/{endpoint.agency}", envelope)
        body = msgspec.json.encode(event).decode()
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                to = await target(endpoint.url, self._resolve, sandbox=self._sandbox)
                sent = headers(envelope.event_id, body, secrets, self._signed_at())
                async with self._client.stream(
                    "POST",
                    to.url,
                    content=body.encode(),
                    headers=sent | {"host": to.authority},
                    follow_redirects=False,
                    extensions={"sni_hostname": to.host},
                ) as response:
                    return answered(response.status_code)
        except (UrlNotAllowed, AddressNotPublic):
            return Attempted("forbidden-address")
        except (httpx.HTTPError, OSError, TimeoutError):
            return Attempted("unreachable")


@asynccontextmanager
async def delivering(house: House, logs: PartnerLogs) -> AsyncGenerator[None]:
    """Delivers while the application lives, through no proxy and following nothing elsewhere."""
    async with httpx.AsyncClient(trust_env=False, timeout=ATTEMPT_SECONDS) as client:
        worker = Worker(
            Endpoints(house.pool),
            logs,
            client,
            resolve,
            signed_at=system_now,
            chance=SystemRandom().random,
            sandbox=house.settings.sandbox,
        )
        task = asyncio.create_task(worker.run(house.clock, house.duty))
        try:
            yield
        finally:
            await stop([task])
