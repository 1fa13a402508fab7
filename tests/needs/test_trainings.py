"""Training: what is taught at which level, and who may know of whom."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.needs.trainings.commands import RecordTraining, WithdrawTraining
from services.needs.trainings.decider import TAUGHT, TRAINING
from services.needs.trainings.refusals import (
    SubjectOfOtherLevel,
    TrainedBefore,
    TrainedInFuture,
    TrainingUnknown,
)
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)


def trained(training: str = "t1", **changes: Any) -> RecordTraining:
    fields: dict[str, Any] = {
        "training": training, "partnership": "p1", "agency": "council", "person": "com",
        "level": 3, "subject": "plan", "trained_on": date(2026, 5, 6), "recorded_by": "com",
        "now": NOW,
    }  # fmt: skip
    return RecordTraining(**fields | changes)


fresh = Scenario(TRAINING)
withdrawn = WithdrawTraining(training="t1", withdrawn_by="com", now=NOW)


def test_each_level_teaches_its_own_subjects() -> None:
    for level in TAUGHT:
        for at, subjects in TAUGHT.items():
            for subject in subjects:
                outcome = fresh.when(trained(level=level, subject=subject))
                if at == level:
                    assert outcome.events()
                else:
                    outcome.then_refused(SubjectOfOtherLevel, "/body/subject")


def test_a_training_is_recorded_once_and_after_it_was_held() -> None:
    fresh.when(trained(trained_on=date(2026, 5, 7))).then_refused(
        TrainedInFuture, "/body/trained_on"
    )
    held = fresh.when_done(trained())
    held.when(trained("t2")).then_refused(TrainedBefore)
    assert held.when(trained("t2", person="cat")).events()
    assert held.when(trained("t2", trained_on=date(2026, 5, 5))).events()
    assert held.when_done(withdrawn).when(trained("t2")).events()


def test_only_what_is_on_the_register_is_taken_back() -> None:
    fresh.when(withdrawn).then_refused(TrainingUnknown)
    fresh.when_done(trained(), withdrawn).when(withdrawn).then_refused(TrainingUnknown)


async def test_an_agency_knows_its_own_people_and_of_others_only_how_many(story: Story) -> None:
    at = f"/v1/trainings/{story.partnership}"
    one = {"person": "com", "level": 3, "subject": "plan", "trained_on": "2026-03-02"}
    first = (await story.done(story.commissioner, at, one))["part"]
    await story.done(story.commissioner, at, one | {"subject": "do"})
    await story.done(story.approver, at, one | {"person": "app"})
    await story.done(story.approver, at, one | {"person": "app", "level": 1,
                                                "subject": "awareness"})  # fmt: skip
    mine = (await story.commissioner.get(at)).json()
    assert mine["people_by_level"] == {"1": 1, "2": 0, "3": 2, "4": 0}
    assert [(each["person"], each["subject"]) for each in mine["own"]] == [
        ("com", "plan"), ("com", "do"),
    ]  # fmt: skip
    theirs = (await story.approver.get(at)).json()
    assert {each["person"] for each in theirs["own"]} == {"app"}
    refused = await story.approver.post(f"{at}/{first}/withdrawal")
    assert (refused.status_code, refused.json()["code"]) == (409, "training-unknown")
    await story.done(story.commissioner, f"{at}/{first}/withdrawal")
    mine = (await story.commissioner.get(at)).json()
    assert [each["subject"] for each in mine["own"]] == ["do"]
    assert mine["people_by_level"]["3"] == 2, "they are trained in something else of level 3"


@pytest.mark.parametrize(
    "wrong",
    [{"level": 5}, {"subject": "weather"}, {"trained_on": "soon"}, {"person": "Ann Other"},
     {"level": 1}, {"name": "Ann"}],
)  # fmt: skip
async def test_bad_input_writes_nothing(story: Story, wrong: dict[str, Any]) -> None:
    at = f"/v1/trainings/{story.partnership}"
    body = {"person": "com", "level": 3, "subject": "plan", "trained_on": "2026-03-02"} | wrong
    before = await story.house.house.log.head()
    assert (await story.commissioner.post(at, body)).status_code == 422
    assert (await story.stranger.get(at)).status_code == 404
    assert (await story.provider.get(at)).status_code == 404
    assert await story.house.house.log.head() == before
