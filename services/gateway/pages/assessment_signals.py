"""The page that shows how signals of several places added up to what none of them could see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.assessments import crumbs_of
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import words
from shared.charts import bars
from shared.charts.bars import Bar, Part
from shared.charts.drawing import Sheet
from shared.disclosure.rules import FEWEST_SHOWN
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/assessments", include_in_schema=False)

SOURCES = (
    "school", "youth-club", "counselling-service", "health", "social-care", "police", "provider",
    "community", "other",
)  # fmt: skip
LEVELS = {
    "individual": "Individual: from work with single children",
    "operational": "Operational: from a service's own figures",
}
Json = dict[str, Any]


@router.get("/{assessment}/signals")
async def show_signals(request: Request, assessment: Id, visitor: Visit) -> HTMLResponse:
    """Theme by theme, report by report. 404: not-found, also to those outside the partnership."""
    return await _shown(request, visitor, assessment, {}, None)


@router.post("/{assessment}/signals")
async def raise_signal(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Report how often a theme was met. 404: not-found."""
    typed = await typed_in(request)
    count = typed.get("count", "")
    body: Json = {name: typed.get(name, "") for name in ("theme", "level", "source")}
    body["count"] = int(count) if count.isascii() and count.isdigit() and len(count) < 8 else count
    told = await refused(visitor, f"/v1/assessments/{assessment}/signals", typed, body)
    if told is not None:
        return await _shown(request, visitor, assessment, typed, told)
    return RedirectResponse(f"/assessments/{assessment}/signals", 303)


async def _shown(
    request: Request, visitor: Visitor, assessment: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    address = f"/v1/assessments/{assessment}"
    row: Json = await visitor.api.get(address)
    seen: Json = await visitor.api.get(f"{address}/signals")
    agencies = {step["agency"] for one in seen["themes"] for step in one["steps"]}
    return page(
        request, "assessments/signals.html", told.status if told else 200, visitor,
        title="How signals added up", crumbs=crumbs_of(row), row=row, seen=seen, told=told,
        typed=typed, key=new_key(), sources=SOURCES, levels=LEVELS, drawn_sum=drawn_sum,
        names=await agency_names(request, agencies),
        wrong={one.pointer.rpartition("/")[2]: one.detail for one in told.errors} if told else {},
        writes=visitor.may("needs:write") and row["status"] == "open",
    )  # fmt: skip


def drawn_sum(one: Mapping[str, Any], place: int) -> tuple[Sheet, Sheet]:
    """The sources' counts as one bar, beside the least that says anything."""
    parts = tuple(
        Part(label=words(source), amount=count, said=str(count))
        for source, count in one["by_source"].items()
    )
    bar = Bar(
        name=f"sum-{place}", title=f"{one['words']}: how often it was met, by source", parts=parts,
        limit=Part(label="Enough to say", amount=FEWEST_SHOWN, said=str(FEWEST_SHOWN)),
    )  # fmt: skip
    return bars.wide(bar), bars.narrow(bar)
