"""The rules of a strategy, as sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from services.needs.strategies.commands import (
    ApproveStrategy,
    DraftStrategy,
    MakeRecommendation,
    MapResource,
    PublishStrategy,
    RaiseIssue,
    SetPriority,
)
from services.needs.strategies.decider import STRATEGY
from services.needs.strategies.events import RecommendationMade, StrategyDrafted
from services.needs.strategies.refusals import (
    AlreadyDrafted,
    AssessmentNotPublished,
    DecisionMissing,
    DecisionOutdated,
    EvidenceMissing,
    ImpactNotAssessed,
    NeedUnknown,
    NotApproved,
    NotDraft,
    OutcomeMissing,
    PriorityMissing,
    RankTaken,
    RecommendationsMissing,
)
from shared.eventsourcing.commands import Missing
from shared.published.needs import (
    AssessmentPublished,
    Need,
    Recommendation,
    StrategyApproved,
    StrategyPublished,
)
from shared.published.terms import Outcome, TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
SAFE = Outcome(outcome="safe", title="Children are safe")
NEEDS = (
    Need(need="n1", title="Help", outcome="safe", signals=12),
    Need(need="n2", title="Sleep", outcome="safe"),
)
ASSESSED = AssessmentPublished(
    assessment="a1", partnership="p1", year="2026/27", outcomes=(SAFE,), needs=NEEDS, summary=TEXT
)


def drafting(assessment: AssessmentPublished | None = ASSESSED) -> DraftStrategy:
    return DraftStrategy(
        strategy="st1", assessment=assessment, evidence=("e1", "e2"), title="Plan",
        drafted_by="com", now=NOW,
    )  # fmt: skip


def ranked(need: str, rank: int) -> SetPriority:
    return SetPriority(need=need, rank=rank, reasons=TEXT, now=NOW)


def recommending(**changes: object) -> MakeRecommendation:
    fields = {
        "recommendation": "r1",
        "title": "Counsel",
        "need": "n1",
        "outcome": "safe",
        "evidence": ("e1",),
        "change": "design",
        "knock_on": None,
        "impact": None,
        "now": NOW,
    }
    return MakeRecommendation(**(fields | changes))  # type: ignore[arg-type]


def mapping(outcome: str = "safe", need: str = "n1") -> MapResource:
    return MapResource(
        resource="x1", service="Line", provider="Acorn", partner="council", outcome=outcome,
        need=need, tier=1, kind="money", arrangement="pooled", annual_pence=10_00, now=NOW,
    )  # fmt: skip


def approving(version: int, decision: str = "d1") -> ApproveStrategy:
    return ApproveStrategy(decision=decision, decided_version=version, now=NOW)


issue = RaiseIssue(issue="c1", with_whom="Housing", what=TEXT, taken_forward=TEXT, now=NOW)
strategy = Scenario(STRATEGY)
drafted = strategy.when_done(drafting())
prioritised = drafted.when_done(ranked("n1", 2), ranked("n2", 1))
recommended = prioritised.when_done(
    recommending(), recommending(recommendation="r2", need="n2", evidence=("e1", "e2"))
)
approved = recommended.when_done(approving(5))


def test_a_strategy_is_drafted_on_a_published_assessment() -> None:
    strategy.when(drafting()).then(
        StrategyDrafted(
            strategy="st1",
            partnership="p1",
            assessment="a1",
            title="Plan",
            outcomes=(SAFE,),
            needs=NEEDS,
            evidence=("e1", "e2"),
            drafted_by="com",
        )
    )
    strategy.when(drafting(None)).then_refused(AssessmentNotPublished)
    drafted.when(drafting()).then_refused(AlreadyDrafted)


def test_a_recommendation_without_an_outcome_is_refused() -> None:
    prioritised.when(recommending(outcome="")).then_refused(OutcomeMissing)
    prioritised.when(recommending(outcome="rich")).then_refused(OutcomeMissing)


def test_a_recommendation_without_evidence_of_the_assessment_is_refused() -> None:
    prioritised.when(recommending(evidence=())).then_refused(EvidenceMissing)
    prioritised.when(recommending(evidence=("e1", "e9"))).then_refused(EvidenceMissing)


def test_a_recommendation_is_about_a_need_that_has_a_priority() -> None:
    prioritised.when(recommending(need="n9")).then_refused(NeedUnknown)
    drafted.when(recommending()).then_refused(PriorityMissing)
    made = cast(RecommendationMade, prioritised.when(recommending()).events()[0])
    assert made.recommendation.priority == 2


def test_a_service_ceases_only_after_its_impact_is_assessed() -> None:
    prioritised.when(recommending(change="cease")).then_refused(ImpactNotAssessed)
    made = prioritised.when(recommending(change="cease", impact=TEXT, knock_on=TEXT)).events()[0]
    assert cast(RecommendationMade, made).impact == TEXT
    assert cast(RecommendationMade, made).knock_on == TEXT


def test_each_rank_is_given_once_and_can_be_given_anew() -> None:
    prioritised.when(ranked("n2", 2)).then_refused(RankTaken)
    drafted.when(ranked("n9", 1)).then_refused(NeedUnknown)
    assert prioritised.when(ranked("n1", 2)).events()
    assert prioritised.when_done(ranked("n2", 3)).when(ranked("n1", 1)).events()


def test_a_resource_serves_an_outcome_and_perhaps_a_need() -> None:
    drafted.when(mapping(outcome="rich")).then_refused(OutcomeMissing)
    drafted.when(mapping(need="n9")).then_refused(NeedUnknown)
    assert drafted.when(mapping(need="")).events()


def test_a_strategy_is_approved_by_a_decision_on_it_as_it_stands() -> None:
    recommended.when(approving(5)).then(
        StrategyApproved(strategy="st1", partnership="p1", decision="d1")
    )
    recommended.when(approving(5, "")).then_refused(DecisionMissing)
    recommended.when_done(issue).when(approving(5)).then_refused(DecisionOutdated)
    recommended.when(approving(0)).then_refused(DecisionOutdated)
    prioritised.when(approving(3)).then_refused(RecommendationsMissing)


def test_an_approved_strategy_does_not_change() -> None:
    for command in (issue, mapping(), ranked("n1", 9), recommending(), approving(6)):
        approved.when(command).then_refused(NotDraft)


def test_recommendations_are_published_in_the_order_of_the_final_priorities() -> None:
    recommended.when(PublishStrategy(now=NOW)).then_refused(NotApproved)
    swapped = recommended.when_done(ranked("n2", 9), approving(6))
    made = {
        key: Recommendation(
            recommendation=key, title="Counsel", need=need, outcome="safe", evidence=evidence,
            priority=rank,
        )
        for key, need, evidence, rank in (
            ("r1", "n1", ("e1",), 2), ("r2", "n2", ("e1", "e2"), 9),
        )
    }  # fmt: skip
    swapped.when(PublishStrategy(now=NOW)).then(
        StrategyPublished(
            strategy="st1",
            partnership="p1",
            assessment="a1",
            title="Plan",
            recommendations=(made["r1"], made["r2"]),
        )
    )
    published = cast(StrategyPublished, approved.when(PublishStrategy(now=NOW)).events()[0])
    assert [item.recommendation for item in published.recommendations] == ["r2", "r1"]
    done = approved.when_done(PublishStrategy(now=NOW))
    done.when(PublishStrategy(now=NOW)).then_refused(NotApproved)
    done.when(issue).then_refused(NotDraft)
    strategy.when(issue).then_refused(Missing)
