"""The page on which needs are identified from the evidence, and the assessment is published."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import MOST_FIELDS, Typed, new_key, refused, typed_in
from services.gateway.pages.assessments import crumbs_of, is_partner
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import words
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/assessments", include_in_schema=False)

Json = dict[str, Any]


@router.get("/{assessment}/needs")
async def show_needs(request: Request, assessment: Id, visitor: Visit) -> HTMLResponse:
    """The needs found so far, and what the next may rest on. 404: not-found, to others too."""
    return await _shown(request, visitor, assessment, {}, [], None)


@router.post("/{assessment}/needs")
async def identify_need(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Identify a need; groups are parted by semicolons. 404: not-found."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS * 5) as sent:
        cited = [said for said in sent.getlist("evidence") if isinstance(said, str)]
        typed = {name: said.strip() for name, said in sent.items() if isinstance(said, str)}
    groups = [one.strip() for one in typed.get("groups", "").split(";") if one.strip()]
    body: Json = {
        "title": typed.get("title", ""), "outcome": typed.get("outcome") or None,
        "groups": groups, "evidence": cited,
    }  # fmt: skip
    told = await refused(visitor, f"/v1/assessments/{assessment}/needs", typed, body)
    if told is not None:
        return await _shown(request, visitor, assessment, typed, cited, told)
    return RedirectResponse(f"/assessments/{assessment}/needs", 303)


@router.post("/{assessment}/publication")
async def publish_assessment(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Publish, with the summary in easy words. 404: not-found."""
    typed = await typed_in(request)
    body = {"summary": typed.get("summary", "")}
    told = await refused(visitor, f"/v1/assessments/{assessment}/publication", typed, body)
    if told is not None:
        return await _shown(request, visitor, assessment, typed, [], told)
    return RedirectResponse(f"/assessments/{assessment}", 303)


async def _shown(
    request: Request,
    visitor: Visitor,
    assessment: str,
    typed: Typed,
    cited: list[str],
    told: Problem | None,
) -> HTMLResponse:
    row: Json = await visitor.api.get(f"/v1/assessments/{assessment}")
    if not await is_partner(request, visitor, row["partnership"]):
        raise Missing
    return page(
        request, "assessments/needs.html", told.status if told else 200, visitor,
        title="Needs", crumbs=crumbs_of(row), row=row, typed=typed, cited=cited, told=told,
        key=new_key(), held=evidence_of(row),
        titles={one["outcome"]: one["title"] for one in row["outcomes"]},
        writes=visitor.may("needs:write") and row["status"] == "open",
    )  # fmt: skip


def evidence_of(row: Json) -> dict[str, str]:
    """Everything that can be cited, by what it is called."""
    held = {one["indicator"]: f"Indicator: {one['title']}" for one in row["indicators"]}
    held |= {one["evidence"]: f"Views of {one['asked']}: {one['title']}" for one in row["views"]}
    held |= {one["evidence"]: f"{words(one['kind'])}: {one['title']}" for one in row["findings"]}
    return held | {
        one["evidence"]: f"Signal: {words(one['theme'])}, {words(one['source'])}, {one['count']}"
        for one in row["signals"]
    }
