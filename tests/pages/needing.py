"""The gateway and needs together in the test's own process, with one partnership's assessment.

Law: every step of the story goes through the public API of needs; the figures are real ones.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from goldenthread.reference import areas, neighbours
from services.gateway.main import PLAN as GATEWAY
from services.needs.main import PLAN as NEEDS
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog, Source
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import KEY, Caller, RunningHouse, settings_of, token
from tests.pages import story

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
SUNDERLAND = "E08000024"
PLANS = "dfe_ehcp_timeliness_20_week.csv"
SUMMARY = "Some children are bullied at school.\nOthers wait too long for help."


async def _running(stack: AsyncExitStack, plan: Plan, dsn: str, **heard: Source) -> RunningHouse:
    logs = {name: MemoryLog(name) for name in plan.sources() if name not in (plan.name, *heard)}
    settings = replace(settings_of(dsn), service_token=token("goldenthread", "", "service"))
    app = create_app(plan, settings, {n: PublishedLog(log) for n, log in logs.items()} | heard)
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = await stack.enter_async_context(
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60)
    )
    running = RunningHouse(app, client, logs)
    running.house.clock.set(NOW)
    return running


class Needing:
    """Both houses, and the ids of what was told."""

    def __init__(self, gateway: RunningHouse, needs: RunningHouse) -> None:
        self.gateway = gateway
        self.needs = needs
        self.partnership = ""
        self.assessment = ""
        self.plans = ""

    @property
    def commissioner(self) -> Caller:
        return self.needs.caller(story.COUNCIL, story.COMMISSIONER, "commissioner")

    @property
    def health(self) -> Caller:
        return self.needs.caller(story.ICB, story.HEALTH, "commissioner")

    async def settle(self) -> None:
        await self.needs.settle()
        await self.gateway.settle()

    async def done(self, path: str, body: Any, who: Caller | None = None) -> dict[str, Any]:
        answer = await (who or self.commissioner).done(path, body)
        await self.needs.settle()
        return answer


@asynccontextmanager
async def open_pair(gateway_dsn: str, needs_dsn: str) -> AsyncGenerator[Needing]:
    """Both houses, in which nothing has happened yet."""
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    async with AsyncExitStack() as stack:
        needs = await _running(stack, NEEDS, needs_dsn)
        own = PublishedLog(needs.house.log)
        gateway = await _running(stack, GATEWAY, gateway_dsn, needs=own)
        gateway.app.state.upstreams = {"needs": needs.client}
        yield Needing(gateway, needs)
    os.environ.pop("ISSUER_KEY", None)  # another stage may have taken it away before


@asynccontextmanager
async def open_needing(
    gateway_dsn: str, needs_dsn: str, reference: Path
) -> AsyncGenerator[Needing]:
    """One open assessment with real series and signals of three sources."""
    async with open_pair(gateway_dsn, needs_dsn) as needing:
        await found(needing)
        await load_areas(needing, reference)
        await _told(needing)
        await _measured(needing, reference)
        await needing.settle()
        yield needing


async def found(needing: Needing) -> None:
    """The partnership."""
    secretary = needing.needs.caller(story.COUNCIL, "p-sec", "board-secretary")
    formed = {
        "name": "Alderbrook Children's Partnership",
        "lead": story.COUNCIL,
        "members": [
            {"agency": one.agency, "kind": one.kind, "name": one.name}
            for one in story.FORMED.members
        ],
        "effective_on": "2026-04-01",
    }
    needing.partnership = (await needing.done("/v1/partnerships", formed, secretary))["id"]


async def load_areas(needing: Needing, reference: Path) -> None:
    """The areas of England and their statistical neighbours."""
    found = areas(reference)
    body = {
        "source": "DHSC",
        "areas": [
            {"code": a.code, "name": a.name, "kind": a.kind, "parents": a.parents} for a in found
        ],
        "neighbours": [
            {"area": n.area, "neighbours": n.neighbours} for n in neighbours(reference, found)
        ],
    }
    assert (await needing.commissioner.put("/v1/areas", body)).is_success


async def _told(needing: Needing) -> None:
    """An open assessment, to which three places report the same thing."""
    opened = {
        "partnership": needing.partnership, "year": "2026/27", "title": "What children need",
        "outcomes": [{"outcome": "o1", "title": "Children and young people are safe"}],
    }  # fmt: skip
    needing.assessment = (await needing.done("/v1/assessments", opened))["id"]
    at = f"/v1/assessments/{needing.assessment}"
    for source, level, count, who in (
        ("school", "individual", 5, needing.commissioner),
        ("youth-club", "operational", 4, needing.commissioner),
        ("counselling-service", "operational", 3, needing.health),
    ):
        signal = {"theme": "bullying", "level": level, "source": source, "count": count}
        await needing.done(f"{at}/signals", signal, who)


async def _measured(needing: Needing, reference: Path) -> None:
    """A real series from its published file, and an adopted outcome without figures."""
    at = f"/v1/assessments/{needing.assessment}"
    indicator = {
        "title": "Plans issued within 20 weeks", "outcome": "o1", "unit": "percent",
        "direction": "higher", "area": SUNDERLAND, "source": "Department for Education, OGL v3",
    }  # fmt: skip
    needing.plans = (await needing.done(f"{at}/indicators", indicator))["part"]
    way = f"{at}/indicators/{needing.plans}/file"
    taken = await needing.commissioner.post_raw(way, (reference / PLANS).read_bytes(), "text/csv")
    assert taken.status_code == 201, taken.text
    await needing.done(f"{at}/adoptions", {"reference": "oral-health", "area": SUNDERLAND})
