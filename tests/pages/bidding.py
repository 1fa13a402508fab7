"""Procurement and the gateway in a process of their own, so that what lies in its memory is theirs.

Run as `python -m tests.pages.bidding GATEWAY_DSN PROCUREMENT_DSN`: prints its address and the ids
of its tenders; `settle` and `close` on its input are done and answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from msgspec.structs import replace

from services.gateway.main import PLAN as GATEWAY
from services.procurement.main import PLAN as PROCUREMENT
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog, Source
from shared.proofs.notes import Signer
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import KEY, RunningHouse, settings_of, token
from shared.testing.serving import served_here
from tests.pages import story

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
CLOSES_AT = datetime(2026, 5, 1, 11, tzinfo=UTC)
PROCURER, SECRETARY, MANAGER = "p-9d04", "p-c37d", story.MANAGER
OFFICERS = (PROCURER, SECRETARY, MANAGER)
BIDDER, RIVAL = story.LEAD, story.OUTSIDER
OPENING = {
    "specification": "s1", "title": "Counselling in schools", "regime": "light-touch",
    "criteria": [
        {"criterion": "q", "title": "Quality", "kind": "quality", "weight_basis_points": 10_000}
    ],
    "bids_close_at": CLOSES_AT.isoformat(), "delegated_limit_pence": 20_000_00,
}  # fmt: skip


async def _house(stack: AsyncExitStack, plan: Plan, dsn: str, sources: dict[str, Any]) -> Any:
    settings = replace(settings_of(dsn), service_token=token("goldenthread", "", "service"))
    heard: dict[str, Source] = {
        name: PublishedLog(log) if isinstance(log, MemoryLog) else log
        for name, log in sources.items()
    }
    app = create_app(plan, settings, heard)
    await stack.enter_async_context(app.router.lifespan_context(app))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test"
    )
    await stack.enter_async_context(client)
    logs = {name: log for name, log in sources.items() if isinstance(log, MemoryLog)}
    running = RunningHouse(app, client, logs)
    running.house.clock.set(START)
    return running


async def main(gateway_dsn: str, procurement_dsn: str) -> None:
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    os.environ["LEDGER_SIGNING_KEY"] = Signer("ledger.test", bytes(32)).secret()
    os.environ["RECEIPT_SIGNING_KEY"] = Signer("receipts.test", bytes(range(1, 33))).secret()
    heard = {name: MemoryLog(name) for name in ("needs", "contracts", "monitoring")}
    async with AsyncExitStack() as stack:
        others = {name: heard[name] for name in ("needs", "contracts")}
        procurement: RunningHouse = await _house(stack, PROCUREMENT, procurement_dsn, others)
        own = PublishedLog(procurement.house.log)
        gateway: RunningHouse = await _house(
            stack, GATEWAY, gateway_dsn, {**heard, "procurement": own}
        )
        gateway.app.state.upstreams = {"procurement": procurement.client}
        await procurement.hear("needs", "partnership/p1", story.FORMED)
        await procurement.hear("needs", "specification/s1", story.SPECIFIED)
        officer = procurement.caller(story.COUNCIL, PROCURER, "procurement-officer")
        for provider in (story.PROVIDER, "northfield-care"):
            entry = {"provider": provider, "name": provider, "form": "third-sector", "small": True}
            await officer.done("/v1/providers", entry | {"identifiers": {}})
        tenders = [(await officer.done("/v1/tenders", OPENING))["id"] for _ in range(3)]
        await _settle(procurement, gateway)
        address = await stack.enter_async_context(served_here(gateway.app))
        _say({"address": address, "tenders": tenders, "pid": os.getpid()})
        await _obeying(procurement, gateway)


async def _settle(*houses: RunningHouse) -> None:
    for house in houses:
        await house.settle()


async def _obeying(procurement: RunningHouse, gateway: RunningHouse) -> None:
    """Until its input ends."""
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == "close":
            for house in (procurement, gateway):
                await house.set_clock(CLOSES_AT + timedelta(minutes=1))
        await _settle(procurement, gateway)
        _say({"done": word})


def _say(told: Any) -> None:
    print(json.dumps(told), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
