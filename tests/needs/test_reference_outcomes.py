"""Reference outcomes for health: offered to all, held by those who adopted them."""

from __future__ import annotations

from services.needs.reference_outcomes.catalogue import CATALOGUE
from tests.needs.partnership_story import Story
from tests.needs.test_assessment_doors import opened

TOPICS = {"teenage-pregnancy", "obesity", "camhs", "substance-misuse", "oral-health"}


def test_the_five_health_priorities_are_there_each_with_polarity_and_source() -> None:
    assert set(CATALOGUE) == TOPICS
    for one in CATALOGUE.values():
        assert one.indicators
        for indicator in one.indicators:
            assert indicator.direction in ("higher", "lower")
            assert indicator.source
            assert (indicator.per is not None) == (indicator.unit == "score")
    names = [i.name for one in CATALOGUE.values() for i in one.indicators]
    assert len(set(names)) == len(names)


async def test_an_adopted_outcome_has_its_indicators_and_can_carry_a_need(story: Story) -> None:
    listed = (await story.provider.get("/v1/reference-outcomes")).json()["items"]
    assert {one["reference"] for one in listed} == TOPICS
    assessment = await opened(story)
    at = f"/v1/assessments/{assessment}"
    adopted = {"reference": "oral-health", "area": "E08000024"}
    await story.done(story.commissioner, f"{at}/adoptions", adopted)
    row = (await story.approver.get(at)).json()
    assert row["outcomes"][-1]["outcome"] == "oral-health"
    assert {one["title"] for one in row["indicators"]} == {
        one.title for one in CATALOGUE["oral-health"].indicators
    }
    assert {one["area"] for one in row["indicators"]} == {"E08000024"}
    decay = row["indicators"][0]["indicator"]
    figures = [{"area": "E08000024", "period": "2024", "value": "28.5"}]
    await story.done(story.commissioner, f"{at}/series", {"indicator": decay, "figures": figures})
    need = {"title": "Teeth", "outcome": "oral-health", "evidence": [decay]}
    await story.done(story.commissioner, f"{at}/needs", need)
    await story.done(story.commissioner, f"{at}/publication", {"summary": "In short."})
    published = (await story.house.house.log.read_published(0, 100))[-1]
    assert b"oral-health" in published.body


async def test_an_outcome_is_adopted_once_and_only_one_that_is_known(story: Story) -> None:
    assessment = await opened(story)
    at = f"/v1/assessments/{assessment}/adoptions"
    adopted = {"reference": "obesity", "area": "E08000024"}
    await story.done(story.commissioner, at, adopted)
    before = await story.house.house.log.head()
    again = await story.commissioner.post(at, adopted)
    assert (again.status_code, again.json()["code"]) == (409, "outcome-already-held")
    unknown = await story.commissioner.post(at, adopted | {"reference": "smoking"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "reference-unknown")
    assert (await story.stranger.post(at, adopted)).status_code == 404
    assert await story.house.house.log.head() == before


async def test_a_rate_has_the_unit_of_a_score(story: Story) -> None:
    assessment = await opened(story)
    body = {
        "title": "Admissions", "outcome": "safe", "unit": "number", "direction": "lower",
        "area": "Sunderland", "source": "Own", "per": 1000,
    }  # fmt: skip
    way = f"/v1/assessments/{assessment}/indicators"
    refused = await story.commissioner.post(way, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "rate-unclear")
    await story.done(story.commissioner, way, body | {"unit": "score"})
