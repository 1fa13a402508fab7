"""The gateway and procurement on a stage of their own: one council that tenders, two that bid.

Bids are handed in and opened at the doors of procurement; everything else is done on the pages.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from services.gateway.main import PLAN as GATEWAY
from services.procurement.main import PLAN as PROCUREMENT
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.proofs.notes import Signer
from shared.testing.houses import KEY, RunningHouse
from tests.pages import story
from tests.pages.stage import running_on

OFFICER, EVALUATOR, MODERATOR = "p-9d04", "p-e81b", "p-5e6b"
BIDDERS = {"bright-path": "p-3f70", "northfield-care": "p-59b3"}
MARK = "Northfield Care"


class Tendering:
    """Both houses at the same time of day."""

    def __init__(self, gateway: RunningHouse, procurement: RunningHouse) -> None:
        self.gateway = gateway
        self.procurement = procurement

    async def settle(self) -> None:
        await self.procurement.settle()
        await self.gateway.settle()

    async def set_clock(self, to: datetime) -> None:
        await self.procurement.set_clock(to)
        await self.gateway.set_clock(to)

    async def bid(self, tender: str, agency: str, pence: int) -> str:
        """A sealed bid of an agency."""
        caller = self.procurement.caller(agency, BIDDERS[agency], "provider")
        offer = {"annual_price_pence": pence, "statement": "How we would do it."}
        sealed = await caller.done(f"/v1/tenders/{tender}/bids", offer)
        await self.settle()
        return sealed["bid"]

    async def open_bids(self, tender: str) -> None:
        caller = self.procurement.caller(story.COUNCIL, OFFICER, "procurement-officer")
        await caller.done(f"/v1/tenders/{tender}/open-bids")
        await self.settle()

    async def only_tender(self) -> str:
        caller = self.procurement.caller(story.COUNCIL, OFFICER, "procurement-officer")
        found = (await caller.get("/v1/tenders")).json()["items"]
        return sorted(found, key=lambda one: one["tender"])[-1]["tender"]


@asynccontextmanager
async def open_tendering(gateway_dsn: str, procurement_dsn: str) -> AsyncGenerator[Tendering]:
    """A published specification, two providers in the register, no tender yet."""
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    os.environ["LEDGER_SIGNING_KEY"] = Signer("ledger.test", bytes(32)).secret()
    heard = {name: MemoryLog(name) for name in ("needs", "contracts", "monitoring")}
    async with AsyncExitStack() as stack:
        procurement = await running_on(stack, PROCUREMENT, procurement_dsn, heard)
        own = PublishedLog(procurement.house.log)
        gateway = await running_on(stack, GATEWAY, gateway_dsn, heard, procurement=own)
        gateway.app.state.upstreams = {"procurement": procurement.client}
        os.environ.pop("LEDGER_SIGNING_KEY")
        stage = Tendering(gateway, procurement)
        await stage.set_clock(datetime(2026, 4, 1, 9, tzinfo=UTC))
        await gateway.hear("needs", "partnership/p1", story.FORMED)
        await gateway.hear("needs", "specification/s1", story.SPECIFIED)
        officer = procurement.caller(story.COUNCIL, OFFICER, "procurement-officer")
        for provider, name, form in (
            ("bright-path", "Bright Path Counselling", "third-sector"),
            ("northfield-care", MARK, "private"),
        ):
            entry: dict[str, Any] = {"provider": provider, "name": name, "form": form}
            entry |= {"small": True, "identifiers": {}}
            await officer.done("/v1/providers", entry)
        await stage.settle()
        yield stage
    os.environ.pop("ISSUER_KEY", None)
