"""The page of training in commissioning: one's own agency's people, and numbers of all partners."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.board_parts import person
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/training", include_in_schema=False)

LEVELS = {
    "1": "Level 1: awareness, for everybody",
    "2": "Level 2: knowledge, for who manages the process",
    "3": "Level 3: knowledge and skills, for who does it",
    "4": "Level 4: technical skills, for teams of a technical area",
}
SUBJECTS = {
    "awareness": "Commissioning in overview", "framework": "The framework and the handbook",
    "assess": "Assess", "plan": "Plan", "do": "Do", "review": "Review",
    "finance": "Finance", "human-resources": "Human resources", "legal": "Legal",
    "contracting": "Contracting", "market": "Market development",
    "workforce": "Workforce development",
}  # fmt: skip


@router.get("/{partnership}")
async def show_training(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """Who has been trained in what. 404: not-found."""
    return await _page(request, partnership, visitor, {}, None)


@router.post("/{partnership}")
async def record_training_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Record a training, at the level of its subject. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/trainings/{partnership}"
    taught: dict[str, list[str]] = (await visitor.api.get(at))["taught"]
    subject = typed.get("subject", "")
    body = {
        "person": typed.get("person", ""),
        "level": next((int(n) for n, subjects in taught.items() if subject in subjects), 0),
        "subject": subject,
        "trained_on": typed.get("trained_on", ""),
    }
    return await _answered(request, partnership, visitor, at, typed, body)


@router.post("/{partnership}/withdrawal")
async def withdraw_training_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Take back what was recorded by mistake. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/trainings/{partnership}/{typed.get('training') or 'none'}/withdrawal"
    return await _answered(request, partnership, visitor, at, typed, None)


async def _answered(
    request: Request, partnership: str, visitor: Visitor, at: str, typed: Typed, body: object
) -> Response:
    told = await refused(visitor, at, typed, body)
    if told is None:
        await visitor.api.find(f"/v1/trainings/{partnership}")
        return RedirectResponse(f"/training/{partnership}", 303)
    return await _page(request, partnership, visitor, typed, told)


async def _page(
    request: Request, partnership: str, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/trainings/{partnership}")
    subjects = [
        (subject, f"{SUBJECTS[subject]} (level {level})")
        for level, taught in found["taught"].items()
        for subject in taught
    ]
    return page(
        request, "framework/training.html", told.status if told else 200, visitor,
        title="Training in commissioning",
        crumbs=[HOME, {"text": "Framework", "href": f"/framework/{partnership}"}],
        row=row, found=found, told=told, typed=typed, key=new_key(), levels=LEVELS,
        names=SUBJECTS, subjects=subjects, person=person, writes=visitor.may("needs:write"),
        today=london_date(request.app.state.house.clock()).isoformat(),
    )  # fmt: skip
