"""The rules of a strategy. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.strategies.commands import (
    ApproveStrategy,
    DraftStrategy,
    ExplainDeparture,
    MakeRecommendation,
    MapResource,
    PublishStrategy,
    RaiseIssue,
    SetPriority,
    StrategyCommand,
    SummariseStrategy,
)
from services.needs.strategies.events import (
    CrossCuttingIssueRaised,
    DepartureExplained,
    PrioritySet,
    RecommendationMade,
    ResourceMapped,
    StrategyDrafted,
    StrategyEvent,
    StrategySummarised,
)
from services.needs.strategies.refusals import (
    AlreadyDrafted,
    AssessmentNotPublished,
    DecisionMissing,
    DecisionOutdated,
    DepartureUnexplained,
    EvidenceMissing,
    ImpactNotAssessed,
    NeedUnknown,
    NoDeparture,
    NotApproved,
    NotDraft,
    OutcomeMissing,
    PriorityMissing,
    RankTaken,
    RecommendationsMissing,
    RecommendationUnknown,
    ScoresUnclear,
)
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import Recommendation, StrategyApproved, StrategyPublished


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a strategy."""


class Undrafted(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Draft(State, frozen=True, kw_only=True):
    """It may still change; `version` counts its facts, `ranks` are by need."""

    drafted: StrategyDrafted
    version: int = 1
    ranks: dict[str, int] = {}
    recommendations: tuple[Recommendation, ...] = ()
    explained: frozenset[str] = frozenset()

    @property
    def outcomes(self) -> frozenset[str]:
        return frozenset(outcome.outcome for outcome in self.drafted.outcomes)

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(need.need for need in self.drafted.needs)


class Approved(State, frozen=True, kw_only=True):
    """The board has approved it as it stands."""

    draft: Draft


class Settled(State, frozen=True, kw_only=True):
    """Published: specifications are drafted from its recommendations."""

    drafted: StrategyDrafted
    published: StrategyPublished


Strategy = Undrafted | Draft | Approved | Settled


def decide(command: StrategyCommand, strategy: Strategy) -> Sequence[StrategyEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case DraftStrategy():
            return [_draft(command, strategy)]
        case MapResource():
            return [_map(command, _drafted(strategy))]
        case SetPriority():
            return [_prioritise(command, _drafted(strategy))]
        case MakeRecommendation():
            return [_recommend(command, _drafted(strategy))]
        case RaiseIssue():
            _drafted(strategy)
            return [
                CrossCuttingIssueRaised(
                    issue=command.issue,
                    with_whom=command.with_whom,
                    what=command.what,
                    taken_forward=command.taken_forward,
                )
            ]
        case ExplainDeparture():
            return [_explain(command, _drafted(strategy))]
        case SummariseStrategy():
            _drafted(strategy)
            return [StrategySummarised(summary=command.summary, written_by=command.written_by)]
        case ApproveStrategy():
            return [_approve(command, _drafted(strategy))]
        case PublishStrategy():
            return [_publish(strategy)]


def _drafted(strategy: Strategy) -> Draft:
    """Refuses: Missing, NotDraft."""
    match strategy:
        case Undrafted():
            raise Missing
        case Approved() | Settled():
            raise NotDraft
        case Draft():
            return strategy


def _draft(command: DraftStrategy, strategy: Strategy) -> StrategyDrafted:
    """Refuses: AlreadyDrafted, AssessmentNotPublished."""
    if not isinstance(strategy, Undrafted):
        raise AlreadyDrafted
    if command.assessment is None:
        raise AssessmentNotPublished
    return StrategyDrafted(
        strategy=command.strategy,
        partnership=command.assessment.partnership,
        assessment=command.assessment.assessment,
        title=command.title,
        outcomes=command.assessment.outcomes,
        needs=command.assessment.needs,
        evidence=command.evidence,
        drafted_by=command.drafted_by,
    )


def _map(command: MapResource, draft: Draft) -> ResourceMapped:
    """A service may meet no need that was found; that is worth seeing too.

    Refuses: OutcomeMissing, NeedUnknown.
    """
    if command.outcome not in draft.outcomes:
        raise OutcomeMissing
    if command.need and command.need not in draft.needs:
        raise NeedUnknown
    return ResourceMapped(
        resource=command.resource,
        service=command.service,
        provider=command.provider,
        partner=command.partner,
        outcome=command.outcome,
        need=command.need,
        tier=command.tier,
        kind=command.kind,
        arrangement=command.arrangement,
        annual_pence=command.annual_pence,
    )


def _prioritise(command: SetPriority, draft: Draft) -> PrioritySet:
    """Refuses: NeedUnknown, RankTaken, ScoresUnclear."""
    if command.need not in draft.needs:
        raise NeedUnknown
    others = {rank for need, rank in draft.ranks.items() if need != command.need}
    if command.rank in others:
        raise RankTaken
    if len({one.criterion for one in command.scores}) < len(command.scores):
        raise ScoresUnclear
    return PrioritySet(
        need=command.need, rank=command.rank, reasons=command.reasons, scores=command.scores
    )


def _recommend(command: MakeRecommendation, draft: Draft) -> RecommendationMade:
    """Refuses: OutcomeMissing, EvidenceMissing, NeedUnknown, PriorityMissing, ImpactNotAssessed."""
    if command.outcome not in draft.outcomes:
        raise OutcomeMissing
    if not command.evidence or not set(draft.drafted.evidence).issuperset(command.evidence):
        raise EvidenceMissing
    if command.need not in draft.needs:
        raise NeedUnknown
    if command.need not in draft.ranks:
        raise PriorityMissing
    if command.change == "cease" and command.impact is None:
        raise ImpactNotAssessed
    recommendation = Recommendation(
        recommendation=command.recommendation,
        title=command.title,
        need=command.need,
        outcome=command.outcome,
        evidence=tuple(dict.fromkeys(command.evidence)),
        priority=draft.ranks[command.need],
    )
    return RecommendationMade(
        recommendation=recommendation,
        change=command.change,
        knock_on=command.knock_on,
        impact=command.impact,
    )


def departures(
    recommendations: Sequence[Recommendation], plan: frozenset[str] | None
) -> tuple[Recommendation, ...]:
    """The recommendations that serve no outcome of the children's plan, if there is a plan."""
    if plan is None:
        return ()
    return tuple(one for one in recommendations if one.outcome not in plan)


def _explain(command: ExplainDeparture, draft: Draft) -> DepartureExplained:
    """Refuses: RecommendationUnknown, NoDeparture."""
    made = [one for one in draft.recommendations if one.recommendation == command.recommendation]
    if not made:
        raise RecommendationUnknown
    if not departures(made, command.plan):
        raise NoDeparture
    return DepartureExplained(
        recommendation=command.recommendation,
        reason=command.reason,
        explained_by=command.explained_by,
    )


def _approve(command: ApproveStrategy, draft: Draft) -> StrategyApproved:
    """Refuses: RecommendationsMissing, DepartureUnexplained, DecisionMissing, DecisionOutdated."""
    if not draft.recommendations:
        raise RecommendationsMissing
    unexplained = [
        one.title
        for one in departures(draft.recommendations, command.plan)
        if one.recommendation not in draft.explained
    ]
    if unexplained:
        raise DepartureUnexplained(
            "Explain why it departs from the children's plan: " + "; ".join(unexplained)
        )
    if not command.decision:
        raise DecisionMissing
    if command.decided_version != draft.version:
        raise DecisionOutdated
    return StrategyApproved(
        strategy=draft.drafted.strategy,
        partnership=draft.drafted.partnership,
        decision=command.decision,
    )


def _publish(strategy: Strategy) -> StrategyPublished:
    """Recommendations go out in the order of the priorities as approved. Refuses: NotApproved."""
    if not isinstance(strategy, Approved):
        raise NotApproved
    draft = strategy.draft
    ranked = [
        replace(recommendation, priority=draft.ranks[recommendation.need])
        for recommendation in draft.recommendations
    ]
    return StrategyPublished(
        strategy=draft.drafted.strategy,
        partnership=draft.drafted.partnership,
        assessment=draft.drafted.assessment,
        title=draft.drafted.title,
        recommendations=tuple(sorted(ranked, key=lambda r: (r.priority, r.recommendation))),
    )


def evolve(strategy: Strategy, event: StrategyEvent) -> Strategy:
    """The strategy after one more fact."""
    match strategy:
        case Undrafted():
            return Draft(drafted=event) if isinstance(event, StrategyDrafted) else strategy
        case Draft():
            return _changed(replace(strategy, version=strategy.version + 1), event)
        case Approved():
            if not isinstance(event, StrategyPublished):
                return strategy
            return Settled(drafted=strategy.draft.drafted, published=event)
        case Settled():
            return strategy


def _changed(draft: Draft, event: StrategyEvent) -> Strategy:
    match event:
        case PrioritySet():
            return replace(draft, ranks={**draft.ranks, event.need: event.rank})
        case RecommendationMade():
            recommendations = (*draft.recommendations, event.recommendation)
            return replace(draft, recommendations=recommendations)
        case DepartureExplained():
            return replace(draft, explained=draft.explained | {event.recommendation})
        case StrategyApproved():
            return Approved(draft=draft)
        case (
            StrategyDrafted()
            | ResourceMapped()
            | CrossCuttingIssueRaised()
            | StrategySummarised()
            | StrategyPublished()
        ):  # fmt: skip
            return draft


STRATEGY: Decider[StrategyCommand, Strategy, StrategyEvent] = Decider(
    category="strategy",
    initial=Undrafted(),
    decide=decide,
    evolve=evolve,
    events=get_args(StrategyEvent),
)
