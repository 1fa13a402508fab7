"""The gateway before a real needs service, for pages about what a partnership plans.

Law: everything on this stage came through the doors.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, Sequence
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
        made = (await self.done(self.secretary, "/v1/partnerships", body))["id"]
        while not (await self.commissioner.get(f"/v1/drafts/{made}")).is_success:
            await self.settle()  # who belongs to it is remembered for a second at most
        return made

    async def seat(self) -> None:
        """Rules, and a board of three."""
        at = f"/v1/partnerships/{self.partnership}"
        rules = {"quorum_named": [story.COUNCIL], "quorum_others": 1}
        await self.done(self.secretary, f"{at}/rules", rules)
        for person, agency in BOARD:
            named = {"person": person, "agency": agency, "chair": agency == story.COUNCIL}
            await self.done(self.secretary, f"{at}/board-members", named)

    async def carry(self, held_at: datetime, **item: Any) -> str:
        """A decision that everyone voted for, at a meeting called now."""
        agenda = [{"title": "Item", **item}]
        at = f"/v1/partnerships/{self.partnership}/meetings"
        body = {"held_at": held_at.isoformat(), "agenda": agenda}
        meeting = f"{at}/{(await self.done(self.secretary, at, body))['id']}"
        shown = (await self.secretary.get(meeting)).json()
        found = shown["agenda"][0]["item"]["item"]
        report = {"item": found, "title": "Report", "text": "What the board must know."}
        await self.done(self.secretary, f"{meeting}/papers", report)
        await self.set_clock(held_at)
        present = {"present": [person for person, _ in BOARD]}
        await self.done(self.secretary, f"{meeting}/opening", present)
        for person, agency in BOARD:
            member = self.needs.caller(agency, person, "board-member")
            await self.done(member, f"{meeting}/items/{found}/votes", {"vote": "for"})
        return (await self.done(self.secretary, f"{meeting}/items/{found}/decision"))["part"]

    async def strategy(self, title: str, *needs: str, groups: Sequence[str] = ()) -> str:
        """A draft strategy on an assessment of its own, with a recommendation for each need."""
        who = self.commissioner
        outcomes = [
            {"outcome": f"o{n}", "title": f"Outcome of {one}"} for n, one in enumerate(needs)
        ]
        body = {"partnership": self.partnership, "year": "2026/27", "title": title,
                "outcomes": outcomes}  # fmt: skip
        assessment = (await self.done(who, "/v1/assessments", body))["id"]
        at = f"/v1/assessments/{assessment}"
        signal = {"theme": "bullying", "level": "individual", "source": "school", "count": 9}
        evidence = (await self.done(who, f"{at}/signals", signal))["part"]
        found: list[str] = []
        for n, one in enumerate(needs):
            need = {"title": one, "outcome": f"o{n}", "evidence": [evidence],
                    "groups": list(groups)}  # fmt: skip
            found.append((await self.done(who, f"{at}/needs", need))["part"])
        await self.done(who, f"{at}/publication", {"summary": "What we found."})
        draft = {"assessment": assessment, "title": title}
        strategy = (await self.done(who, "/v1/strategies", draft))["id"]
        at = f"/v1/strategies/{strategy}"
        for n, need in enumerate(found):
            ranked = {"need": need, "rank": n + 1, "reasons": f"Reason {n}."}
            await self.done(who, f"{at}/priorities", ranked)
            asked = {"title": f"Do something about {needs[n]}", "need": need, "outcome": f"o{n}",
                     "evidence": [evidence], "knock_on": "Less elsewhere."}  # fmt: skip
            await self.done(who, f"{at}/recommendations", asked)
        return strategy


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
