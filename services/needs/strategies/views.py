"""Strategies as they are shown, and the map of services against needs and money."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace

from services.needs.strategies.decider import STRATEGY
from services.needs.strategies.events import (
    CrossCuttingIssueRaised,
    DepartureExplained,
    PrioritySet,
    RecommendationMade,
    ResourceMapped,
    StrategyDrafted,
    StrategySummarised,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import Need, StrategyApproved, StrategyPublished
from shared.published.terms import Outcome, PartnershipId, TextRef


class StrategyRow(Row, frozen=True, kw_only=True):
    """A strategy. `changed_position` is where its last fact lies in the log."""

    strategy: str
    partnership: PartnershipId
    assessment: str
    title: str
    outcomes: tuple[Outcome, ...]
    needs: tuple[Need, ...]
    status: Literal["draft", "approved", "published"] = "draft"
    public: bool = False
    resources: tuple[ResourceMapped, ...] = ()
    priorities: tuple[PrioritySet, ...] = ()
    recommendations: tuple[RecommendationMade, ...] = ()
    issues: tuple[CrossCuttingIssueRaised, ...] = ()
    departures: tuple[DepartureExplained, ...] = ()
    summary: TextRef | None = None
    decision: str = ""
    version: int = 0
    changed_position: int = 0


def fold(row: StrategyRow | None, recorded: Recorded) -> StrategyRow | None:
    """The row after one more event of its strategy."""
    event = recorded.event
    if isinstance(event, StrategyDrafted):
        row = StrategyRow(
            strategy=event.strategy,
            partnership=event.partnership,
            assessment=event.assessment,
            title=event.title,
            outcomes=event.outcomes,
            needs=event.needs,
        )
    elif row is not None:
        row = _changed(row, event)
    envelope = recorded.envelope
    return row and replace(row, version=envelope.version, changed_position=envelope.position)


def _changed(row: StrategyRow, event: object) -> StrategyRow:
    match event:
        case ResourceMapped():
            return replace(row, resources=(*row.resources, event))
        case PrioritySet():
            others = [priority for priority in row.priorities if priority.need != event.need]
            ranked = sorted([*others, event], key=lambda priority: priority.rank)
            return replace(row, priorities=tuple(ranked))
        case RecommendationMade():
            return replace(row, recommendations=(*row.recommendations, event))
        case CrossCuttingIssueRaised():
            return replace(row, issues=(*row.issues, event))
        case DepartureExplained():
            left = [one for one in row.departures if one.recommendation != event.recommendation]
            return replace(row, departures=(*left, event))
        case StrategySummarised():
            return replace(row, summary=event.summary)
        case StrategyApproved():
            return replace(row, status="approved", decision=event.decision)
        case StrategyPublished():
            return replace(row, status="published", public=True)
        case _:
            return row


STRATEGIES: View[StrategyRow] = View(
    name="strategies",
    source="needs",
    row=StrategyRow,
    events=STRATEGY.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)


class Coverage(Row, frozen=True, kw_only=True):
    """What there is for one need: nothing is a gap, more than one service may overlap."""

    need: str
    title: str
    services: tuple[str, ...]
    annual_pence: int
    gap: bool
    overlap: bool


class ResourceMap(Row, frozen=True, kw_only=True):
    """Services against needs and money. `by_tier_pence` runs from prevention to specialist."""

    needs: tuple[Coverage, ...]
    serving_no_need: tuple[str, ...]
    by_tier_pence: dict[int, int]
    by_outcome_pence: dict[str, int]


def resource_map(row: StrategyRow) -> ResourceMap:
    """The map of a strategy's resources, over every provider."""
    by_tier: dict[int, int] = dict.fromkeys((1, 2, 3, 4), 0)
    by_outcome = {outcome.outcome: 0 for outcome in row.outcomes}
    for resource in row.resources:
        by_tier[resource.tier] += resource.annual_pence
        by_outcome[resource.outcome] += resource.annual_pence
    return ResourceMap(
        needs=tuple(_coverage(need, row.resources) for need in row.needs),
        serving_no_need=_services(resource for resource in row.resources if not resource.need),
        by_tier_pence=by_tier,
        by_outcome_pence=by_outcome,
    )


def _coverage(need: Need, resources: Iterable[ResourceMapped]) -> Coverage:
    serving = [resource for resource in resources if resource.need == need.need]
    services = _services(serving)
    return Coverage(
        need=need.need,
        title=need.title,
        services=services,
        annual_pence=sum(resource.annual_pence for resource in serving),
        gap=not services,
        overlap=len(services) > 1,
    )


def _services(resources: Iterable[ResourceMapped]) -> tuple[str, ...]:
    """The services' names, each once, in the order they were mapped."""
    return tuple(dict.fromkeys(resource.service for resource in resources))
