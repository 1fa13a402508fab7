"""The request bodies of strategies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.needs.strategies.events import Arrangement, Change, ResourceKind, Tier
from shared.http.bodies import Body, Id, Pence, Prose, Title


class DraftStrategyBody(Body):
    assessment: Id
    title: Title


class ResourceBody(Body):
    """`partner` pays; `annual_pence` is what staff or buildings cost where they are not money."""

    service: Title
    provider: Title
    partner: Id
    outcome: Id
    need: Id | None = None
    tier: Tier
    kind: ResourceKind = "money"
    arrangement: Arrangement = "aligned"
    annual_pence: Pence


class ScoreBody(Body):
    criterion: Title
    weight: Annotated[int, Field(strict=True, ge=1, le=10)] = 1
    points: Annotated[int, Field(strict=True, ge=0, le=5)]


class PriorityBody(Body):
    need: Id
    rank: Annotated[int, Field(strict=True, ge=1, le=1000)]
    reasons: Prose
    scores: Annotated[tuple[ScoreBody, ...], Field(max_length=20)] = ()


class RecommendationBody(Body):
    """Without an outcome or without evidence it is refused, on its own code."""

    title: Title
    need: Id
    outcome: Id | None = None
    evidence: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    change: Change = "design"
    knock_on: Prose | None = None
    impact_assessment: Prose | None = None


class IssueBody(Body):
    with_whom: Title
    what: Prose
    taken_forward: Prose


class DepartureBody(Body):
    """Why the recommendation is made although it serves no outcome of the children's plan."""

    recommendation: Id
    reason: Prose


class SummaryBody(Body):
    """In easy words and short sentences."""

    summary: Prose


class DecisionBody(Body):
    decision: Id
