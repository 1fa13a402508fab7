"""The page by which a file of figures comes into an assessment: checked first, then taken whole."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from services.gateway.pages.asking import TELLING, Typed, new_key
from services.gateway.pages.assessments import crumbs_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/assessments", include_in_schema=False)

FIELDS = ("value", "base", "period", "areas")
CSV = {"Content-Type": "text/csv"}
Json = dict[str, Any]


@router.get("/{assessment}/import")
async def show_import(
    request: Request, assessment: Id, visitor: Visit, indicator: str = ""
) -> HTMLResponse:
    """Which indicator, which file, which columns. 404: not-found."""
    return await _shown(request, visitor, assessment, {"indicator": indicator[:80]}, None, None)


@router.post("/{assessment}/import")
async def take_file(request: Request, assessment: Id, visitor: Visit) -> Response:
    """Check a file or take it, as the button says. 404: not-found."""
    async with request.form(max_files=1, max_fields=10) as sent:
        upload = sent.get("file")
        typed = {name: said.strip() for name, said in sent.items() if isinstance(said, str)}
        content = await upload.read() if isinstance(upload, UploadFile) else b""
    checked = typed.get("action") != "take"
    key = (typed.get("key", "")[:200] or new_key()) + ("-check" if checked else "")
    asked = {name: typed[name] for name in FIELDS if typed.get(name)}
    if checked:
        asked["dry_run"] = "true"
    indicator = typed.get("indicator", "")
    address = f"/v1/assessments/{assessment}/indicators/{indicator or 'none'}/file"
    try:
        told: Json = await visitor.api.send(
            "POST", address, key, params=asked, content=content, headers=CSV
        )
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return await _shown(request, visitor, assessment, typed, None, problem.told)
    if checked:
        return await _shown(request, visitor, assessment, typed, told, None)
    return RedirectResponse(f"/assessments/{assessment}/indicators/{indicator}", 303)


async def _shown(
    request: Request,
    visitor: Visitor,
    assessment: str,
    typed: Typed,
    checked: Json | None,
    told: Problem | None,
) -> HTMLResponse:
    row: Json = await visitor.api.get(f"/v1/assessments/{assessment}")
    return page(
        request, "assessments/import.html", told.status if told else 200, visitor,
        title="Take figures from a file", crumbs=crumbs_of(row), row=row, typed=typed,
        checked=checked, told=told, key=new_key(),
        problems=_problems(told) or (checked or {}).get("problems", []),
    )  # fmt: skip


def _problems(told: Problem | None) -> list[Json]:
    """The wrong cells of a refused file, as its check would have told them."""
    found: list[Json] = []
    for one in told.errors if told else ():
        _, place, row, *column = [*one.pointer.split("/"), "", ""]
        if place == "file":
            named = "/".join(part for part in column if part)
            found.append({"row": row, "column": named, "code": one.code, "detail": one.detail})
    return found
