"""Contracts, procurement, monitoring and the gateway, for what follows from a decision.

What needs says is told; a contract is signed, reviewed and ended at the doors and on the pages.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from services.contracts.main import PLAN as CONTRACTS
from services.gateway.main import PLAN as GATEWAY
from services.monitoring.main import PLAN as MONITORING
from services.procurement.main import PLAN as PROCUREMENT
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.published.needs import ServiceChange, ServiceChangeDecided
from shared.testing.houses import KEY, RunningHouse
from tests.pages import story
from tests.pages.stage import running

CONTRACT = story.CONFIRMED.award
REMINDED = datetime(2026, 7, 7, 9, tzinfo=UTC)
LATE = datetime(2026, 7, 28, 9, tzinfo=UTC)
"""The return of the first quarter was due on 21 July 2026."""
DECIDED = datetime(2027, 4, 20, 9, tzinfo=UTC)


class Following:
    """All houses at the same time of day, and one contract."""

    def __init__(
        self,
        contracts: RunningHouse,
        procurement: RunningHouse,
        monitoring: RunningHouse,
        gateway: RunningHouse,
    ) -> None:
        self.contracts = contracts
        self.monitoring = monitoring
        self.gateway = gateway
        self.houses = (contracts, procurement, monitoring, gateway)

    async def settle(self) -> None:
        for house in self.houses:
            await house.settle()

    async def set_clock(self, to: datetime) -> None:
        for house in self.houses:
            await house.set_clock(to)
        await self.settle()

    async def sign(self) -> None:
        """A fund with one year open, and the contract signed on the award."""
        finance = self.contracts.caller(story.COUNCIL, story.FINANCE, "finance")
        body = {
            "partnership": "p1", "name": "Emotional health", "legal_basis": "section-75",
            "pool_manager": story.FINANCE, "year": "2026-27",
            "partners": [story.COUNCIL, story.ICB], "attribution_weights": [2, 1],
        }  # fmt: skip
        fund = (await finance.done("/v1/funds", body))["fund"]
        await self.settle()
        for partner in (story.COUNCIL, story.ICB):
            paid = {"partner": partner, "annual_pence": 60_000_00, "legal_basis": "section-75"}
            await finance.done(f"/v1/funds/{fund}/years/2026-27/contributions", paid)
        await self.settle()
        commissioner = self.contracts.caller(story.COUNCIL, story.COMMISSIONER, "commissioner")
        signature = {
            "fund": fund, "payment": {"mechanism": "block", "annual_pence": 90_000_00},
            "starts_on": "2026-04-01", "ends_on": "2028-03-31",
            "monitoring_officer": story.MANAGER, "review": {"clause": "12"},
            "termination": {"clause": "20", "working_days": 60},
            "standards": {"clause": "14", "standards": ["National Service Framework"]},
        }  # fmt: skip
        await commissioner.done(f"/v1/contracts/{CONTRACT}/signature", signature)
        await self.settle()

    async def review(self) -> str:
        """The formal review, concluded: redesign."""
        manager = self.monitoring.caller(story.COUNCIL, story.MANAGER, "contract-manager")
        review = (await manager.done("/v1/reviews", {"contract": CONTRACT}))["id"]
        await self.settle()
        found = {"finding": "Nobody comes on Fridays."}
        await manager.done(f"/v1/reviews/{review}/findings", found)
        await manager.done(f"/v1/reviews/{review}/conclusion", {"conclusion": "redesign"})
        await self.settle()
        return review

    async def decide(self, review: str, change: ServiceChange) -> None:
        """What needs says once the board has decided on the review."""
        decided = ServiceChangeDecided(
            review=review, contract=CONTRACT, partnership="p1", change=change, decision="d7",
            effective_on=DECIDED.date(),
        )  # fmt: skip
        await self.gateway.hear("needs", f"change/{review}", decided)
        await self.settle()


@asynccontextmanager
async def open_following(*dsns: str) -> AsyncGenerator[Following]:
    """A contract signed in March 2026, whose first return has not come by the end of July."""
    issuer = os.environ.get("ISSUER_KEY")
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    told = {name: MemoryLog(name) for name in ("needs", "procurement", "monitoring")}
    needs = {"needs": told["needs"]}
    async with AsyncExitStack() as stack:
        contracts = await running(stack, CONTRACTS, dsns[0], told)
        own = PublishedLog(contracts.house.log)
        procurement = await running(stack, PROCUREMENT, dsns[1], needs, contracts=own)
        chosen = PublishedLog(procurement.house.log)
        monitoring = await running(
            stack, MONITORING, dsns[2], needs, contracts=own, procurement=chosen
        )
        followed = PublishedLog(monitoring.house.log)
        gateway = await running(
            stack, GATEWAY, dsns[3], needs,
            contracts=own, procurement=chosen, monitoring=followed,
        )  # fmt: skip
        gateway.app.state.upstreams = {
            "contracts": contracts.client,
            "procurement": procurement.client,
            "monitoring": monitoring.client,
        }
        made = Following(contracts, procurement, monitoring, gateway)
        await gateway.hear("needs", "partnership/p1", story.FORMED)
        await gateway.hear("needs", "specification/s1", story.SPECIFIED)
        await contracts.hear("procurement", "tender/t1", story.CONFIRMED)
        await made.settle()
        await made.sign()
        await made.set_clock(REMINDED)
        await made.set_clock(LATE)
        yield made
    if issuer is None:
        os.environ.pop("ISSUER_KEY", None)
