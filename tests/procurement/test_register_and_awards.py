"""The register and the awards without a tender, through their doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.procurement.main import PLAN
from shared.published.needs import (
    DecisionTaken,
    HomeAuthorityGiven,
    PartnershipFormed,
    SpecificationPublished,
)
from shared.published.terms import Member, Outcome
from shared.testing.houses import Caller, RunningHouse, open_house

ACORN: dict[str, Any] = {
    "provider": "acorn",
    "name": "Acorn",
    "form": "third-sector",
    "small": True,
    "identifiers": {"GB-CHC": "1089464"},
}
DIRECT: dict[str, Any] = {
    "way": "direct-award",
    "specification": "s1",
    "provider": "acorn",
    "annual_price_pence": 30_000_00,
    "section": "s.41, Sch. 5 para. 6",
    "reason": "Nobody else can do it.",
    "delegated_limit_pence": 20_000_00,
}


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        formed = PartnershipFormed(
            partnership="p1",
            name="Alder",
            lead="council",
            members=tuple(Member(agency=a, kind="council", name=a) for a in ("council", "icb")),
            effective_on=date(2026, 4, 1),
        )
        published = SpecificationPublished(
            specification="s1",
            partnership="p1",
            strategy="st1",
            recommendation="r1",
            need="n1",
            title="Counselling",
            outcomes=(Outcome(outcome="o1", title="Children are safe"),),
            measures=(),
            tier=2,
            annual_value_pence=30_000_00,
            starts_on=date(2026, 9, 1),
            ends_on=date(2029, 8, 31),
        )
        await running.hear("needs", "partnership/p1", formed)
        await running.hear("needs", "specification/s1", published)
        yield running


@pytest.fixture
def pat(house: RunningHouse) -> Caller:
    return house.caller("council", "pat", "procurement-officer")


async def test_a_standard_lapses_when_its_last_day_is_over_and_the_register_shows_the_gap(
    house: RunningHouse, pat: Caller
) -> None:
    await pat.done("/v1/providers", ACORN)
    held = {"standard": "insurance", "reference": "PL-1", "valid_until": "2026-06-30"}
    await pat.done("/v1/providers/acorn/standards", held)
    await house.settle()
    before = (await pat.get("/v1/providers/acorn")).json()
    assert before["missing"] == ["safeguarding", "safer-recruitment", "registration"]

    await house.set_clock(datetime(2026, 6, 30, 22, 59, 58, tzinfo=UTC))
    assert await published(house) == [
        "procurement.provider-registered.v1", "procurement.standard-held.v1",
    ]  # fmt: skip
    await house.set_clock(datetime(2026, 6, 30, 23, 0, 1, tzinfo=UTC))
    assert (await published(house))[-1] == "procurement.standard-lapsed.v1"
    after = (await pat.get("/v1/providers/acorn")).json()
    assert "insurance" in after["missing"]
    assert [line["lapsed"] for line in after["standards"]] == [True]


async def published(house: RunningHouse) -> list[str]:
    return [event.type for event in await house.house.log.read_published(0, 100)]


async def test_why_a_provider_is_suspended_is_for_partners_and_itself(
    house: RunningHouse, pat: Caller
) -> None:
    await pat.done("/v1/providers", ACORN)
    await pat.done("/v1/providers/acorn/suspension", {"reason": "Under inquiry."})
    await house.settle()
    at = "/v1/providers/acorn/reason"
    for agency, person, role in (("icb", "ian", "commissioner"), ("acorn", "ann", "provider")):
        shown = (await house.caller(agency, person, role).get(at)).json()
        assert shown == {"status": "suspended", "reason": "Under inquiry."}
    assert (await house.caller("beech", "bob", "provider").get(at)).status_code == 403
    for event in await house.house.log.read(0, 100):
        assert b"inquiry" not in event.body


async def test_who_may_write_in_the_register(house: RunningHouse, pat: Caller) -> None:
    stranger = house.caller("elsewhere", "sue", "procurement-officer")
    assert (await stranger.post("/v1/providers", ACORN)).status_code == 403
    assert (await house.nobody().post("/v1/providers", ACORN)).status_code == 401
    assert (
        await house.caller("acorn", "ann", "provider").post("/v1/providers", ACORN)
    ).status_code == 403
    absent = await pat.post("/v1/providers/acorn/suspension", {"reason": "No."})
    assert absent.status_code == 404
    before = await house.house.log.head()
    wrong = await pat.post("/v1/providers", ACORN | {"identifiers": {"GB-CHC": "x"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "identifier-malformed")
    assert wrong.json()["errors"][0]["pointer"] == "/body/identifiers/GB-CHC"
    assert await house.house.log.head() == before
    await pat.done("/v1/providers", ACORN)
    await house.settle()
    found = (await stranger.get("/v1/providers?form=third-sector&small=true")).json()["items"]
    assert [row["provider"] for row in found] == ["acorn"]
    assert (await stranger.get("/v1/providers?form=private")).json()["items"] == []


async def test_a_direct_award_above_the_limit_waits_for_board_and_home_authority(
    house: RunningHouse, pat: Caller
) -> None:
    await pat.done("/v1/providers", ACORN)
    award = (await pat.done("/v1/awards", DIRECT))["id"]
    await house.settle()
    at = f"/v1/awards/{award}"
    assert (await pat.get(at)).json()["needs_decision"] is True
    assert (await pat.post(f"{at}/making", {})).json()["code"] == "authority-missing"

    def deciding(about: str) -> DecisionTaken:
        return DecisionTaken(
            partnership="p1",
            meeting="m1",
            decision=f"d-{about}",
            about_kind="award",
            about=about,
            carried=True,
            votes_for=3,
            votes_against=0,
            abstained=0,
            took_no_part=0,
            decided_on=date(2026, 4, 1),
        )

    await house.hear("needs", "partnership/p1", deciding(award), deciding("another"))
    decided = {"decision": f"d-{award}"}
    assert (await pat.post(f"{at}/making", decided)).json()["code"] == "authority-missing"
    for about in (award, "another"):
        given = HomeAuthorityGiven(
            partnership="p1",
            decision=f"d-{about}",
            agency="council",
            authority="cabinet",
            given_by="cab",
            effective_on=date(2026, 4, 2),
        )
        await house.hear("needs", "partnership/p1", given)
    other = await pat.post(f"{at}/making", {"decision": "d-another"})
    assert other.json()["code"] == "authority-missing"
    assert (await pat.post(f"{at}/making", decided)).json()["code"] == "interest-not-declared"
    await pat.done(f"{at}/interests", {"interested": False})
    await pat.done(f"{at}/making", decided)
    await house.settle()

    shown = (await pat.get(at)).json()
    assert (shown["status"], shown["decision"]) == ("made", f"d-{award}")
    assert (await pat.get(f"{at}/reason")).json()["reason"] == "Nobody else can do it."
    assert (await published(house))[-1] == "procurement.direct-award-made.v1"
    assert (await pat.post(f"{at}/making", decided)).json()["code"] == "award-not-open"


async def test_who_sees_and_makes_an_award(house: RunningHouse, pat: Caller) -> None:
    await pat.done("/v1/providers", ACORN)
    award = (await pat.done("/v1/awards", DIRECT | {"delegated_limit_pence": 30_000_00}))["id"]
    await house.settle()
    at = f"/v1/awards/{award}"
    acorn = house.caller("acorn", "ann", "provider")
    icb = house.caller("icb", "ian", "procurement-officer")
    assert (await acorn.get(at)).status_code == 404
    assert (await icb.get(at)).status_code == 200
    assert (await icb.post(f"{at}/making", {})).status_code == 403
    assert (await acorn.get("/v1/awards")).json()["items"] == []
    await pat.done(f"{at}/interests", {"interested": False})
    await pat.done(f"{at}/making", {})
    await house.settle()
    assert (await acorn.get(at)).status_code == 200
    assert len((await acorn.get("/v1/awards")).json()["items"]) == 1
    stranger = house.caller("elsewhere", "sue", "procurement-officer")
    assert (await stranger.get(at)).status_code == 404
    assert (await stranger.get("/v1/awards")).json()["items"] == []
    assert (await stranger.post("/v1/awards", DIRECT)).status_code == 404


async def test_an_award_with_its_law_unsaid_is_refused_and_writes_nothing(
    house: RunningHouse, pat: Caller
) -> None:
    before = await house.house.log.head()
    unregistered = await pat.post("/v1/awards", DIRECT)
    assert unregistered.json()["code"] == "provider-not-registered"
    unsaid = await pat.post("/v1/awards", {**DIRECT, "section": None})
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "section-missing")
    outside = await pat.post("/v1/awards", DIRECT | {"way": "in-house-provision"})
    assert (outside.status_code, outside.json()["code"]) == (422, "provider-not-a-partner")
    absent = await pat.post("/v1/awards", DIRECT | {"specification": "s9"})
    assert absent.status_code == 404
    assert await house.house.log.head() == before
