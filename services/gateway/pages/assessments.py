"""Pages of needs assessments: the list, all series, one indicator, the easy-read summary.

Law: a page shows what the doors of assessments answer to its visitor, so those outside the
partnership see no small number and no open assessment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from services.gateway.pages import assessment_charts
from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.assessment_charts import BREAKDOWNS
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships, partnerships_of
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/assessments", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Assessments", "href": "/assessments"}
MOST_LISTED = 500
UNITS = (
    ("percent", "Percentage"), ("number", "Number"), ("rate", "Rate"), ("days", "Days"),
    ("score", "Score"), ("pence", "Money, in pence"),
)  # fmt: skip
STATUSES = (
    ("given", "Given"), ("missing", "Missing"), ("not-applicable", "Not applicable"),
    ("suppressed", "Suppressed by its source"), ("nil", "Nobody to count"),
)  # fmt: skip
Word = Annotated[str, Query(max_length=20)]
Json = dict[str, Any]


def crumbs_of(overview: Mapping[str, Any]) -> list[dict[str, str]]:
    """The way to an assessment's own page."""
    own = {"text": overview["title"], "href": f"/assessments/{overview['assessment']}"}
    return [HOME, LIST, own]


async def is_partner(request: Request, visitor: Visitor, partnership: str) -> bool:
    return partnership in await partnerships_of(request, visitor.actor.agency)


@router.get("")
async def show_assessments(request: Request, visitor: Visit) -> HTMLResponse:
    """Every assessment that the visitor may see, the newest year first."""
    named = {key: row.name for key, row in (await partnerships(request)).items()}
    found: dict[str, Json] = {}
    mine = await partnerships_of(request, visitor.actor.agency)
    for of in (None, *mine):
        listed = await visitor.api.get("/v1/assessments", partnership=of, limit=MOST_LISTED)
        found |= {one["assessment"]: one for one in listed["items"]}
    newest = sorted(found.values(), key=lambda one: (one["year"], one["title"]), reverse=True)
    return page(
        request, "assessments/list.html", visitor=visitor, title="Needs assessments",
        crumbs=[HOME], assessments=newest, named=named,
        opens=bool(mine) and visitor.may("needs:write"),
    )  # fmt: skip


@router.get("/{assessment}")
async def show_assessment(
    request: Request, assessment: Id, visitor: Visit, breakdown: Word = "all"
) -> HTMLResponse:
    """All series of an assessment, compared, with the groups that fare worse. 404: not-found."""
    return await shown(request, visitor, assessment, None, {}, breakdown)


async def shown(
    request: Request,
    visitor: Visitor,
    assessment: str,
    told: Problem | None,
    typed: Typed,
    breakdown: str = "all",
) -> HTMLResponse:
    """The page of an assessment, with what was typed where that was refused."""
    address = f"/v1/assessments/{assessment}"
    by = breakdown if breakdown in BREAKDOWNS else "all"
    overview: Json = await visitor.api.get(f"{address}/overview", breakdown=by)
    row: Json = await visitor.api.get(address)
    member = await is_partner(request, visitor, overview["partnership"])
    open_to_change = member and visitor.may("needs:write") and row["status"] == "open"
    offered: Json = {"items": []}
    if open_to_change:
        offered = await visitor.api.get("/v1/reference-outcomes")
    held = {one["outcome"] for one in overview["outcomes"]}
    named = (await partnerships(request)).get(overview["partnership"])
    by_outcome: dict[str, list[Json]] = {one["outcome"]: [] for one in overview["outcomes"]}
    for one in overview["indicators"]:
        by_outcome.setdefault(one["outcome"], []).append(one)
    return page(
        request, "assessments/overview.html", told.status if told else 200, visitor,
        title=overview["title"], crumbs=[HOME, LIST], told=told, overview=overview, row=row,
        by_outcome=by_outcome, charts=assessment_charts, breakdowns=BREAKDOWNS, shown=by,
        gaps=[(one, gap) for one in overview["indicators"] for gap in one["gaps"]],
        member=member, writes=open_to_change, key=new_key(),
        partnership_name=named.name if named else overview["partnership"],
        offered=[one for one in offered["items"] if one["reference"] not in held],
        area=next((one["area"] for one in overview["indicators"]), ""),
        outcome_choices=[(one["outcome"], one["title"]) for one in overview["outcomes"]],
        typed=typed, units=UNITS, directions=assessment_charts.POLARITY.items(),
        drafts=member and visitor.may("needs:write") and row["status"] == "published",
    )  # fmt: skip


@router.post("/{assessment}/adoptions")
async def adopt_outcome(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Adopt a reference outcome for an area. 404: not-found."""
    typed: Typed = await typed_in(request)
    asked = {"reference": typed.get("reference", ""), "area": typed.get("area", "")}
    told = await refused(visitor, f"/v1/assessments/{assessment}/adoptions", typed, asked)
    if told is not None:
        return await shown(request, visitor, assessment, told, typed)
    return Response(status_code=303, headers={"Location": f"/assessments/{assessment}#outcomes"})


@router.get("/{assessment}/indicators/{indicator}")
async def show_indicator(
    request: Request, assessment: Id, indicator: Id, visitor: Visit
) -> HTMLResponse:
    """One indicator: its chart and table, comparison, every group. 404: not-found."""
    return await indicator_shown(request, visitor, assessment, indicator, None, {})


async def indicator_shown(
    request: Request,
    visitor: Visitor,
    assessment: str,
    indicator: str,
    told: Problem | None,
    typed: Typed,
) -> HTMLResponse:
    """The page of an indicator, with what was typed where that was refused."""
    address = f"/v1/assessments/{assessment}"
    row: Json = await visitor.api.get(address)
    one: Json = await visitor.api.get(f"{address}/indicators/{indicator}/breakdowns")
    groups: dict[str, list[Json]] = {}
    for line in one["lines"]:
        groups.setdefault(line["breakdown"], []).append(line)
    member = await is_partner(request, visitor, row["partnership"])
    return page(
        request, "assessments/indicator.html", told.status if told else 200, visitor,
        title=one["title"], told=told, typed=typed, key=new_key(), statuses=STATUSES,
        splits=[(code, text) for code, text in BREAKDOWNS.items() if code != "every"],
        crumbs=crumbs_of(row), row=row, one=one, charts=assessment_charts, breakdowns=BREAKDOWNS,
        whole=next(iter(groups.pop("all", [])), None), groups=groups, member=member,
        writes=member and visitor.may("needs:write") and row["status"] == "open",
    )  # fmt: skip


@router.get("/{assessment}/easy-read")
async def show_easy_read(request: Request, assessment: Id, visitor: Visit) -> HTMLResponse:
    """The assessment in easy words: short, large, no tables. 404: not-found."""
    address = f"/v1/assessments/{assessment}"
    row: Json = await visitor.api.get(address)
    overview: Json = await visitor.api.get(f"{address}/overview")
    summary: Json | None = None
    if row["summary"]:
        summary = await visitor.api.find(f"{address}/texts/{row['summary']['text']}")
    going = {
        course: [
            one["title"]
            for one in overview["indicators"]
            if any(line["course"] == course for line in one["lines"])
        ]
        for course in ("improving", "worsening")
    }
    named = (await partnerships(request)).get(row["partnership"])
    return page(
        request, "assessments/easy_read.html", visitor=visitor, title="What children need",
        crumbs=crumbs_of(row), row=row, summary=summary and summary["content"], going=going,
        partnership_name=named.name if named else row["partnership"],
    )  # fmt: skip
