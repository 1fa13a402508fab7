"""Self-assessment by stage, the yearly evaluation of the process, and what it recommends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.needs.evaluations.commands import (
    AssessStage,
    EvaluateProcess,
    MarkImprovement,
    RecommendImprovement,
)
from services.needs.evaluations.decider import EVALUATION
from services.needs.evaluations.refusals import (
    DueTooEarly,
    EvaluatedBefore,
    NotEvaluated,
    OwnerNotPartner,
    ProcessNotAssessed,
    RecommendationNotOpen,
    YearNotBegun,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID(int=1), digest="d")


def assess(year: int = 2026) -> AssessStage:
    return AssessStage(
        partnership="p1", year=year, stage=3, rating=2, text=TEXT, agency="council",
        assessed_by="com", now=NOW,
    )  # fmt: skip


def recommend(due_on: date = date(2026, 5, 7), *, partner: bool = True) -> RecommendImprovement:
    return RecommendImprovement(
        recommendation="r1", text=TEXT, owner="icb", partner=partner, due_on=due_on,
        recommended_by="com", now=NOW,
    )  # fmt: skip


EVALUATE = EvaluateProcess(findings=TEXT, evaluated_by="com", now=NOW)
MADE = MarkImprovement(recommendation="r1", marked_by="com", now=NOW)
fresh = Scenario(EVALUATION)
evaluated = fresh.when_done(assess(), EVALUATE)


def test_commissioners_speak_first_and_of_a_year_that_has_begun() -> None:
    fresh.when(assess(2027)).then_refused(YearNotBegun)
    assert fresh.when(assess(2025)).events()
    fresh.when(EVALUATE).then_refused(ProcessNotAssessed)


def test_a_year_is_evaluated_once_and_closes_what_is_said_of_it() -> None:
    evaluated.when(EVALUATE).then_refused(EvaluatedBefore)
    evaluated.when(assess()).then_refused(EvaluatedBefore)


def test_a_recommendation_follows_the_evaluation_with_an_owner_and_a_day() -> None:
    fresh.when_done(assess()).when(recommend()).then_refused(NotEvaluated)
    evaluated.when(recommend(partner=False)).then_refused(OwnerNotPartner, "/body/owner")
    evaluated.when(recommend(date(2026, 5, 6))).then_refused(DueTooEarly, "/body/due_on")
    evaluated.when(MADE).then_refused(RecommendationNotOpen)
    evaluated.when_done(recommend(), MADE).when(MADE).then_refused(RecommendationNotOpen)


async def test_a_year_is_assessed_stage_by_stage_evaluated_and_improved(story: Story) -> None:
    at = f"/v1/evaluations/{story.partnership}"
    said = {"stage": 3, "rating": 2, "text": "The analysis came too late."}
    await story.done(story.commissioner, f"{at}/2025/stages", said)
    now = f"{at}/2026"
    await story.done(story.commissioner, f"{now}/stages", said)
    await story.done(story.commissioner, f"{now}/stages", said | {"rating": 3, "text": "In time."})
    await story.done(story.approver, f"{now}/stages", said | {"rating": 4, "text": "Good."})
    shown = (await story.commissioner.get(now)).json()
    third = shown["stages"][2]
    assert (third["number"], third["average"], third["year_before"]) == (3, "3.5", "2.0")
    assert [(one["agency"], one["text"], one["own"]) for one in third["said"]] == [
        ("council", "In time.", True), ("icb", "Good.", False),
    ]  # fmt: skip
    assert shown["missing"] == [1, 2, 4, 5, 6, 7, 8, 9]
    assert '"com"' not in str(shown)
    found = {"findings": "Analysis gained; resources did not."}
    await story.done(story.approver, f"{now}/evaluation", found)
    better = {"text": "Begin the analysis in April.", "owner": "icb", "due_on": "2027-04-30"}
    made = (await story.done(story.commissioner, f"{now}/improvements", better))["part"]
    await story.done(story.approver, f"{now}/improvements/{made}/completion")
    shown = (await story.commissioner.get(now)).json()
    assert shown["evaluation"]["findings"] == found["findings"]
    [improvement] = shown["improvements"]
    assert (improvement["text"], improvement["owner"]) == (better["text"], "icb")
    assert improvement["done_on"] is not None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("2026/stages", {"stage": 10, "rating": 2, "text": "T."}),
        ("2026/stages", {"stage": 0, "rating": 2, "text": "T."}),
        ("2026/stages", {"stage": 1, "rating": 5, "text": "T."}),
        ("2026/stages", {"stage": 1, "rating": 2, "text": " "}),
        ("soon/stages", {"stage": 1, "rating": 2, "text": "T."}),
        ("2026/evaluation", {"findings": ""}),
        ("2026/improvements", {"text": "T.", "owner": "icb", "due_on": "soon"}),
    ],
)
async def test_bad_input_writes_nothing(story: Story, path: str, body: Any) -> None:
    at = f"/v1/evaluations/{story.partnership}"
    before = await story.house.house.log.head()
    assert (await story.commissioner.post(f"{at}/{path}", body)).status_code == 422
    assert (await story.stranger.get(f"{at}/2026")).status_code == 404
    assert (await story.stranger.post(f"{at}/{path}", body)).status_code == 404
    assert await story.house.house.log.head() == before
