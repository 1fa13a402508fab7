"""The gateway and needs together in the test's own process: a board whose pages are tried.

Law: both are the real ones; what needs publishes the gateway hears from needs itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from msgspec.structs import replace

from goldenthread.demo.cast import BOARD, CHAIR, MEMBERS
from services.gateway.main import PLAN as GATEWAY
from services.needs.main import PLAN as NEEDS
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog, Source
from shared.proofs.notes import Signer
from shared.running.app import create_app
from shared.running.running import Plan
from shared.testing.houses import KEY, Caller, RunningHouse, settings_of, token

COUNCIL, HEALTH, POLICE = "alderbrook-council", "alderbrook-icb", "alderbrook-police"
SECRETARY, CHAIRS, HEALTHS, POLICES = "p-c37d", "p-25f9", "p-38a7", "p-d093"
PROBATIONS, SCHOOLS, AUDITOR = "p-73b8", "p-ce46", "p-60c4"
START = datetime(2026, 4, 1, 9, tzinfo=UTC)
HELD_AT = datetime(2026, 5, 6, 13, tzinfo=UTC)
NEXT_AT = datetime(2026, 7, 8, 13, tzinfo=UTC)
RULES: dict[str, Any] = {
    "quorum_named": [COUNCIL, HEALTH],
    "quorum_others": 2,
    "paper_working_days": 5,
    "source": "Governance arrangements",
    "clauses": {"quorum": "12.3", "papers": "12.5", "change": "17.1"},
}


async def _running(
    stack: AsyncExitStack, plan: Plan, dsn: str, heard: dict[str, MemoryLog], **more: Source
) -> RunningHouse:
    sources = {name: PublishedLog(log) for name, log in heard.items()} | more
    settings = replace(settings_of(dsn), service_token=token("goldenthread", "", "service"))
    named = set(plan.sources())
    app = create_app(plan, settings, {n: s for n, s in sources.items() if n in named - {plan.name}})
    await stack.enter_async_context(app.router.lifespan_context(app))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test"
    )
    await stack.enter_async_context(client)
    running = RunningHouse(app, client, heard)
    running.house.clock.set(START)
    return running


class BoardStage:
    """Both houses at the same time of day, and the partnership that is in them."""

    def __init__(self, gateway: RunningHouse, needs: RunningHouse) -> None:
        self.gateway = gateway
        self.needs = needs
        self.partnership = ""

    @property
    def at(self) -> str:
        return f"/v1/partnerships/{self.partnership}"

    @property
    def secretary(self) -> Caller:
        return self.needs.caller(COUNCIL, SECRETARY, "board-secretary")

    def member(self, person: str, agency: str) -> Caller:
        return self.needs.caller(agency, person, "board-member")

    async def done(self, path: str, body: Any = None, who: Caller | None = None) -> dict[str, Any]:
        answer = await (who or self.secretary).done(path, body)
        await self.settle()
        return answer

    async def settle(self) -> None:
        await self.needs.settle()
        await self.gateway.settle()

    async def set_clock(self, to: datetime) -> None:
        await self.needs.set_clock(to)
        await self.gateway.set_clock(to)

    async def meetings(self) -> list[dict[str, Any]]:
        listed = (await self.secretary.get(f"{self.at}/meetings?limit=500")).json()["items"]
        return sorted(listed, key=lambda one: one["held_at"])


@asynccontextmanager
async def open_board(gateway_dsn: str, needs_dsn: str) -> AsyncGenerator[BoardStage]:
    """A partnership of five with a constitution and a board, on the first of April."""
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    os.environ["LEDGER_SIGNING_KEY"] = Signer("ledger.test", bytes(32)).secret()
    os.environ["RECEIPT_SIGNING_KEY"] = Signer("receipts.test", bytes(range(1, 33))).secret()
    heard = {name: MemoryLog(name) for name in ("procurement", "contracts", "monitoring")}
    async with AsyncExitStack() as stack:
        needs = await _running(stack, NEEDS, needs_dsn, heard)
        own = PublishedLog(needs.house.log)
        gateway = await _running(stack, GATEWAY, gateway_dsn, heard, needs=own)
        gateway.app.state.upstreams = {"needs": needs.client}
        for name in ("LEDGER_SIGNING_KEY", "RECEIPT_SIGNING_KEY"):
            os.environ.pop(name)
        stage = BoardStage(gateway, needs)
        await _formed(stage)
        yield stage
    os.environ.pop("ISSUER_KEY", None)


async def _formed(stage: BoardStage) -> None:
    formed = {
        "name": "Alderbrook Children's Partnership",
        "lead": COUNCIL,
        "members": MEMBERS,
        "effective_on": "2026-04-01",
    }
    stage.partnership = (await stage.done("/v1/partnerships", formed))["id"]
    await stage.done(f"{stage.at}/rules", RULES)
    for member in BOARD:
        seat = {"person": member.person, "agency": member.agency, "chair": member is CHAIR}
        seat |= {"vice": member.person == HEALTHS}
        await stage.done(f"{stage.at}/board-members", seat)
