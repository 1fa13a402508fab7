"""A provider's own representation against an award that was announced, through its door."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.testing.houses import RunningHouse
from tests.procurement import test_award_doors as stage

house = stage.house


async def test_a_provider_challenges_an_announced_award_itself(house: RunningHouse) -> None:
    pat, beech = stage.officer(house, "council"), stage.provider(house, "beech")
    cedar, icb = stage.provider(house, "cedar"), stage.provider(house, "icb")
    direct = stage.award("direct-award", kind_of_service="other", ground="single-supplier-rights")
    made = (await pat.done("/v1/awards", direct))["id"]
    at, words = f"/v1/awards/{made}", {"grounds": "We hold these rights too."}
    await house.settle()
    assert (await beech.get(f"{at}/announcement")).status_code == 404, "nothing is announced yet"
    await stage.refused(beech, f"{at}/challenges", (words, "not-found"))
    await pat.done(f"{at}/notices", {"notice": "UK5"})
    await house.settle()
    await stage.refused(beech, f"{at}/challenges", (words, "no-standstill-running"))
    await pat.done(f"{at}/notices", {"notice": "UK6"})
    await house.settle()
    shown = (await beech.get(f"{at}/announcement")).json()
    assert (shown["title"], shown["provider"], shown["own"]) == ("Therapies", "acorn", [])
    assert shown["standstill_ends_at"] == "2026-04-14T22:59:59Z"
    assert set(shown["notices"]) == {"UK5", "UK6"}
    assert (await icb.post(f"{at}/challenges", words)).status_code == 403, "a partner decides"
    for n in range(6):
        await cedar.done(f"{at}/challenges", {"grounds": f"Ours, {n}."})
    await house.settle()
    listed = (await pat.get(f"{at}/representations")).json()
    assert [one["grounds"] for one in listed] == [f"Ours, {n}." for n in range(6)]
    for one in listed:
        way = f"{at}/representations/{one['representation']}/resolution"
        await pat.done(way, {"upheld": False, "reason": "They are not."})
    await beech.done(f"{at}/challenges", words)
    await house.settle()
    said = words | {"standing": "standing", "reason": None}
    assert (await beech.get(f"{at}/announcement")).json()["own"] == [said]
    own = (await cedar.get(f"{at}/announcement")).json()["own"]
    assert [one["grounds"] for one in own] == [one["grounds"] for one in listed]
    assert (await beech.get(f"{at}/representations")).status_code == 404
    told = (await pat.get(f"{at}/representations")).json()[-1]
    assert (told["by"], told["grounds"]) == ("beech", words["grounds"])
    await pat.done(f"{at}/interests", {"interested": False})
    await house.set_clock(datetime(2026, 4, 15, 9, tzinfo=UTC))
    await stage.refused(pat, f"{at}/making", ({}, "representation-stands"))
    dismissed = {"upheld": False, "reason": "They are another's."}
    await pat.done(f"{at}/representations/{told['representation']}/resolution", dismissed)
    await house.settle()
    (own,) = (await beech.get(f"{at}/announcement")).json()["own"]
    assert (own["standing"], own["reason"]) == ("dismissed", dismissed["reason"])
    await pat.done(f"{at}/making", {})
    await house.settle()
    assert (await beech.get(f"{at}/announcement")).status_code == 404
