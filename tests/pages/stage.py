"""The gateway, needs, monitoring and procurement together in the test's own process.

Law: all four are the real ones; what needs and monitoring publish the others hear from them.
Contracts is told by its published facts alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from msgspec.structs import replace

from services.gateway.main import PLAN as GATEWAY
from services.monitoring.main import PLAN as MONITORING
from services.needs.main import PLAN as NEEDS
from services.procurement.main import PLAN as PROCUREMENT
from shared.eventsourcing.log import Log
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog, Source
from shared.proofs.notes import Signer, opened
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import KEY, RunningHouse, settings_of, token
from shared.values.quarters import last_day
from tests.pages import needs_story, story

START = datetime(2026, 3, 20, 9, tzinfo=UTC)
NOW = datetime(2027, 10, 12, 9, tzinfo=UTC)


async def running(
    stack: AsyncExitStack, plan: Plan, dsn: str, heard: Mapping[str, Log], **more: Source
) -> RunningHouse:
    sources = {name: PublishedLog(log) for name, log in heard.items()} | more
    settings = replace(settings_of(dsn), service_token=token("goldenthread", "", "service"))
    app = create_app(plan, settings, {n: sources[n] for n in sources if n != plan.name})
    await stack.enter_async_context(app.router.lifespan_context(app))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test"
    )
    await stack.enter_async_context(client)
    running = RunningHouse(app, client, heard)
    running.house.clock.set(START)
    return running


class Stage:
    """The houses that tests use, at the same time of day."""

    def __init__(
        self, gateway: RunningHouse, monitoring: RunningHouse, needs: RunningHouse
    ) -> None:
        self.gateway = gateway
        self.monitoring = monitoring
        self.needs = needs

    async def hear(self, service: str, stream: str, *events: Any) -> None:
        await self.gateway.hear(service, stream, *events)
        await self.settle()

    async def settle(self) -> None:
        await self.needs.settle()
        await self.monitoring.settle()
        await self.gateway.settle()

    async def set_clock(self, to: datetime) -> None:
        await self.needs.set_clock(to)
        await self.monitoring.set_clock(to)
        await self.gateway.set_clock(to)


@asynccontextmanager
async def open_stage(
    gateway_dsn: str, monitoring_dsn: str, procurement_dsn: str, needs_dsn: str
) -> AsyncGenerator[Stage]:
    """Six quarters of the story, told; the seventh is due."""
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    os.environ["LEDGER_SIGNING_KEY"] = Signer("ledger.test", bytes(32)).secret()
    os.environ["RECEIPT_SIGNING_KEY"] = Signer("receipts.test", bytes(range(1, 33))).secret()
    heard: dict[str, Log] = {name: MemoryLog(name) for name in ("procurement", "contracts")}
    async with AsyncExitStack() as stack:
        silent = {"monitoring": MemoryLog("monitoring")}
        needs = await running(stack, NEEDS, needs_dsn, {**heard, **silent})
        heard["needs"] = needs.house.log
        monitoring = await running(stack, MONITORING, monitoring_dsn, heard)
        others = {name: heard[name] for name in ("needs", "contracts")}
        procurement = await running(stack, PROCUREMENT, procurement_dsn, others)
        await procurement.settle()
        officer = procurement.caller(story.COUNCIL, "p-9d04", "procurement-officer")
        await officer.done("/v1/notices/import", story.RELEASES)
        await procurement.settle()
        own = PublishedLog(monitoring.house.log)
        gateway = await running(stack, GATEWAY, gateway_dsn, heard, monitoring=own)
        gateway.app.state.upstreams = {
            "monitoring": monitoring.client,
            "procurement": procurement.client,
            "needs": needs.client,
        }
        for name in ("LEDGER_SIGNING_KEY", "RECEIPT_SIGNING_KEY"):
            os.environ.pop(name)  # read at the start; houses of other tests have no key
        stage = Stage(gateway, monitoring, needs)
        await _told(stage)
        yield stage
    os.environ.pop("ISSUER_KEY", None)  # another stage may have taken it away before


async def _told(stage: Stage) -> None:
    for stream, events in needs_story.TOLD.items():
        await stage.hear("needs", stream, *events)
    await needs_story.turned(stage.needs.caller(story.COUNCIL, story.COMMISSIONER, "commissioner"))
    await stage.hear("procurement", "provider/bright-path", story.REGISTERED)
    await stage.hear("procurement", "tender/t1", story.OPENED, story.CONFIRMED)
    await stage.hear("contracts", "fund/f1", *story.FUND)
    await stage.hear("contracts", "contract/c1", story.SIGNED)
    await stage.hear("contracts", "contract/c2", story.WICKEDLY_SIGNED)
    await stage.hear("contracts", "contract/c3", story.FULLY_SIGNED)
    for period, seen, helped in zip(story.QUARTERS[:-1], story.SEEN, story.HELPED, strict=False):
        await _reported(stage, "c1", period, story.figures(period, seen, helped))
        nth = story.QUARTERS.index(period)
        await _reported(stage, "c3", period, story.fullest(period, nth))
    await _worded(stage)
    await stage.hear("contracts", "contract/c1", *story.PAID, story.NOTICE)
    await stage.set_clock(NOW)
    await _cosigned(stage)


async def _cosigned(stage: Stage) -> None:
    """The fund's books signed by the house, and by the ICB beside it."""
    finance = stage.gateway.caller(story.ICB, story.HEALTH, "finance")
    key = Signer(story.ICB, bytes(range(32)))
    await finance.done("/v1/ledgers/f1/proofs/keys", {"verifier": str(key.verifier)})
    made = await finance.done("/v1/ledgers/f1/proofs/checkpoints")
    text, _ = opened(made["note"])
    at = f"/v1/ledgers/f1/proofs/checkpoints/{made['size']}/cosignatures"
    await finance.done(at, {"signature": str(key.sign(text))})


