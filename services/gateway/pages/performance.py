"""Pages of a year's agreed indicators: the report to the board, and how the list was agreed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.ledgers.tables import as_csv
from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.board_parts import everything
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router
from shared.values.quarters import financial_year, next_year, previous_year

router = Router(prefix="/performance", include_in_schema=False)

YearName = Annotated[str, Path(pattern=r"^20\d\d-\d\d$")]
Day = Annotated[Literal[""] | date | None, Query()]
What = Literal["proposals", "agreement", "reports"]
STANDINGS = {
    "reached": "Reached", "missed": "Missed", "not-yet": "Not yet due", "no-target": "No target",
    "no-figure": "No figure",
}  # fmt: skip
COURSES = {
    "better": "Better than before", "worse": "Worse than before", "same": "As before",
    "unknown": "Cannot be said",
}  # fmt: skip
COLUMNS = (
    "outcome", "indicator", "area", "unit", "direction", "target", "by_period", "period", "value",
    "status", "recorded_at", "versions", "period_before", "value_before", "standing", "course",
)  # fmt: skip


@router.get("/{partnership}")
async def show_this_years_indicators(request: Request, partnership: Id, _: Visit) -> Response:
    """The year that runs. 404: not-found."""
    await partnership_of(request, partnership)
    year = financial_year(london_date(request.app.state.house.clock()))
    return RedirectResponse(f"/performance/{partnership}/{_named(year)}", 303)


@router.get("/{partnership}/{year}")
async def show_performance(
    request: Request, partnership: Id, year: YearName, visitor: Visit, known_on: Day = None
) -> HTMLResponse:
    """The year's report as it was known at the end of a day, for partners. 404: not-found."""
    return await _page(request, partnership, year, visitor, {}, None, known_on or None)


@router.get("/{partnership}/{year}/report.csv")
async def read_performance_table(
    partnership: Id, year: YearName, visitor: Visit, known_on: Day = None
) -> Response:
    """The report as a table. 404: not-found."""
    at = f"/v1/agreed-indicators/{partnership}/{year}"
    found = await visitor.api.get(at, known_on=known_on or None)
    rows = [_line(one) for one in found["indicators"]]
    headers = {"Content-Disposition": f'attachment; filename="indicators-{year}.csv"'}
    return Response(as_csv(COLUMNS, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _line(one: dict[str, Any]) -> list[Any]:
    newest: dict[str, Any] = one["newest"] or {}
    before: dict[str, Any] = one["before"] or {}
    return [
        one["outcome_title"], one["title"], one["area"], one["unit"], one["direction"],
        one["target"], one["by_period"], newest.get("period"), newest.get("value"),
        newest.get("status"), newest.get("recorded_at"), len(one["versions"]),
        before.get("period"), before.get("value"), one["standing"], one["course"],
    ]  # fmt: skip


@router.post("/{partnership}/{year}/{what}")
async def change_indicators_on_page(
    request: Request, partnership: Id, year: YearName, what: What, visitor: Visit
) -> Response:
    """Propose, agree or report. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    at = f"/v1/agreed-indicators/{partnership}/{year}"
    told = await refused(visitor, f"{at}/{what}", typed, _body(what, typed))
    if told is None:
        await visitor.api.find(at)
        return RedirectResponse(f"/performance/{partnership}/{year}", 303)
    return await _page(request, partnership, year, visitor, typed, told, None)


def _body(what: What, typed: Typed) -> dict[str, Any]:
    match what:
        case "agreement":
            return {"decision": typed.get("decision", "")}
        case "reports":
            return {"meeting": typed.get("meeting", "")}
        case "proposals":
            chosen = [name.removeprefix("choose-") for name in typed if name.startswith("choose-")]
            return {
                "strategy": typed.get("strategy", ""),
                "indicators": [
                    {
                        "indicator": one,
                        "target": typed.get(f"target-{one}") or None,
                        "by_period": typed.get(f"by-{one}", ""),
                    }
                    for one in chosen
                ],
            }


async def _page(
    request: Request,
    partnership: str,
    year: str,
    visitor: Visitor,
    typed: Typed,
    told: Problem | None,
    known_on: date | None,
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    at = f"/v1/agreed-indicators/{partnership}/{year}"
    found = await visitor.api.get(at, known_on=known_on)
    board = f"/v1/partnerships/{partnership}/meetings"
    held = await everything(visitor.api, board) if visitor.may("board:read") else []
    named: str = found["year"]
    return page(
        request, "board/performance.html", told.status if told else 200, visitor,
        title=f"Performance against the agreed indicators, {named}",
        crumbs=[HOME, {"text": "Board", "href": f"/board/{partnership}"}], row=row, found=found,
        told=told, typed=typed, key=new_key(), known_on=known_on, year=year,
        standings=STANDINGS, courses=COURSES, writes=visitor.may("needs:write"),
        before=_named(previous_year(named)), after=_named(next_year(named)),
        meetings={one["meeting"]: one["held_at"] for one in held},
        coming=[(one["meeting"], one["held_at"]) for one in held if one["status"] != "closed"],
    )  # fmt: skip


def _named(year: str) -> str:
    return year.replace("/", "-")
