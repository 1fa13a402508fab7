"""From signals to a published specification, through the doors; and who may see what on the way."""

from __future__ import annotations

from typing import Any

from shared.eventsourcing.view_store import ViewStore
from tests.needs.partnership_story import SUMMARY, Story


async def test_signals_become_a_published_specification(story: Story) -> None:
    strategy, recommendation = await story.plan()
    specification = await story.specify(strategy, recommendation)
    at = f"/v1/specifications/{specification}"

    same = await story.commissioner.post(f"{at}/approval")
    assert (same.status_code, same.json()["code"]) == (403, "drafter-approves")
    assert (await story.provider.get(at)).status_code == 404
    await story.done(story.approver, f"{at}/approval")
    await story.done(story.commissioner, f"{at}/publication")

    shown = (await story.provider.get(at)).json()
    assert (shown["status"], shown["measures"][0]["target"]) == ("published", "90")
    assert shown["outcomes"] == [{"outcome": "safe", "title": "Children are safe"}]
    text = await story.provider.get(f"{at}/texts/{shown['description']['text']}")
    assert text.json()["content"] == "Warm, near, soon."
    listed = (await story.provider.get("/v1/specifications")).json()["items"]
    assert [item["specification"] for item in listed] == [specification]
    published = [event.type for event in await story.house.house.log.read_published(0, 100)]
    assert published == [
        "needs.partnership-formed.v1",
        "needs.assessment-published.v1",
        "needs.decision-taken.v1",
        "needs.strategy-approved.v1",
        "needs.strategy-published.v1",
        "needs.specification-published.v1",
    ]


async def test_a_specification_is_superseded_by_another_or_withdrawn(story: Story) -> None:
    strategy, recommendation = await story.plan()
    first = await story.specify(strategy, recommendation)
    second = await story.specify(strategy, recommendation)
    at = f"/v1/specifications/{first}"
    for specification in (first, second):
        way = f"/v1/specifications/{specification}"
        early = await story.commissioner.post(f"{way}/withdrawal", {"reason": "No money."})
        assert early.json()["code"] == "specification-not-published"
        await story.done(story.approver, f"{way}/approval")
    await story.done(story.commissioner, f"{at}/publication")

    early = await story.commissioner.post(f"{at}/succession", {"by": second})
    assert early.json()["code"] == "successor-not-published"
    await story.done(story.commissioner, f"/v1/specifications/{second}/publication")
    await story.done(story.commissioner, f"{at}/succession", {"by": second})
    await story.done(
        story.commissioner, f"/v1/specifications/{second}/withdrawal", {"reason": "No money."}
    )

    assert (await story.provider.get(at)).json()["superseded_by"] == second
    shown = (await story.provider.get(f"/v1/specifications/{second}")).json()
    assert shown["status"] == "withdrawn"
    way = f"/v1/specifications/{second}/texts/{shown['withdrawn']['text']}"
    assert (await story.provider.get(way)).json()["content"] == "No money."


async def test_a_strategy_changed_after_the_decision_goes_back_to_the_board(story: Story) -> None:
    strategy, _ = await story.recommend()
    at = f"/v1/strategies/{strategy}"
    refused = await story.commissioner.post(f"{at}/approval", {"decision": "d9"})
    assert refused.json()["code"] == "decision-missing"
    decision = await story.carry(about_kind="strategy", about=strategy)
    issue = {"with_whom": "Housing", "what": "Homes.", "taken_forward": "We meet."}
    await story.done(story.commissioner, f"{at}/issues", issue)

    outdated = await story.commissioner.post(f"{at}/approval", {"decision": decision})
    assert (outdated.status_code, outdated.json()["code"]) == (409, "decision-outdated")


async def test_a_decision_about_something_else_approves_nothing(story: Story) -> None:
    strategy, _ = await story.recommend()
    decision = await story.carry(about_kind="other", about=strategy)
    refused = await story.commissioner.post(
        f"/v1/strategies/{strategy}/approval", {"decision": decision}
    )
    assert refused.json()["code"] == "decision-missing"


async def test_a_draft_is_seen_by_partners_alone(story: Story) -> None:
    strategy, _ = await story.recommend()
    at = f"/v1/strategies/{strategy}"

    assert (await story.approver.get(at)).status_code == 200
    assert (await story.stranger.get(at)).status_code == 404
    priority = {"need": "n", "rank": 1, "reasons": "Mine."}
    assert (await story.stranger.post(f"{at}/priorities", priority)).status_code == 404
    assert (await story.provider.post(f"{at}/priorities", priority)).status_code == 403
    assert (await story.house.nobody().get(at)).status_code == 401
    ours = f"/v1/strategies?partnership={story.partnership}"
    assert len((await story.approver.get(ours)).json()["items"]) == 1
    assert (await story.stranger.get(ours)).json()["items"] == []
    assert (await story.approver.get("/v1/strategies")).json()["items"] == []


async def test_services_are_mapped_against_needs_and_money(story: Story) -> None:
    strategy, _ = await story.recommend()
    at = f"/v1/strategies/{strategy}"
    need = (await story.commissioner.get(at)).json()["needs"][0]["need"]

    def resource(service: str, tier: int, pence: int, **more: Any) -> dict[str, Any]:
        return {
            "service": service, "provider": "Acorn", "partner": "council", "outcome": "safe",
            "tier": tier, "annual_pence": pence, **more,
        }  # fmt: skip

    assert (await story.commissioner.get(at)).json()["map"]["needs"][0]["gap"] is True
    for body in (
        resource("Listening line", 1, 10_00, need=need),
        resource("Counselling", 3, 30_00, need=need),
        resource("Leaflets", 1, 5_00),
    ):
        await story.done(story.commissioner, f"{at}/resources", body)

    found = (await story.commissioner.get(at)).json()["map"]
    assert found["needs"][0] | {"title": ""} == {
        "need": need, "title": "", "services": ["Listening line", "Counselling"],
        "annual_pence": 40_00, "gap": False, "overlap": True,
    }  # fmt: skip
    assert found["serving_no_need"] == ["Leaflets"]
    assert found["by_tier_pence"] == {"1": 15_00, "2": 0, "3": 30_00, "4": 0}


async def test_a_published_assessment_shows_others_no_evidence_and_no_small_count(
    story: Story,
) -> None:
    assessment, need, evidence = await story.assess()
    at = f"/v1/assessments/{assessment}"
    inside = (await story.approver.get(at)).json()
    outside = (await story.provider.get(at)).json()

    assert inside["themes"][0]["count"] == 12
    assert inside["needs"][0]["evidence"] == evidence
    assert outside["needs"] == [
        {"need": {"need": need, "title": "Help against bullying", "outcome": "safe", "signals": 12}}
    ]
    assert {"signals", "views", "findings", "themes"}.isdisjoint(outside)
    way = f"{at}/texts/{outside['summary']['text']}"
    assert (await story.provider.get(way)).json()["content"] == SUMMARY


async def test_every_view_of_needs_is_rebuilt_to_identical_rows(story: Story) -> None:
    strategy, recommendation = await story.plan()
    await story.specify(strategy, recommendation)
    house = story.house.house
    filled: set[str] = set()
    for store in house.stores.values():
        again = ViewStore(store.view, house.pool, "_again")
        await again.prepare(bare=True)
        await again.fold_all(house.sources[store.view.source])
        before, after = await store.contents(), await again.contents()
        assert before == after, store.view.name
        if before["rows"]:
            filled.add(store.view.name)
    assert filled == {
        "partnerships", "boards", "meetings", "decisions", "assessments", "strategies",
        "specifications",
    }  # fmt: skip
