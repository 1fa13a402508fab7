"""The doors of evidence: files that come with a return, for its provider and contract manager."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from msgspec.structs import replace
from starlette.datastructures import UploadFile

from services.monitoring.heard import parties_of_contract, sees_all
from services.monitoring.reactions import return_subject
from services.monitoring.returns.bodies import PeriodId
from services.monitoring.returns.commands import AttachEvidence, RemoveEvidence
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.evidence import MOST_BYTES, TooLarge, extension_of, media_type_of
from services.monitoring.returns.files import FileUnreadable
from services.monitoring.returns.reads import Reader, Returns, row_of
from services.monitoring.returns.submission import UNKEPT
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Texts
from shared.http.routing import Router
from shared.published.monitoring import Evidence
from shared.texts.erasing import TEXTS, EraseText

router = Router(prefix="/v1/returns", tags=["returns"])

Provider = Annotated[Actor, allowed("returns:submit", "provider", of=parties_of_contract)]
ONE_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post("/{contract}/{period}/evidence", status_code=201, openapi_extra=ONE_FILE)
async def attach_evidence(
    request: Request, contract: Id, period: PeriodId, handle: Handling, actor: Provider
) -> Accepted:
    """Add a file to the figures to come; its name is not kept. 409: period-not-over, window-closed,
    too-many-files. 422: too-large, evidence-type-not-taken, evidence-not-what-it-says,
    macros-refused, file-unreadable.
    """
    async with request.form(max_files=1, max_fields=1) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise FileUnreadable("Send one file in the field `file`.")
        if (upload.size or 0) > MOST_BYTES:
            raise TooLarge
        content = await upload.read()
        media_type = media_type_of(upload.filename or "", upload.content_type or "", content)
    subject = return_subject(contract, period)
    evidence = Evidence(file=UNKEPT, media_type=media_type, size=len(content))
    command = AttachEvidence(evidence=evidence, attached_by=actor.person, now=handle.now())
    if await handle.answered(actor, RETURNS, subject) is None:
        RETURNS.decide(command, await handle.load(RETURNS, subject))
    kept = await handle.keep_text(actor, "evidence", content, media_type)
    command = replace(command, evidence=replace(evidence, file=kept))
    return await handle(actor, RETURNS, subject, command)


@router.get("/{contract}/{period}/evidence/{file}", response_class=Response)
async def read_evidence(
    contract: Id, period: PeriodId, file: UUID, returns: Returns, texts: Texts, actor: Reader
) -> Response:
    """One file, to be saved and never shown in place. 404, also once it has been erased."""
    row = await row_of(returns, contract, period)
    standing = row.standing
    with_figures = [one for version in standing.versions for one in version.evidence]
    mine = standing.evidence if actor.agency == row.provider else ()
    found = next((one for one in (*with_figures, *mine) if one.file.text == file), None)
    if found is None or not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    kept = await texts.get(file)
    if kept is None or kept.content is None:
        raise Missing
    name = f"evidence-{contract}-{period}-{file}.{extension_of(found.media_type)}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name.replace(":", "-")}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(kept.content, media_type=found.media_type, headers=headers)


@router.delete("/{contract}/{period}/evidence/{file}")
async def remove_evidence(
    contract: Id, period: PeriodId, file: UUID, handle: Handling, actor: Provider
) -> Accepted:
    """Take back a file that no figures came with yet, and destroy it. 409: unknown-evidence,
    evidence-submitted.
    """
    now = handle.now()
    remove = RemoveEvidence(file=file, removed_by=actor.person, now=now)
    erase = EraseText(ground="no-longer-needed", erased_by=actor.person, now=now)
    accepted = await handle.together(
        actor,
        [
            Step(RETURNS, return_subject(contract, period), remove),
            Step(TEXTS, str(file), erase),
        ],
    )
    await handle.texts.erase(file, now)
    return accepted
