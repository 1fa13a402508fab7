"""The doors of a year of the process: partners' commissioners assess, evaluate and improve it.

Law: what was said of a stage is shown with the agency it comes from, never with the person.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import Field

from services.needs.answers import PartAccepted
from services.needs.evaluations import commands
from services.needs.evaluations.decider import EVALUATION
from services.needs.evaluations.events import Rating, StageAssessed
from services.needs.evaluations.views import EVALUATIONS, Improvement, YearRow
from services.needs.frameworks.bodies import Words
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Day, Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore
from shared.values.cycle import STAGES, Stage, written

router = Router(prefix="/v1/evaluations", tags=["evaluation of the process"])

Evaluations = Annotated[ViewStore[YearRow], rows(EVALUATIONS)]
Cycle = Annotated[int, Path(ge=2000, le=2999, description="the year in whose April it began")]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


class StageBody(Body):
    stage: Annotated[int, Field(strict=True, ge=1, le=len(STAGES))]
    rating: Rating
    text: Words


class EvaluateBody(Body):
    findings: Words


class ImprovementBody(Body):
    text: Words
    owner: Id
    due_on: Day


def subject(partnership: str, year: int) -> str:
    """The stream of one year of one partnership."""
    return f"{partnership}:{year}"


@router.get("/{partnership}/{year}")
async def read_evaluation(
    partnership: Id, year: Cycle, evaluations: Evaluations, texts: Texts, actor: Reader
) -> dict[str, Any]:
    """Each stage with what was said of it and last year's average; the evaluation; what follows."""
    nothing = YearRow(partnership=partnership, year=year)
    row = await evaluations.get(subject(partnership, year)) or nothing
    before = await evaluations.get(subject(partnership, year - 1)) or nothing
    held = row.evaluation
    return {
        "partnership": partnership,
        "year": year,
        "written": written(year),
        "stages": [await _stage(stage, row, before, actor, texts) for stage in STAGES],
        "missing": [stage.number for stage in STAGES if not row.of_stage(stage.number)],
        "evaluation": {
            "findings": await _said(held.findings, texts),
            "evaluated_on": held.evaluated_on.isoformat(),
        } if held else None,
        "improvements": [await _improvement(one, texts) for one in row.improvements],
    }  # fmt: skip


async def _stage(
    stage: Stage, row: YearRow, before: YearRow, actor: Actor, texts: TextStore
) -> dict[str, Any]:
    average, earlier = row.average(stage.number), before.average(stage.number)
    return {
        **stage._asdict(),
        "average": None if average is None else str(average),
        "year_before": None if earlier is None else str(earlier),
        "said": [await _word(one, actor, texts) for one in row.of_stage(stage.number)],
    }


async def _word(one: StageAssessed, actor: Actor, texts: TextStore) -> dict[str, Any]:
    own = (one.agency, one.assessed_by) == (actor.agency, actor.person)
    text = await _said(one.text, texts)
    return {"agency": one.agency, "rating": one.rating, "text": text, "own": own}


async def _improvement(one: Improvement, texts: TextStore) -> dict[str, Any]:
    return {
        "recommendation": one.recommended.recommendation,
        "text": await _said(one.recommended.text, texts),
        "owner": one.recommended.owner,
        "due_on": one.recommended.due_on.isoformat(),
        "done_on": one.done_on.isoformat() if one.done_on else None,
    }


async def _said(reference: TextRef, texts: TextStore) -> str | None:
    kept = await texts.get(reference.text)
    return kept.content.decode() if kept and kept.content is not None else None


@router.post("/{partnership}/{year}/stages", status_code=201)
async def assess_stage(
    partnership: Id, year: Cycle, body: StageBody, handle: Handling, actor: Writer
) -> Accepted:
    """Say how well one used a stage. 409: year-not-begun, process-evaluated."""
    command = commands.AssessStage(
        partnership=partnership,
        year=year,
        stage=body.stage,
        rating=body.rating,
        text=await handle.keep_text(actor, "stage", body.text),
        agency=actor.agency,
        assessed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, EVALUATION, subject(partnership, year), command)


@router.post("/{partnership}/{year}/evaluation", status_code=201)
async def evaluate_process(
    partnership: Id, year: Cycle, body: EvaluateBody, handle: Handling, actor: Writer
) -> Accepted:
    """Say what the year showed of the process. 409: process-not-assessed, process-evaluated."""
    command = commands.EvaluateProcess(
        findings=await handle.keep_text(actor, "findings", body.findings),
        evaluated_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, EVALUATION, subject(partnership, year), command)


@router.post("/{partnership}/{year}/improvements", status_code=201)
async def recommend_improvement(
    request: Request,
    partnership: Id,
    year: Cycle,
    body: ImprovementBody,
    handle: Handling,
    actor: Writer,
) -> PartAccepted:
    """Recommend how to improve the process. 409: process-not-evaluated, due-in-past.

    422: not-partner.
    """
    command = commands.RecommendImprovement(
        recommendation=handle.part_id(actor, "improvement"),
        text=await handle.keep_text(actor, "improvement", body.text),
        owner=body.owner,
        partner=body.owner in await partners(request),
        due_on=body.due_on,
        recommended_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, EVALUATION, subject(partnership, year), command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=command.recommendation)


@router.post("/{partnership}/{year}/improvements/{improvement}/completion", status_code=201)
async def complete_improvement(
    partnership: Id, year: Cycle, improvement: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Mark an improvement made today. 409: recommendation-not-open."""
    command = commands.MarkImprovement(
        recommendation=improvement, marked_by=actor.person, now=handle.now()
    )
    return await handle(actor, EVALUATION, subject(partnership, year), command)
