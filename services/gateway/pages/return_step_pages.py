"""The buttons beside a return's figures, its files of evidence and its receipt.

Law: a button is one command of the API under the form's own key, so pressed twice it counts once.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Path, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import UploadFile

from services.gateway.pages.asking import TELLING, Typed, typed_in
from services.gateway.pages.return_showing import Opened, opened_return, shown_return
from services.gateway.pages.return_steps import ASKED, Command, Wrong, asked, lacks, wrongs
from services.gateway.pages.visiting import Visit
from shared.http.bodies import Id
from shared.http.problems import ProblemTold
from shared.http.routing import Router

router = Router(prefix="/returns", include_in_schema=False)

KEPT = ("content-type", "content-disposition", "content-security-policy")
VersionNumber = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/{contract}/{period}/steps")
async def take_return_step(
    request: Request, contract: Id, period: Id, visitor: Visit
) -> HTMLResponse:
    """What a button asks for: sign, ask, answer, accept, reject, extend, consent, take a file back.
    403: csrf-token-wrong. 404: not-found.
    """
    typed = await typed_in(request)
    action = typed.get("action", "")
    opened = await opened_return(visitor, contract, period)
    command = asked(action, typed)
    if command is None:
        return await shown_return(request, opened, {})
    lacking = lacks(action, typed)
    if lacking is not None:
        return await _refused(request, opened, action, typed, [lacking], 422)
    return await _sent(request, opened, action, typed, command, json=command.body)


@router.post("/{contract}/{period}/evidence")
async def attach_on_page(
    request: Request, contract: Id, period: Id, visitor: Visit
) -> HTMLResponse:
    """Add a file to the figures to come. 403: csrf-token-wrong. 404: not-found."""
    async with request.form(max_files=1, max_fields=10) as sent:
        upload = sent.get("file")
        typed = {name: said for name, said in sent.items() if isinstance(said, str)}
        if not isinstance(upload, UploadFile) or not upload.filename:
            opened = await opened_return(visitor, contract, period)
            text = ASKED["attach", "file"]
            lacking = Wrong(text=text, code="file-missing", field="attach-file")
            return await _refused(request, opened, "attach", typed, [lacking], 422)
        media_type = upload.content_type or "application/octet-stream"
        file = (upload.filename, await upload.read(), media_type)
    opened = await opened_return(visitor, contract, period)
    command = Command(method="POST", address="evidence")
    return await _sent(request, opened, "attach", typed, command, files={"file": file})


async def _sent(
    request: Request, opened: Opened, action: str, typed: Typed, command: Command, **sent: Any
) -> HTMLResponse:
    of = typed.get("query", "") or typed.get("file", "")
    key = f"{typed.get('key', '')[:100] or uuid4().hex}-{action}-{of[:80]}"
    given = {name: one for name, one in sent.items() if one is not None}
    try:
        await opened.visitor.api.send(
            command.method, f"{opened.address}/{command.address}", key, **given
        )
    except ProblemTold as problem:
        told = problem.told
        if told.status not in TELLING:
            raise
        found = wrongs(action, typed, told)
        if action == "attach":
            found = [Wrong(text=told.detail, code=told.code, field="attach-file")]
        return await _refused(request, opened, action, typed, found, told.status)
    return await shown_return(request, opened, {"stage": "done", "action": action})


async def _refused(
    request: Request, opened: Opened, action: str, typed: Typed, found: list[Wrong], status: int
) -> HTMLResponse:
    outcome = {"wrong_steps": found, "action": action, "step": typed, "status": status}
    return await shown_return(request, opened, outcome)


@router.get("/{contract}/{period}/evidence/{file}")
async def read_evidence_file(contract: Id, period: Id, file: UUID, visitor: Visit) -> Response:
    """One file of evidence, to be saved. 404: not-found."""
    at = f"/v1/returns/{contract}/{period}/evidence/{file}"
    answer = await visitor.api.raw(at, "*/*")
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    return Response(answer.content, headers=headers)


@router.get("/{contract}/{period}/receipt/{version}.json")
async def read_receipt_file(
    contract: Id, period: Id, version: VersionNumber, visitor: Visit
) -> Response:
    """The signed receipt of one version, to be kept. 404: not-found. 409: no-signing-key."""
    answer = await visitor.api.raw(f"/v1/returns/{contract}/{period}/receipt/{version}", "*/*")
    name = f"receipt-{contract}-{period}-{version}.json".replace(":", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(answer.content, media_type="application/json", headers=headers)
