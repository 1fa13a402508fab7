"""The doors of flags: the commissioner leads a case, the provider explains, partners read along."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.monitoring.flags import commands
from services.monitoring.flags.bodies import (
    EscalationBody,
    ExplanationBody,
    FlagId,
    MetBody,
    PlanBody,
    ReasonBody,
    RequestBody,
)
from services.monitoring.flags.decider import FLAGS, subject_of_flag
from services.monitoring.flags.views import FLAG_ROWS, FlagRow
from services.monitoring.heard import contract_row, parties_to, sees_all, visible
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.published.monitoring import Milestone

router = Router(prefix="/v1/flags", tags=["flags"])

Flags = Annotated[ViewStore[FlagRow], rows(FLAG_ROWS)]


async def parties(request: Request) -> Parties:
    """The parties of the contract that the case is under."""
    store: ViewStore[FlagRow] = request.app.state.house.stores[FLAG_ROWS.name]
    row = await store.get(request.path_params["flag"])
    if row is None:
        raise Missing
    return await parties_to(request, row.contract)


Reader = Annotated[Actor, allowed("flags:read", "provider", "lead", "member", of=parties)]
Lead = Annotated[Actor, allowed("flags:write", "lead", of=parties)]
Provider = Annotated[Actor, allowed("flags:answer", "provider", of=parties)]


def shown(request: Request, row: FlagRow, actor: Actor) -> dict[str, Any]:
    """A case; the values behind it only to the provider and the contract manager."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    today = london_date(request.app.state.house.clock())
    content["explanation_overdue"] = bool(
        row.status == "explanation-requested"
        and row.explanation_due_on
        and row.explanation_due_on < today
    )
    everything = sees_all(actor, row.provider, row.commissioner)
    content["disclosure"] = "full" if everything else "suppressed"
    if not everything:
        content["misses"] = [{"period": miss.period} for miss in row.misses]
    return content


@router.get("")
async def list_flags(
    request: Request,
    flags: Flags,
    paging: Paging,
    actor: Annotated[Actor, allowed("flags:read")],
    contract: Id | None = None,
    status: Id | None = None,
) -> Listed[dict[str, Any]]:
    """Cases under the contracts one has to do with; by contract, by status.

    `open` and `over` are statuses too: every case that has not ended, and every one that has.
    """
    where: dict[str, object] = {"contract": contract} if contract else {}
    if status in ("open", "over"):
        where["open"] = status == "open"
    elif status:
        where["status"] = status
    found = await visible(request, flags, actor, paging, **where)
    return paging.page({key: shown(request, row, actor) for key, row in found.items()})


@router.get("/{flag}")
async def read_flag(
    request: Request, response: Response, flag: FlagId, flags: Flags, actor: Reader
) -> dict[str, Any]:
    """One case. 404."""
    row = await flags.get(flag)
    if row is None:
        raise Missing
    response.headers["ETag"] = f'"{row.version}"'
    return shown(request, row, actor)


@router.get("/{flag}/texts/{text}", response_class=Response)
async def read_flag_text(
    flag: FlagId, text: UUID, flags: Flags, texts: Texts, actor: Reader
) -> Response:
    """A text that the case cites: explanation, reason, milestone. 404."""
    row = await flags.get(flag)
    if row is None or not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    cited = {step.text.text for step in row.steps if step.text}
    cited |= {one.milestone.text.text for one in row.plan}
    kept = await texts.get(text) if text in cited else None
    if kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)


@router.post("/{flag}/explanation-request", status_code=201)
async def request_explanation(
    request: Request,
    flag: FlagId,
    body: RequestBody,
    flags: Flags,
    handle: Handling,
    actor: Lead,
) -> Accepted:
    """Ask the provider why; its clock starts. 409: flag-not-open, explanation-already-requested,
    flag-already-upheld. 422: clock-missing.
    """
    row = await flags.get(flag)
    if row is None:
        raise Missing
    terms = (await contract_row(request, row.contract)).terms
    command = commands.RequestExplanation(
        flag=flag,
        working_days=body.working_days or terms.review.working_days,
        requested_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/explanation", status_code=201)
async def give_explanation(
    flag: FlagId, body: ExplanationBody, handle: Handling, actor: Provider
) -> Accepted:
    """The provider says why. 409: flag-not-open, explanation-not-requested."""
    command = commands.GiveExplanation(
        flag=flag,
        text=await handle.keep_text(actor, "explanation", body.text),
        given_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/upholding", status_code=201)
async def uphold_flag(flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead) -> Accepted:
    """The case stands. 409: flag-not-open, flag-already-upheld. 403: same-person."""
    command = commands.UpholdFlag(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        upheld_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/dismissal", status_code=201)
async def dismiss_flag(flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead) -> Accepted:
    """The case falls. 409: flag-not-open, flag-already-upheld. 403: same-person."""
    command = commands.DismissFlag(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        dismissed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/plan", status_code=201)
async def agree_plan(flag: FlagId, body: PlanBody, handle: Handling, actor: Lead) -> Accepted:
    """Agree how it gets better. 409: flag-not-open, flag-not-upheld. 422: milestone-in-past,
    duplicate-milestone.
    """
    milestones = [
        Milestone(
            milestone=one.milestone,
            text=await handle.keep_text(actor, f"milestone-{n}", one.text),
            owner=one.owner,
            due_on=one.due_on,
        )
        for n, one in enumerate(body.milestones)
    ]
    command = commands.AgreePlan(
        flag=flag, milestones=tuple(milestones), agreed_by=actor.person, now=handle.now()
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/milestones/{milestone}/met", status_code=201)
async def meet_milestone(
    flag: FlagId, milestone: Id, body: MetBody, handle: Handling, actor: Lead
) -> Accepted:
    """A step of the plan is done. 409: flag-not-open, unknown-milestone. 422: date-in-future."""
    command = commands.MeetMilestone(
        flag=flag, milestone=milestone, met_on=body.met_on, now=handle.now()
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/escalation", status_code=201)
async def escalate_flag(
    flag: FlagId, body: EscalationBody, handle: Handling, actor: Lead
) -> Accepted:
    """Take the case higher. 409: flag-not-open, flag-not-upheld."""
    command = commands.EscalateFlag(
        flag=flag,
        to=body.to,
        reason=await handle.keep_text(actor, "reason", body.reason),
        escalated_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/closure", status_code=201)
async def close_flag(flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead) -> Accepted:
    """End an upheld case. 409: flag-not-open, flag-not-upheld."""
    command = commands.CloseFlag(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        closed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)
