"""Pages beside the single return: the rules it is checked by, and one file for many contracts.

Law: a file is passed on as it comes; how far it is can be asked for again without scripts.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/returns", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Returns", "href": "/returns"}
FILES = {"text": "One file for many contracts", "href": "/returns/files"}
TELLING = (400, 409, 413, 422)
PIECE = 1 << 16


@router.get("/rules")
async def show_rules(request: Request, visitor: Visit, year: str = "") -> HTMLResponse:
    """The rules in force in a financial year."""
    told: Problem | None = None
    try:
        found = await visitor.api.get("/v1/returns/rules", year=year[:20])
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        told = problem.told
        found = await visitor.api.get("/v1/returns/rules")
    return page(
        request, "return_rules.html", told.status if told else 200, visitor=visitor,
        title="The rules returns are checked by", crumbs=[HOME, LIST], told=told, **found,
    )  # fmt: skip


@router.get("/rules.csv")
async def read_rules_table(visitor: Visit, year: str = "") -> Response:
    """The same as a table."""
    return _table(await visitor.api.raw("/v1/returns/rules", "text/csv", year=year[:20]))


def _table(answer: Any) -> Response:
    kept = ("content-type", "content-disposition")
    return Response(answer.content, headers={name: answer.headers[name] for name in kept})


@router.get("/files")
async def show_files(request: Request, visitor: Visit) -> HTMLResponse:
    """The upload of one file for many contracts."""
    return _upload(request, visitor, None)


def _upload(request: Request, visitor: Visitor, told: Problem | None) -> HTMLResponse:
    return page(
        request, "return_files.html", told.status if told else 200, visitor=visitor,
        title=FILES["text"], crumbs=[HOME, LIST], told=told, key=uuid4().hex,
    )  # fmt: skip


@router.post("/files")
async def hand_in_files(request: Request, visitor: Visit) -> Response:
    """Check one file of many returns, or hand it in, as the button says. 403: csrf-token-wrong."""
    async with request.form(max_files=1, max_fields=10) as sent:
        upload = sent.get("file")
        typed = {name: entry for name, entry in sent.items() if isinstance(entry, str)}
        checked = typed.get("action") != "send"
        key = (typed.get("key", "")[:200] or uuid4().hex) + ("-check" if checked else "")
        try:
            begun = await visitor.api.send(
                "POST", "/v1/returns/files", key, params={"dry_run": "true"} if checked else {},
                content=_pieces(upload) if isinstance(upload, UploadFile) else b"",
            )  # fmt: skip
        except ProblemTold as problem:
            if problem.told.status not in TELLING:
                raise
            return _upload(request, visitor, problem.told)
    return RedirectResponse(f"/returns/files/{begun['file']}", 303)


async def _pieces(upload: UploadFile) -> AsyncGenerator[bytes]:
    while piece := await upload.read(PIECE):
        yield piece


@router.get("/files/{file}")
async def show_file(request: Request, file: Id, visitor: Visit) -> HTMLResponse:
    """How far a file is, and what became of each return. 404: not-found."""
    found = await visitor.api.get(f"/v1/returns/files/{file}")
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or {}
    titles = {one["contract"]: one["title"] for one in listed.get("items", ())}
    return page(
        request, "return_file.html", visitor=visitor, title="How far the file is",
        crumbs=[HOME, LIST, FILES], found=found, titles=titles, here=f"/returns/files/{file}",
    )  # fmt: skip


@router.get("/files/{file}/problems.csv")
async def read_file_problems(file: Id, visitor: Visit) -> Response:
    """Its problems as a table. 404: not-found."""
    return _table(await visitor.api.raw(f"/v1/returns/files/{file}/problems.csv", "text/csv"))
