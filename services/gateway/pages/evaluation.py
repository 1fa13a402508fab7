"""The page of a year of the process: self-assessment by stage, evaluation, improvements."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.cycle import cycle_of

router = Router(prefix="/evaluation", include_in_schema=False)

Cycle = Annotated[int, Path(ge=2000, le=2999)]
What = Literal["stages", "evaluation", "improvements", "completion"]
RATINGS = (
    ("1", "1: not used"), ("2", "2: used in part"), ("3", "3: used well"),
    ("4", "4: used so well that others can learn from it"),
)  # fmt: skip


@router.get("/{partnership}")
async def show_this_years_evaluation(request: Request, partnership: Id, _: Visit) -> Response:
    """The year that runs. 404: not-found."""
    await partnership_of(request, partnership)
    year = cycle_of(london_date(request.app.state.house.clock()))
    return RedirectResponse(f"/evaluation/{partnership}/{year}", 303)


@router.get("/{partnership}/{year}")
async def show_year_of_process(
    request: Request, partnership: Id, year: Cycle, visitor: Visit
) -> HTMLResponse:
    """A year of the process, for partners. 404: not-found."""
    return await _page(request, partnership, year, visitor, {}, None)


@router.post("/{partnership}/{year}/{what}")
async def change_evaluation_on_page(
    request: Request, partnership: Id, year: Cycle, what: What, visitor: Visit
) -> Response:
    """Assess, evaluate, recommend or improve. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/evaluations/{partnership}/{year}"
    address = f"{at}/{what}"
    if what == "completion":
        address = f"{at}/improvements/{typed.get('improvement') or 'none'}/completion"
    told = await refused(visitor, address, typed, _body(what, typed))
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/evaluation/{partnership}/{year}", 303)
    return await _page(request, partnership, year, visitor, typed, told)


def _body(what: What, typed: Typed) -> dict[str, Any] | None:
    match what:
        case "stages":
            return {"stage": _digit(typed, "stage"), "rating": _digit(typed, "rating"),
                    "text": typed.get("text", "")}  # fmt: skip
        case "evaluation":
            return {"findings": typed.get("findings", "")}
        case "improvements":
            return {"text": typed.get("improvement", ""), "owner": typed.get("owner", ""),
                    "due_on": typed.get("due_on", "")}  # fmt: skip
        case "completion":
            return None


def _digit(typed: Typed, name: str) -> int:
    said = typed.get(name, "")
    return int(said) if said in set("123456789") else 0


async def _page(
    request: Request,
    partnership: str,
    year: int,
    visitor: Visitor,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/evaluations/{partnership}/{year}")
    return page(
        request, "framework/evaluation.html", told.status if told else 200, visitor,
        title=f"How the process was used in {found['written']}",
        crumbs=[HOME, {"text": "Framework", "href": f"/framework/{partnership}"}],
        row=row, found=found, told=told, typed=typed, key=new_key(), ratings=RATINGS,
        stages=[(str(one["number"]), f"{one['number']} {one['title']}") for one in found["stages"]],
        names={one.agency: one.name for one in row.members}, writes=visitor.may("needs:write"),
    )  # fmt: skip
