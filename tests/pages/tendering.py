"""The gateway and procurement on a stage of their own: one council that tenders, two that bid.

Bids are handed in and opened at the doors of procurement; everything else is done on the pages.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

from services.gateway.main import PLAN as GATEWAY
from services.procurement.main import PLAN as PROCUREMENT
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.proofs.notes import Signer
from shared.published import needs
from shared.published.terms import Member
from shared.sealing.asking import bid_body, key_body, parts_body
from shared.sealing.keys import OpeningKey
from shared.testing.houses import KEY, Caller, RunningHouse
from tests.pages import story
from tests.pages.stage import running

OFFICER, EVALUATOR, MODERATOR = "p-9d04", "p-e81b", "p-5e6b"
BIDDERS = {"bright-path": "p-3f70", "northfield-care": "p-59b3"}
MARK = "Northfield Care"
NEIGHBOURS = needs.PartnershipFormed(
    partnership="p2", name="Harbour Children's Partnership", lead="harbour-academy",
    members=(Member(agency="harbour-academy", kind="school", name="Harbour Academy"),),
    effective_on=date(2026, 4, 1),
)  # fmt: skip


class Tendering:
    """Both houses at the same time of day."""

    def __init__(self, gateway: RunningHouse, procurement: RunningHouse) -> None:
        self.gateway = gateway
        self.procurement = procurement
        self.keys: dict[str, OpeningKey] = {}

    async def settle(self) -> None:
        await self.procurement.settle()
        await self.gateway.settle()

    async def set_clock(self, to: datetime) -> None:
        await self.procurement.set_clock(to)
        await self.gateway.set_clock(to)

    def officer(self, person: str) -> Caller:
        return self.procurement.caller(story.COUNCIL, person, "procurement-officer")

    async def panel(self, tender: str) -> None:
        """Three officers named to open the bids, each with a key of their own."""
        at = f"/v1/tenders/{tender}"
        officers = (OFFICER, EVALUATOR, MODERATOR)
        named = await self.officer(OFFICER).put(
            f"{at}/opening-officers", {"officers": list(officers)}
        )
        assert named.is_success, named.text
        self.keys = {one: OpeningKey.made() for one in officers}
        for one, key in self.keys.items():
            answer = await self.officer(one).put(f"{at}/opening-key", key_body(key, tender, one))
            assert answer.is_success, answer.text
        await self.settle()

    async def bid(self, tender: str, agency: str, pence: int) -> str:
        """A bid of an agency, sealed on its side."""
        caller = self.procurement.caller(agency, BIDDERS[agency], "provider")
        offer = {"annual_price_pence": pence, "statement": "How we would do it."}
        keys = (await caller.get(f"/v1/tenders/{tender}/opening-keys")).json()
        body = bid_body(json.dumps(offer).encode(), keys, agency)
        sealed = await caller.done(f"/v1/tenders/{tender}/bids", body)
        await self.settle()
        return sealed["bid"]

    async def open_bids(self, tender: str) -> None:
        """Two of the three officers give their parts, and all bids open at once."""
        at = f"/v1/tenders/{tender}"
        for one in (OFFICER, MODERATOR):
            heads = (await self.officer(one).get(f"{at}/heads")).json()
            await self.officer(one).done(f"{at}/opening-parts", parts_body(self.keys[one], heads))
        await self.officer(OFFICER).done(f"{at}/open-bids")
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
        procurement = await running(stack, PROCUREMENT, procurement_dsn, heard)
        own = PublishedLog(procurement.house.log)
        gateway = await running(stack, GATEWAY, gateway_dsn, heard, procurement=own)
        gateway.app.state.upstreams = {"procurement": procurement.client}
        os.environ.pop("LEDGER_SIGNING_KEY")
        stage = Tendering(gateway, procurement)
        await stage.set_clock(datetime(2026, 4, 1, 9, tzinfo=UTC))
        await gateway.hear("needs", "partnership/p1", story.FORMED)
        await gateway.hear("needs", "partnership/p2", NEIGHBOURS)
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
