"""The children's plan, what departs from it, and scored priorities: rules and doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from services.needs.plans.commands import AdoptPlan
from services.needs.plans.decider import PLAN_OF
from services.needs.plans.refusals import OutcomeTwice, PlanNotDecided
from services.needs.strategies.commands import ExplainDeparture, SummariseStrategy
from services.needs.strategies.events import Score
from services.needs.strategies.refusals import (
    DepartureUnexplained,
    NoDeparture,
    NotDraft,
    RecommendationUnknown,
    ScoresUnclear,
)
from shared.published.terms import Outcome
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import HELD_AT, Story
from tests.needs.test_strategy_rules import (
    NOW,
    TEXT,
    approved,
    approving,
    drafted,
    ranked,
    recommended,
)

SAFE = Outcome(outcome="safe", title="Children are safe")
IN_PLAN, ELSEWHERE = frozenset({"safe"}), frozenset({"healthy"})


def adopting(**changes: Any) -> AdoptPlan:
    fields: dict[str, Any] = {
        "partnership": "p1", "title": "Plan", "year": "2026/27", "outcomes": (SAFE,),
        "decision": "d1", "recorded_by": "com", "now": NOW,
    }  # fmt: skip
    return AdoptPlan(**fields | changes)


def explaining(recommendation: str = "r1", plan: Any = ELSEWHERE) -> ExplainDeparture:
    return ExplainDeparture(
        recommendation=recommendation, reason=TEXT, plan=plan, explained_by="com", now=NOW
    )


def test_a_plan_is_adopted_by_the_board_and_names_each_outcome_once() -> None:
    fresh = Scenario(PLAN_OF)
    fresh.when(adopting(decision="")).then_refused(PlanNotDecided)
    fresh.when(adopting(outcomes=(SAFE, SAFE))).then_refused(OutcomeTwice)
    adopted_twice = fresh.when_done(adopting(), adopting(title="Another", decision="d2"))
    for used in ("d1", "d2"):
        again = adopting(outcomes=(replace(SAFE, outcome="rich"),), decision=used)
        adopted_twice.when(again).then_refused(PlanNotDecided)


def test_what_departs_from_the_plan_is_explained_before_it_is_approved() -> None:
    beside = replace(approving(5), plan=ELSEWHERE)
    recommended.when(beside).then_refused(DepartureUnexplained)
    half = recommended.when_done(explaining("r1"))
    half.when(replace(approving(6), plan=ELSEWHERE)).then_refused(DepartureUnexplained)
    both = half.when_done(explaining("r2"))
    assert both.when(replace(approving(7), plan=ELSEWHERE)).events()
    assert recommended.when(replace(approving(5), plan=IN_PLAN)).events()
    assert recommended.when(approving(5)).events()  # no plan was ever adopted


def test_only_a_departure_is_explained() -> None:
    recommended.when(explaining(plan=IN_PLAN)).then_refused(NoDeparture)
    recommended.when(explaining(plan=None)).then_refused(NoDeparture)
    recommended.when(explaining("r9")).then_refused(RecommendationUnknown)
    approved.when(explaining()).then_refused(NotDraft)


def test_a_summary_is_part_of_what_the_board_decides_on() -> None:
    summary = SummariseStrategy(summary=TEXT, written_by="com", now=NOW)
    assert recommended.when(summary).events()
    approved.when(summary).then_refused(NotDraft)


def test_each_criterion_is_scored_once_for_a_need() -> None:
    score = Score(criterion="How many children", weight=2, points=4)
    drafted.when(replace(ranked("n1", 1), scores=(score, score))).then_refused(ScoresUnclear)
    [event] = drafted.when(replace(ranked("n1", 1), scores=(score,))).events()
    assert getattr(event, "scores") == (score,)  # noqa: B009


async def adopted(story: Story, *outcomes: str, held_at: Any = HELD_AT) -> None:
    decision = await story.carry(held_at, about_kind="other", about="childrens-plan")
    plan = {
        "title": "Our plan",
        "year": "2026/27",
        "outcomes": [{"outcome": one, "title": one.capitalize()} for one in outcomes],
        "decision": decision,
    }
    await story.done(story.commissioner, f"/v1/plans/{story.partnership}", plan)


async def test_a_departure_is_named_and_waits_for_its_explanation(story: Story) -> None:
    strategy, recommendation = await story.recommend()
    at = f"/v1/strategies/{strategy}"
    assert (await story.commissioner.get(f"{at}/consistency")).json()["plan"] is None
    await adopted(story, "healthy")
    found = (await story.commissioner.get(f"{at}/consistency")).json()
    assert found["departures"] == [
        {"recommendation": recommendation, "title": "Counsel", "outcome": "safe",
         "explained": False},
    ]  # fmt: skip
    refused = await story.commissioner.post(f"{at}/approval", {"decision": "d9"})
    assert (refused.status_code, refused.json()["code"]) == (409, "departure-unexplained")
    assert "Counsel" in refused.json()["detail"]
    said = {"recommendation": recommendation, "reason": "The plan is revised in spring."}
    await story.done(story.commissioner, f"{at}/departures", said)
    decision = await story.carry(
        HELD_AT + timedelta(days=14), about_kind="strategy", about=strategy
    )
    await story.done(story.commissioner, f"{at}/approval", {"decision": decision})
    row = (await story.approver.get(at)).json()
    reason = row["departures"][0]["reason"]["text"]
    text = await story.approver.get(f"{at}/texts/{reason}")
    assert text.json()["content"] == "The plan is revised in spring."


async def test_a_plan_without_the_boards_decision_is_not_taken(story: Story) -> None:
    decision = await story.carry(about_kind="other", about="something")
    plan = {"title": "P", "year": "2026/27", "outcomes": [{"outcome": "o", "title": "O"}]}
    at = f"/v1/plans/{story.partnership}"
    for wrong in ("d9", decision):
        answer = await story.commissioner.post(at, plan | {"decision": wrong})
        assert (answer.status_code, answer.json()["code"]) == (409, "plan-not-decided")
    assert (await story.commissioner.get(at)).status_code == 404
    assert (await story.stranger.post(at, plan | {"decision": decision})).status_code == 404
    bad = await story.commissioner.post(at, plan | {"decision": decision, "year": "soon"})
    assert bad.status_code == 422
