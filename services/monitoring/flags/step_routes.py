"""The doors of a case's steps: the commissioner leads, the provider explains.

Law: which clause a step falls under, and how many days it gives, is read from the contract.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.monitoring.flags import commands
from services.monitoring.flags.bodies import (
    EscalationBody,
    ExplanationBody,
    FlagId,
    MeetingBody,
    MetBody,
    PlanBody,
    ReasonBody,
    RequestBody,
)
from services.monitoring.flags.decider import FLAGS, subject_of_flag
from services.monitoring.flags.refusals import UnknownReview
from services.monitoring.flags.routes import parties
from services.monitoring.heard import contract_row
from services.monitoring.reviews.views import REVIEW_ROWS, ReviewRow
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import rows
from shared.http.routing import Router
from shared.published.monitoring import Milestone
from shared.published.terms import CaseTerms, ContractTerms

router = Router(prefix="/v1/flags", tags=["flags"])

Lead = Annotated[Actor, allowed("flags:write", "lead", of=parties)]
Provider = Annotated[Actor, allowed("flags:answer", "provider", of=parties)]
Reviews = Annotated[ViewStore[ReviewRow], rows(REVIEW_ROWS)]


async def contract_terms(request: Request, flag: str) -> ContractTerms:
    """The terms of the contract a case is under."""
    contract = subject_of_flag(flag).rpartition(":")[0]
    return (await contract_row(request, contract)).terms


async def case_terms(request: Request, flag: str) -> CaseTerms | None:
    return (await contract_terms(request, flag)).case


@router.post("/{flag}/explanation-request", status_code=201)
async def request_explanation(
    request: Request,
    flag: FlagId,
    body: RequestBody,
    handle: Handling,
    actor: Lead,
) -> Accepted:
    """Ask the provider why; its clock starts. 409: flag-not-open, explanation-already-requested,
    flag-already-upheld. 422: clock-missing, clock-shorter-than-clause.
    """
    terms = await contract_terms(request, flag)
    clause = terms.case.explanation if terms.case else terms.review
    command = commands.RequestExplanation(
        flag=flag,
        working_days=body.working_days or clause.working_days,
        terms=terms.case,
        requested_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/explanation", status_code=201)
async def give_explanation(
    request: Request, flag: FlagId, body: ExplanationBody, handle: Handling, actor: Provider
) -> Accepted:
    """The provider says why. 409: flag-not-open, explanation-not-requested."""
    command = commands.GiveExplanation(
        flag=flag,
        text=await handle.keep_text(actor, "explanation", body.text),
        given_by=actor.person,
        terms=await case_terms(request, flag),
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/upholding", status_code=201)
async def uphold_flag(
    request: Request, flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead
) -> Accepted:
    """The case stands. 409: flag-not-open, flag-already-upheld, explanation-not-asked,
    explanation-awaited. 403: same-person.
    """
    command = commands.UpholdFlag(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        upheld_by=actor.person,
        terms=await case_terms(request, flag),
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


@router.post("/{flag}/meeting", status_code=201)
async def record_meeting(
    request: Request, flag: FlagId, body: MeetingBody, handle: Handling, actor: Lead
) -> Accepted:
    """Both sides have met about it. 409: flag-not-open, flag-not-upheld, meeting-already-held.
    422: date-in-future, meeting-before-case.
    """
    command = commands.HoldMeeting(
        flag=flag,
        held_on=body.held_on,
        minutes=await handle.keep_text(actor, "minutes", body.minutes),
        recorded_by=actor.person,
        terms=await case_terms(request, flag),
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
    """A step of the plan is done, and this shows it. 409: flag-not-open, unknown-milestone.
    422: date-in-future, met-before-case.
    """
    command = commands.MeetMilestone(
        flag=flag,
        milestone=milestone,
        met_on=body.met_on,
        evidence=await handle.keep_text(actor, "evidence", body.evidence),
        met_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/escalation", status_code=201)
async def escalate_flag(
    request: Request,
    flag: FlagId,
    body: EscalationBody,
    handle: Handling,
    reviews: Reviews,
    actor: Lead,
) -> Accepted:
    """Take the case higher: to an exception report, and from there to a formal review.

    409: flag-not-open, flag-not-upheld, already-escalated, exception-report-first, unknown-review.
    """
    if body.review:
        review = await reviews.get(body.review)
        if review is None or review.contract != subject_of_flag(flag).rpartition(":")[0]:
            raise UnknownReview(pointer="/body/review")
    command = commands.EscalateFlag(
        flag=flag,
        to=body.to,
        reason=await handle.keep_text(actor, "reason", body.reason),
        escalated_by=actor.person,
        review=body.review,
        terms=await case_terms(request, flag),
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/step-down", status_code=201)
async def step_down(
    request: Request, flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead
) -> Accepted:
    """One step back, by someone else than who took it. 409: flag-not-open, flag-not-escalated.
    403: same-person.
    """
    command = commands.StepDown(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        stepped_down_by=actor.person,
        terms=await case_terms(request, flag),
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/pause", status_code=201)
async def pause_clock(flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead) -> Accepted:
    """Let the clock stand still, with a reason. 409: flag-not-open, no-clock-running."""
    command = commands.PauseClock(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        paused_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/resumption", status_code=201)
async def resume_clock(flag: FlagId, handle: Handling, actor: Lead) -> Accepted:
    """Let the clock run again; its day moves by the working days it stood still.

    409: flag-not-open, clock-not-paused.
    """
    command = commands.ResumeClock(flag=flag, resumed_by=actor.person, now=handle.now())
    return await handle(actor, FLAGS, subject_of_flag(flag), command)


@router.post("/{flag}/closure", status_code=201)
async def close_flag(flag: FlagId, body: ReasonBody, handle: Handling, actor: Lead) -> Accepted:
    """End an upheld case. 409: flag-not-open, flag-not-upheld. 403: same-person (who took it
    higher, or raised it).
    """
    command = commands.CloseFlag(
        flag=flag,
        reason=await handle.keep_text(actor, "reason", body.reason),
        closed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FLAGS, subject_of_flag(flag), command)
