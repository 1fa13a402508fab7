"""The facts of a strategy: what there is, what comes first, what to do, whom else it touches."""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.eventsourcing.events import Event
from shared.published.needs import Need, Recommendation, StrategyApproved, StrategyPublished
from shared.published.terms import (
    AgencyId,
    Outcome,
    OutcomeId,
    PartnershipId,
    PersonId,
    TextRef,
)

Tier = Literal[1, 2, 3, 4]
ResourceKind = Literal["money", "staff", "buildings"]
Arrangement = Literal["pooled", "aligned"]
Change = Literal["design", "redesign", "cease"]


class StrategyDrafted(Event, frozen=True, kw_only=True, tag="needs.strategy-drafted.v1"):
    """Carries what the published assessment found, so that every later rule is kept in here."""

    strategy: str
    partnership: PartnershipId
    assessment: str
    title: str
    outcomes: tuple[Outcome, ...]
    needs: tuple[Need, ...]
    evidence: tuple[str, ...]
    drafted_by: PersonId


class ResourceMapped(Event, frozen=True, kw_only=True, tag="needs.resource-mapped.v1"):
    """What one service takes up now. `provider` is in plain words, since not all are registered."""

    resource: str
    service: str
    provider: str
    partner: AgencyId
    outcome: OutcomeId
    need: str
    tier: Tier
    kind: ResourceKind
    arrangement: Arrangement
    annual_pence: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How a need does by one criterion: `points` of 5, counted `weight` times."""

    criterion: str
    weight: int
    points: int


class PrioritySet(Event, frozen=True, kw_only=True, tag="needs.priority-set.v1"):
    """1 comes first."""

    need: str
    rank: int
    reasons: TextRef
    scores: tuple[Score, ...] = ()


class RecommendationMade(Event, frozen=True, kw_only=True, tag="needs.recommendation-made.v1"):
    """`knock_on` is what else it changes; `impact` the equality and impact assessment."""

    recommendation: Recommendation
    change: Change
    knock_on: TextRef | None = None
    impact: TextRef | None = None


class CrossCuttingIssueRaised(
    Event, frozen=True, kw_only=True, tag="needs.cross-cutting-issue-raised.v1"
):
    issue: str
    with_whom: str
    what: TextRef
    taken_forward: TextRef


class DepartureExplained(Event, frozen=True, kw_only=True, tag="needs.departure-explained.v1"):
    """Why a recommendation serves no outcome of the children's plan."""

    recommendation: str
    reason: TextRef
    explained_by: PersonId


class StrategySummarised(Event, frozen=True, kw_only=True, tag="needs.strategy-summarised.v1"):
    """The strategy in easy words and short sentences."""

    summary: TextRef
    written_by: PersonId


StrategyEvent = (
    StrategyDrafted
    | ResourceMapped
    | PrioritySet
    | RecommendationMade
    | CrossCuttingIssueRaised
    | DepartureExplained
    | StrategySummarised
    | StrategyApproved
    | StrategyPublished
)
