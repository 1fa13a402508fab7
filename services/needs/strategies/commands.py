"""What may be asked of a strategy."""

from __future__ import annotations

from datetime import datetime

from services.needs.strategies.events import Arrangement, Change, ResourceKind, Score, Tier
from shared.eventsourcing.commands import Command
from shared.published.needs import AssessmentPublished
from shared.published.terms import AgencyId, OutcomeId, PersonId, TextRef


class DraftStrategy(Command, frozen=True, kw_only=True):
    """`assessment` is None while the one named is not published."""

    strategy: str
    assessment: AssessmentPublished | None
    evidence: tuple[str, ...]
    title: str
    drafted_by: PersonId
    now: datetime


class MapResource(Command, frozen=True, kw_only=True):
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
    now: datetime


class SetPriority(Command, frozen=True, kw_only=True):
    need: str
    rank: int
    reasons: TextRef
    scores: tuple[Score, ...] = ()
    now: datetime


class MakeRecommendation(Command, frozen=True, kw_only=True):
    recommendation: str
    title: str
    need: str
    outcome: OutcomeId
    evidence: tuple[str, ...]
    change: Change
    knock_on: TextRef | None
    impact: TextRef | None
    now: datetime


class RaiseIssue(Command, frozen=True, kw_only=True):
    issue: str
    with_whom: str
    what: TextRef
    taken_forward: TextRef
    now: datetime


class ExplainDeparture(Command, frozen=True, kw_only=True):
    """`plan` are the outcomes of the children's plan; without a plan nothing departs from it."""

    recommendation: str
    reason: TextRef
    plan: frozenset[OutcomeId] | None
    explained_by: PersonId
    now: datetime


class SummariseStrategy(Command, frozen=True, kw_only=True):
    summary: TextRef
    written_by: PersonId
    now: datetime


class ApproveStrategy(Command, frozen=True, kw_only=True):
    """`decision` is empty unless the partnership's board carried it about this strategy.

    `decided_version` is the strategy's version that the decision came after, 0 where the strategy
    has changed since. `plan` are the outcomes of the children's plan, None while there is none.
    """

    decision: str
    decided_version: int
    plan: frozenset[OutcomeId] | None = None
    now: datetime


class PublishStrategy(Command, frozen=True, kw_only=True):
    now: datetime


StrategyCommand = (
    DraftStrategy
    | MapResource
    | SetPriority
    | MakeRecommendation
    | RaiseIssue
    | ExplainDeparture
    | SummariseStrategy
    | ApproveStrategy
    | PublishStrategy
)
