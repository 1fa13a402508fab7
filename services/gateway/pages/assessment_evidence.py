"""The page of an assessment's evidence: views, inspection findings, guidance and research,
complaints and compliments; for partners alone.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.assessments import crumbs_of, is_partner
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/assessments", include_in_schema=False)

KINDS = {
    "inspection": "Inspection finding",
    "guidance": "Guidance",
    "research": "Research",
    "review": "Review of a contract",
    "complaint": "Complaint",
    "compliment": "Compliment",
}
RECORDED = ("inspection", "guidance", "research")
ASKED = {
    "children": "Children and young people",
    "families": "Families",
    "practitioners": "Practitioners",
}
MOST_TEXTS = 100
Json = dict[str, Any]


@router.get("/{assessment}/evidence")
async def show_evidence(request: Request, assessment: Id, visitor: Visit) -> HTMLResponse:
    """What the assessment rests on beside its figures. 404: not-found, to others too."""
    return await _shown(request, visitor, assessment, {}, None)


@router.post("/{assessment}/evidence")
async def record_finding(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Record an inspection finding, guidance or research. 404: not-found."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("kind", "title", "text")}
    told = await refused(visitor, f"/v1/assessments/{assessment}/findings", typed, body)
    if told is not None:
        return await _shown(request, visitor, assessment, typed, told)
    return RedirectResponse(f"/assessments/{assessment}/evidence", 303)


async def _shown(
    request: Request, visitor: Visitor, assessment: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    address = f"/v1/assessments/{assessment}"
    row: Json = await visitor.api.get(address)
    if not await is_partner(request, visitor, row["partnership"]):
        raise Missing
    cited = [one["said"]["text"] for one in row["views"]]
    cited += [
        ref["text"] for one in row["findings"] if one["kind"] != "review" for ref in one["texts"]
    ]
    texts: Json = {}
    for text in cited[:MOST_TEXTS]:
        found: Json | None = await visitor.api.find(f"{address}/texts/{text}")
        texts[text] = found["content"] if found else None
    by_kind = {kind: [one for one in row["findings"] if one["kind"] == kind] for kind in KINDS}
    return page(
        request, "assessments/evidence.html", told.status if told else 200, visitor,
        title="Evidence", crumbs=crumbs_of(row), row=row, texts=texts, by_kind=by_kind,
        kinds=KINDS, recorded=RECORDED, asked=ASKED, typed=typed, told=told, key=new_key(),
        writes=visitor.may("needs:write") and row["status"] == "open",
    )  # fmt: skip
