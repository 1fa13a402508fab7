"""The doors of strategies: drafts to partners alone, published ones to every agency."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Request

from services.needs.answers import PartAccepted
from services.needs.assessments.decider import ASSESSMENT, Assessed
from services.needs.assessments.views import ASSESSMENTS, AssessmentRow
from services.needs.cited_texts import CitedText, cited
from services.needs.listing import parties_of, readable
from services.needs.meetings.views import DECISIONS, DecisionRow
from services.needs.plans.decider import PLAN_OF
from services.needs.plans.views import PLANS, PlanRow
from services.needs.strategies import commands
from services.needs.strategies.bodies import (
    DecisionBody,
    DepartureBody,
    DraftStrategyBody,
    IssueBody,
    PriorityBody,
    RecommendationBody,
    ResourceBody,
    SummaryBody,
)
from services.needs.strategies.decider import STRATEGY, departures
from services.needs.strategies.events import Score
from services.needs.strategies.views import STRATEGIES, StrategyRow, resource_map
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/strategies", tags=["strategies"])

Assessments = Annotated[ViewStore[AssessmentRow], rows(ASSESSMENTS)]
Strategies = Annotated[ViewStore[StrategyRow], rows(STRATEGIES)]
Plans = Annotated[ViewStore[PlanRow], rows(PLANS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]

parties = parties_of(STRATEGIES, "strategy")
Reader = Annotated[Actor, allowed("needs:read", "member", "reader", of=parties)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=parties)]


def shown(row: StrategyRow) -> dict[str, Any]:
    """The strategy with its map of services; texts are read apart."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    return content | {"map": msgspec.to_builtins(resource_map(row), str_keys=True)}


@router.get("")
async def list_strategies(
    request: Request,
    strategies: Strategies,
    paging: Paging,
    actor: Annotated[Actor, allowed("needs:read")],
    partnership: Annotated[Id | None, Query()] = None,
) -> Listed[dict[str, Any]]:
    """Published strategies; with `partnership`, its partners also see the drafts."""
    where, _ = await readable(request, actor, partnership)
    found = await strategies.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row) for key, row in found.items()})


@router.get("/{strategy}")
async def read_strategy(strategy: Id, strategies: Strategies, _: Reader) -> dict[str, Any]:
    """One strategy, with services mapped against needs and money, overlaps and gaps."""
    row = await strategies.get(strategy)
    if row is None:
        raise Missing
    return shown(row)


@router.get("/{strategy}/texts/{text}")
async def read_strategy_text(
    request: Request, strategy: Id, text: UUID, strategies: Strategies, texts: Texts, actor: Reader
) -> CitedText:
    """Summary and reasons of priorities; to partners also knock-on effects, impact, issues."""
    row = await strategies.get(strategy)
    if row is None:
        raise Missing
    citing = [priority.reasons for priority in row.priorities]
    citing += [row.summary] if row.summary else []
    if actor.agency in await members_of(request, row.partnership):
        made = row.recommendations
        found = [item.knock_on for item in made] + [item.impact for item in made]
        citing += [reference for reference in found if reference]
        citing += [departure.reason for departure in row.departures]
        citing += [issue.what for issue in row.issues]
        citing += [issue.taken_forward for issue in row.issues]
    return await cited(texts, text, citing)


