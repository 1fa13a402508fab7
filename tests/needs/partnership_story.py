"""One partnership's story through the doors, step by step, for tests to begin from any of them.

Law: every step goes through the public API; nothing is put into a log by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.testing.houses import Caller, RunningHouse

HELD_AT = datetime(2026, 5, 6, 13, tzinfo=UTC)
MEMBERS = [
    {"agency": "council", "kind": "council", "name": "Alder Council"},
    {"agency": "icb", "kind": "nhs-icb", "name": "Alder ICB"},
    {"agency": "police", "kind": "local-policing-body", "name": "Alder Policing"},
]
BOARD = [("cat", "council"), ("ian", "icb"), ("pol", "police")]
SUMMARY = "Some children are bullied. We want it to stop."


class Story:
    """Who acts in it, and what has come about so far."""

    def __init__(self, house: RunningHouse) -> None:
        self.house = house
        self.secretary = house.caller("council", "sec", "board-secretary")
        self.commissioner = house.caller("council", "com", "commissioner")
        self.approver = house.caller("icb", "app", "commissioner")
        self.members = {p: house.caller(a, p, "board-member") for p, a in BOARD}
        self.provider = house.caller("acorn", "ann", "provider")
        self.stranger = house.caller("elsewhere", "eve", "commissioner", "board-member")
        self.partnership = ""

    async def done(self, who: Caller, path: str, body: Any = None) -> dict[str, Any]:
        answer = await who.done(path, body)
        await self.house.settle()
        return answer

    async def form(self) -> str:
        """A partnership of three with a chair and a quorum of council, NHS and one other."""
        body = {
            "name": "Alder",
            "lead": "council",
            "members": MEMBERS,
            "effective_on": "2026-04-01",
        }
        self.partnership = (await self.done(self.secretary, "/v1/partnerships", body))["id"]
        at = f"/v1/partnerships/{self.partnership}"
        rules = {"quorum_named": ["council", "icb"], "quorum_others": 1}
        await self.done(self.secretary, f"{at}/rules", rules)
        for person, agency in BOARD:
            named = {"person": person, "agency": agency, "chair": person == "cat"}
            await self.done(self.secretary, f"{at}/board-members", named)
        return self.partnership

    async def call(self, held_at: datetime = HELD_AT, **item: Any) -> tuple[str, str]:
        """A meeting on one item, with its paper filed; the way to the meeting, and the item."""
        agenda = [{"title": "Item", "about_kind": "other", "about": "x", **item}]
        at = f"/v1/partnerships/{self.partnership}/meetings"
        body = {"held_at": held_at.isoformat(), "agenda": agenda}
        meeting = f"{at}/{(await self.done(self.secretary, at, body))['id']}"
        shown = (await self.secretary.get(meeting)).json()
        found = shown["agenda"][0]["item"]["item"]
        report = {"item": found, "title": "Report", "text": "What the board must know."}
        await self.done(self.secretary, f"{meeting}/papers", report)
        return meeting, found

    async def sit(self, meeting: str, held_at: datetime = HELD_AT) -> None:
        if self.house.house.clock() < held_at:
            await self.house.set_clock(held_at + timedelta(minutes=1))
        present = {"present": [person for person, _ in BOARD]}
        await self.done(self.secretary, f"{meeting}/opening", present)

    async def carry(self, held_at: datetime = HELD_AT, **item: Any) -> str:
        """A decision that everyone voted for."""
        meeting, found = await self.call(held_at, **item)
        await self.sit(meeting, held_at)
        for member in self.members.values():
            await self.done(member, f"{meeting}/items/{found}/votes", {"vote": "for"})
        return (await self.done(self.secretary, f"{meeting}/items/{found}/decision"))["part"]

    async def assess(self) -> tuple[str, str, list[str]]:
        """A published assessment, its need, and the signals that add up to it."""
        body = {
            "partnership": self.partnership,
            "year": "2026/27",
            "title": "What children need",
            "outcomes": [{"outcome": "safe", "title": "Children are safe"}],
        }
        assessment = (await self.done(self.commissioner, "/v1/assessments", body))["id"]
        at = f"/v1/assessments/{assessment}"
        evidence: list[str] = []
        for source, count in (("school", 5), ("youth-club", 4), ("counselling-service", 3)):
            signal = {"theme": "bullying", "level": "individual", "source": source, "count": count}
            evidence.append((await self.done(self.commissioner, f"{at}/signals", signal))["part"])
        need = {"title": "Help against bullying", "outcome": "safe", "evidence": evidence}
        found = (await self.done(self.commissioner, f"{at}/needs", need))["part"]
        await self.done(self.commissioner, f"{at}/publication", {"summary": SUMMARY})
        return assessment, found, evidence

    async def recommend(self) -> tuple[str, str]:
        """A draft strategy with one recommendation."""
        assessment, need, evidence = await self.assess()
        draft = {"assessment": assessment, "title": "Children's plan"}
        strategy = (await self.done(self.commissioner, "/v1/strategies", draft))["id"]
        at = f"/v1/strategies/{strategy}"
        priority = {"need": need, "rank": 1, "reasons": "Heard from three sides."}
        await self.done(self.commissioner, f"{at}/priorities", priority)
        asked = {"title": "Counsel", "need": need, "outcome": "safe", "evidence": evidence}
        made = await self.done(self.commissioner, f"{at}/recommendations", asked)
        return strategy, made["part"]

    async def plan(self) -> tuple[str, str]:
        """A published strategy and its recommendation."""
        strategy, recommendation = await self.recommend()
        decision = await self.carry(about_kind="strategy", about=strategy)
        at = f"/v1/strategies/{strategy}"
        await self.done(self.commissioner, f"{at}/approval", {"decision": decision})
        await self.done(self.commissioner, f"{at}/publication")
        return strategy, recommendation

    async def specify(self, strategy: str, recommendation: str) -> str:
        """A draft specification with one measure."""
        draft = {
            "strategy": strategy,
            "recommendation": recommendation,
            "title": "Counselling in schools",
            "description": "Warm, near, soon.",
            "tier": 2,
            "annual_value_pence": 120_000_00,
            "starts_on": "2026-09-01",
            "ends_on": "2029-08-31",
        }
        specification = (await self.done(self.commissioner, "/v1/specifications", draft))["id"]
        at = f"/v1/specifications/{specification}"
        measure = {
            "measure": "seen", "title": "Seen in two weeks", "outcome": "safe",
            "quadrant": "how-well", "unit": "percent", "direction": "higher", "target": "90",
            "counted": "Seen in two weeks", "out_of": "Referred",
        }  # fmt: skip
        await self.done(self.commissioner, f"{at}/measures", measure)
        return specification
