"""The gateway before a real needs service, for pages about what a partnership plans.

Law: everything on this stage came through the doors.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from services.gateway.main import PLAN as GATEWAY
from services.needs.main import PLAN as NEEDS
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.testing.houses import KEY, Caller, RunningHouse
from tests.pages import story
from tests.pages.stage import running

SECRETARY, SCHOOL, YOUTH = "p-c37d", "p-8b42", "p-46ea"
BOARD = (("p-25f9", story.COUNCIL), ("p-38a7", story.ICB), ("p-d093", "alderbrook-police"))
BEGINS = datetime(2026, 5, 1, 9, tzinfo=UTC)
MEMBERS = [
    {"agency": story.COUNCIL, "kind": "council", "name": "Alderbrook Council"},
    {"agency": story.ICB, "kind": "nhs-icb", "name": "Alderbrook Integrated Care Board"},
    {"agency": "alderbrook-police", "kind": "local-policing-body", "name": "Alderbrook Police"},
]


class Planning:
    """Both houses at the same time of day, and a partnership in them."""

    def __init__(self, gateway: RunningHouse, needs: RunningHouse) -> None:
        self.gateway = gateway
        self.needs = needs
        self.partnership = ""
        self.commissioner = needs.caller(story.COUNCIL, story.COMMISSIONER, "commissioner")
        self.health = needs.caller(story.ICB, story.HEALTH, "commissioner")
        self.secretary = needs.caller(story.COUNCIL, SECRETARY, "board-secretary")

    async def settle(self) -> None:
        await self.needs.settle()
        await self.gateway.settle()

    async def set_clock(self, to: datetime) -> None:
        await self.needs.set_clock(to)
        await self.gateway.set_clock(to)

    async def done(self, who: Caller, path: str, body: Any = None) -> dict[str, Any]:
        answer = await who.done(path, body)
        await self.settle()
        return answer

    async def form(self, name: str = "Alderbrook Children's Partnership") -> str:
        body = {"name": name, "lead": story.COUNCIL, "members": MEMBERS,
                "effective_on": "2026-04-01"}  # fmt: skip
        return (await self.done(self.secretary, "/v1/partnerships", body))["id"]


@asynccontextmanager
async def open_planning(gateway_dsn: str, needs_dsn: str) -> AsyncGenerator[Planning]:
    """A partnership of three, with nothing planned."""
    issuer = os.environ.get("ISSUER_KEY")
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    heard = {name: MemoryLog(name) for name in ("procurement", "contracts", "monitoring")}
    async with AsyncExitStack() as stack:
        needs = await running(stack, NEEDS, needs_dsn, heard)
        own = PublishedLog(needs.house.log)
        gateway = await running(stack, GATEWAY, gateway_dsn, heard, needs=own)
        gateway.app.state.upstreams = {"needs": needs.client}
        made = Planning(gateway, needs)
        await made.set_clock(BEGINS)
        made.partnership = await made.form()
        yield made
    if issuer is None:
        os.environ.pop("ISSUER_KEY", None)