@router.post("", status_code=201)
async def draft_strategy(
    request: Request,
    body: DraftStrategyBody,
    handle: Handling,
    assessments: Assessments,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Draft a strategy on a published assessment. 409: assessment-not-published."""
    row = await assessments.get(body.assessment)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    state = await handle.load(ASSESSMENT, body.assessment)
    assessed = state if isinstance(state, Assessed) else None
    strategy = handle.new_id()
    command = commands.DraftStrategy(
        strategy=strategy,
        assessment=assessed.published if assessed else None,
        evidence=tuple(sorted(assessed.evidence)) if assessed else (),
        title=body.title,
        drafted_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, STRATEGY, strategy, command)


@router.post("/{strategy}/resources", status_code=201)
async def map_resource(
    strategy: Id, body: ResourceBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Map what a service takes up now. 409: outcome-missing, need-unknown, strategy-not-draft."""
    resource = handle.part_id(actor, "resource")
    command = commands.MapResource(
        resource=resource,
        service=body.service,
        provider=body.provider,
        partner=body.partner,
        outcome=body.outcome,
        need=body.need or "",
        tier=body.tier,
        kind=body.kind,
        arrangement=body.arrangement,
        annual_pence=body.annual_pence,
        now=handle.now(),
    )
    accepted = await handle(actor, STRATEGY, strategy, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=resource)


@router.post("/{strategy}/priorities", status_code=201)
async def set_priority(
    strategy: Id, body: PriorityBody, handle: Handling, actor: Writer
) -> Accepted:
    """Rank a need, with reasons and scores.

    409: need-unknown, rank-taken, scores-unclear, strategy-not-draft.
    """
    reasons = await handle.keep_text(actor, "reasons", body.reasons)
    command = commands.SetPriority(
        need=body.need,
        rank=body.rank,
        reasons=reasons,
        scores=tuple(
            Score(criterion=one.criterion, weight=one.weight, points=one.points)
            for one in body.scores
        ),
        now=handle.now(),
    )
    return await handle(actor, STRATEGY, strategy, command)


@router.post("/{strategy}/recommendations", status_code=201)
async def make_recommendation(
    strategy: Id, body: RecommendationBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Recommend what to do about a need; `part` is the recommendation's id.

    409: outcome-missing, evidence-missing, need-unknown, priority-missing, impact-not-assessed,
    strategy-not-draft.
    """
    knock_on = body.knock_on and await handle.keep_text(actor, "knock-on", body.knock_on)
    assessed = body.impact_assessment
    impact = assessed and await handle.keep_text(actor, "impact", assessed)
    recommendation = handle.part_id(actor, "recommendation")
    command = commands.MakeRecommendation(
        recommendation=recommendation,
        title=body.title,
        need=body.need,
        outcome=body.outcome or "",
        evidence=body.evidence,
        change=body.change,
        knock_on=knock_on or None,
        impact=impact or None,
        now=handle.now(),
    )
    accepted = await handle(actor, STRATEGY, strategy, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=recommendation)


@router.post("/{strategy}/issues", status_code=201)
async def raise_issue(
    strategy: Id, body: IssueBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Raise an issue shared with others, and how it is taken forward. 409: strategy-not-draft."""
    issue = handle.part_id(actor, "issue")
    command = commands.RaiseIssue(
        issue=issue,
        with_whom=body.with_whom,
        what=await handle.keep_text(actor, "what", body.what),
        taken_forward=await handle.keep_text(actor, "taken-forward", body.taken_forward),
        now=handle.now(),
    )
    accepted = await handle(actor, STRATEGY, strategy, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=issue)


@router.post("/{strategy}/departures", status_code=201)
async def explain_departure(
    strategy: Id,
    body: DepartureBody,
    handle: Handling,
    strategies: Strategies,
    plans: Plans,
    actor: Writer,
) -> Accepted:
    """Say why a recommendation serves no outcome of the children's plan.

    409: recommendation-unknown, no-departure, strategy-not-draft.
    """
    command = commands.ExplainDeparture(
        recommendation=body.recommendation,
        reason=await handle.keep_text(actor, "departure", body.reason),
        plan=await _plan(strategy, strategies, plans),
        explained_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, STRATEGY, strategy, command)


async def _plan(
    strategy: str, strategies: ViewStore[StrategyRow], plans: ViewStore[PlanRow]
) -> frozenset[str] | None:
    """The outcomes of the children's plan of the strategy's partnership. Raises Missing."""
    row = await strategies.get(strategy)
    if row is None:
        raise Missing
    return outcomes_of(await plans.get(row.partnership))


def outcomes_of(plan: PlanRow | None) -> frozenset[str] | None:
    return frozenset(one.outcome for one in plan.outcomes) if plan else None


@router.get("/{strategy}/consistency")
async def read_consistency(
    strategy: Id, strategies: Strategies, plans: Plans, _: Reader
) -> dict[str, Any]:
    """Which recommendations serve no outcome of the children's plan, and which are explained."""
    row, outcomes = await strategies.get(strategy), await _plan(strategy, strategies, plans)
    if row is None:
        raise Missing
    explained = {one.recommendation: one for one in row.departures}
    made = [one.recommendation for one in row.recommendations]
    return {
        "plan": None if outcomes is None else sorted(outcomes),
        "departures": [
            {
                "recommendation": one.recommendation,
                "title": one.title,
                "outcome": one.outcome,
                "explained": one.recommendation in explained,
            }
            for one in departures(made, outcomes)
        ],
    }


@router.post("/{strategy}/summary", status_code=201)
async def summarise_strategy(
    strategy: Id, body: SummaryBody, handle: Handling, actor: Writer
) -> Accepted:
    """Write the summary that is easy to read. 409: strategy-not-draft."""
    command = commands.SummariseStrategy(
        summary=await handle.keep_text(actor, "summary", body.summary),
        written_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, STRATEGY, strategy, command)


@router.post("/{strategy}/approval", status_code=201)
async def approve_strategy(
    strategy: Id,
    body: DecisionBody,
    handle: Handling,
    strategies: Strategies,
    decisions: Decisions,
    plans: Plans,
    actor: Writer,
) -> Accepted:
    """Approve by the board's carried decision about this very strategy, unchanged since.

    409: recommendations-missing, departure-unexplained, decision-missing, decision-outdated,
    strategy-not-draft.
    """
    row, decision = await strategies.get(strategy), await decisions.get(body.decision)
    if row is None:
        raise Missing
    carried = decision and decision.carries("strategy", strategy, row.partnership)
    later = decision is not None and decision.position > row.changed_position
    plan = await plans.get(row.partnership)
    command = commands.ApproveStrategy(
        decision=body.decision if carried else "",
        decided_version=row.version if later else 0,
        plan=outcomes_of(plan),
        now=handle.now(),
    )
    steady = Unchanged(PLAN_OF.stream(row.partnership), plan.version if plan else 0)
    return await handle.together(actor, [Step(STRATEGY, strategy, command)], [steady])


@router.post("/{strategy}/publication", status_code=201)
async def publish_strategy(strategy: Id, handle: Handling, actor: Writer) -> Accepted:
    """Publish an approved strategy. 409: strategy-not-approved."""
    return await handle(actor, STRATEGY, strategy, commands.PublishStrategy(now=handle.now()))
