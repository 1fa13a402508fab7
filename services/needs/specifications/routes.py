"""The doors of specifications: drafts to partners alone, published ones to every agency."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Request

from services.needs.cited_texts import CitedText, cited
from services.needs.listing import parties_of, readable
from services.needs.specifications import commands
from services.needs.specifications.bodies import (
    DraftSpecificationBody,
    MeasureBody,
    ReasonBody,
    SuccessorBody,
    WantedBody,
)
from services.needs.specifications.decider import SPECIFICATION
from services.needs.specifications.views import SPECIFICATIONS, SpecificationRow
from services.needs.strategies.decider import STRATEGY, Settled
from services.needs.strategies.views import STRATEGIES, StrategyRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/specifications", tags=["specifications"])

Strategies = Annotated[ViewStore[StrategyRow], rows(STRATEGIES)]
Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]

parties = parties_of(SPECIFICATIONS, "specification")
Reader = Annotated[Actor, allowed("needs:read", "member", "reader", of=parties)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=parties)]


def shown(row: SpecificationRow) -> dict[str, Any]:
    """The specification in one piece, as a reader expects it."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    drafted: dict[str, Any] = content.pop("drafted")
    return {name: value for name, value in drafted.items() if name != "type"} | content


@router.get("")
async def list_specifications(
    request: Request,
    specifications: Specifications,
    paging: Paging,
    actor: Annotated[Actor, allowed("needs:read")],
    partnership: Annotated[Id | None, Query()] = None,
) -> Listed[dict[str, Any]]:
    """Published specifications; with `partnership`, its partners also see the drafts."""
    where, _ = await readable(request, actor, partnership)
    found = await specifications.find(where=where, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row) for key, row in found.items()})


@router.get("/{specification}")
async def read_specification(
    specification: Id, specifications: Specifications, _: Reader
) -> dict[str, Any]:
    """One specification, with outcomes, targets and measures."""
    row = await specifications.get(specification)
    if row is None:
        raise Missing
    return shown(row)


@router.get("/{specification}/texts/{text}")
async def read_specification_text(
    specification: Id, text: UUID, specifications: Specifications, texts: Texts, _: Reader
) -> CitedText:
    """What the service must be like; and, once withdrawn, why."""
    row = await specifications.get(specification)
    if row is None:
        raise Missing
    return await cited(texts, text, [row.drafted.description, row.withdrawn])


@router.post("", status_code=201)
async def draft_specification(
    request: Request,
    body: DraftSpecificationBody,
    handle: Handling,
    strategies: Strategies,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Draft a specification from a recommendation of a published strategy.

    409: strategy-not-published, recommendation-unknown, outcome-missing. 422: dates-reversed.
    """
    row = await strategies.get(body.strategy)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    state = await handle.load(STRATEGY, body.strategy)
    specification = handle.new_id()
    command = commands.DraftSpecification(
        specification=specification,
        strategy=state.published if isinstance(state, Settled) else None,
        known=row.outcomes,
        recommendation=body.recommendation,
        title=body.title,
        outcomes=body.outcomes,
        tier=body.tier,
        annual_value_pence=body.annual_value_pence,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        description=await handle.keep_text(actor, "description", body.description),
        drafted_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/measures", status_code=201)
async def specify_measure(
    specification: Id, body: MeasureBody, handle: Handling, actor: Writer
) -> Accepted:
    """Say how the service is measured; specified again, a measure is replaced.

    409: outcome-missing, specification-not-draft.
    422: unit-mismatch, ratio-words-missing, target-missing, target-out-of-range,
    targets-out-of-order, target-outside-contract.
    """
    command = commands.SpecifyMeasure(measure=body.terms(), now=handle.now())
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/wanted", status_code=201)
async def want_figure(
    specification: Id, body: WantedBody, handle: Handling, actor: Writer
) -> Accepted:
    """Put a figure that nobody can give yet on the data development agenda, with its owner and day.

    409: outcome-missing, specification-not-draft. 422: wanted-too-late.
    """
    command = commands.WantFigure(wanted=body.term(), now=handle.now())
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/approval", status_code=201)
async def approve_specification(specification: Id, handle: Handling, actor: Writer) -> Accepted:
    """Approve; someone other than who drafted it does. 403: drafter-approves.

    409: measures-missing, specification-not-draft.
    """
    command = commands.ApproveSpecification(approved_by=actor.person, now=handle.now())
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/publication", status_code=201)
async def publish_specification(specification: Id, handle: Handling, actor: Writer) -> Accepted:
    """Publish, for anyone to read and to tender on. 409: specification-not-approved."""
    command = commands.PublishSpecification(now=handle.now())
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/succession", status_code=201)
async def supersede_specification(
    specification: Id,
    body: SuccessorBody,
    handle: Handling,
    specifications: Specifications,
    actor: Writer,
) -> Accepted:
    """Another specification takes its place.

    409: specification-not-published, successor-not-published.
    """
    row, successor = await specifications.get(specification), await specifications.get(body.by)
    ours = row is not None and successor is not None and row.partnership == successor.partnership
    command = commands.SupersedeSpecification(
        by=body.by,
        by_published=ours and successor is not None and successor.status == "published",
        now=handle.now(),
    )
    return await handle(actor, SPECIFICATION, specification, command)


@router.post("/{specification}/withdrawal", status_code=201)
async def withdraw_specification(
    specification: Id, body: ReasonBody, handle: Handling, actor: Writer
) -> Accepted:
    """Withdraw it, with reasons. 409: specification-not-published."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.WithdrawSpecification(reason=reason, now=handle.now())
    return await handle(actor, SPECIFICATION, specification, command)