async def _worded(stage: Stage) -> None:
    """What stands beside the figures of c3, as much as a card shows and more."""
    provider = stage.monitoring.caller(story.PROVIDER, story.LEAD, "provider")
    words = "Both schools ring each family the day before, and keep a place for a friend. " * 4
    at = "/v1/card-entries/c3"
    for n, cost in enumerate(("costed", "no-cost", "low-cost", "low-cost")):
        idea = {"section": "what-works", "text": f"{n}. {words}", "cost": cost}
        await provider.done(at, idea)
    for n in range(4):
        await provider.done(at, {"section": "partner", "text": f"{n}. {words}"})
        owned = {"owner": story.PROVIDER, "due_on": "2027-12-31"}
        await provider.done(at, {"section": "action", "text": f"{n}. {words}", **owned})
    await stage.settle()


async def _reported(stage: Stage, contract: str, period: str, figures: dict[str, Any]) -> None:
    """Handed in by the provider ten days after the period, accepted at once."""
    ended = last_day(period)
    month = ended.month % 12 + 1
    after = datetime(ended.year + (month == 1), month, 10, 9, tzinfo=UTC)
    if stage.gateway.house.clock() < after:
        await stage.set_clock(after)
    provider = stage.monitoring.caller(story.PROVIDER, story.LEAD, "provider")
    manager = stage.monitoring.caller(story.COUNCIL, story.MANAGER, "contract-manager")
    address = f"/v1/returns/{contract}/{period}"
    tried = (await provider.put(f"{address}?dry_run=true", figures)).json()
    soft = [one for one in tried["problems"] if one["stage"] == "soft"]
    said = [{"rule": o["code"], "measure": o["measure"], "text": "As planned."} for o in soft]
    answer = await provider.put(address, figures | {"explanations": said})
    assert answer.is_success, answer.text
    await manager.done(f"{address}/acceptance", {"version": 1})
    await stage.settle()
