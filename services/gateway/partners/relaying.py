"""Brings each agency's log to its topic, where there is Kafka.

Law: as for the services' own topics: a relay's place moves after the broker's acknowledgement, and
an agency whose topic cannot be written keeps no other waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from services.gateway.partners.logs import PartnerLogs
from shared.eventsourcing.stopping import stop
from shared.eventsourcing.subscriptions import Follower
from shared.kafka.relay import Relay
from shared.kafka.settings import partner_topic
from shared.postgres.pool import UNAVAILABLE
from shared.published.terms import AgencyId
from shared.running.running import RELAY_PAGE, House

AT_ONCE = 8
BACKSTOP_SECONDS = 1.0
RETRY_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class PartnerRelays:
    """A relay for each agency that has a log, the new ones too; one task for all."""

    def __init__(self, house: House, logs: PartnerLogs) -> None:
        self._house = house
        self._logs = logs
        self._relays: dict[AgencyId, tuple[Relay, Follower]] = {}
        self._sent: dict[AgencyId, int] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        while True:
            woken = self._logs.woken()
            try:
                sent = await self.step() if self._house.duty.held else 0
            except UNAVAILABLE as error:
                logger.warning("relaying-failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if not sent:
                try:
                    async with asyncio.timeout(BACKSTOP_SECONDS):
                        await woken.wait()
                except TimeoutError:
                    continue

    async def step(self) -> int:
        """Sends a page of every log that has grown; says how many events it sent."""
        heads = await self._logs.heads()
        grown = [agency for agency, head in heads.items() if head > self._sent.get(agency, 0)]
        return sum(await asyncio.gather(*(self._send(agency) for agency in grown)))

    async def close(self) -> None:
        for relay, _ in self._relays.values():
            await relay.close()

    async def _send(self, agency: AgencyId) -> int:
        if agency not in self._relays:
            self._relays[agency] = self._begin(agency)
        _, follower = self._relays[agency]
        async with self._slots:
            try:
                sent = await follower.step()
            except UNAVAILABLE as error:
                logger.warning("relaying-failed", agency=agency, error=type(error).__name__)
                return 0
        self._sent[agency] = min(where.number for where in follower.following())
        return sent

    def _begin(self, agency: AgencyId) -> tuple[Relay, Follower]:
        log = self._logs.of(agency)
        house = self._house
        relay = Relay(house.settings.kafka, partner_topic(agency), f"/{log.name}", house.pool)
        follower = Follower(log, [relay], RELAY_PAGE)
        house.relays.append(follower)
        return relay, follower


@asynccontextmanager
async def relaying(house: House, logs: PartnerLogs) -> AsyncGenerator[None]:
    """Relays while the application lives; does nothing without Kafka."""
    if not house.settings.kafka:
        yield
        return
    relays = PartnerRelays(house, logs)
    task = asyncio.create_task(relays.run())
    try:
        yield
    finally:
        await stop([task])
        await relays.close()
