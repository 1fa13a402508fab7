"""The door for a file of many contracts' returns, and how far it is."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any, BinaryIO
from uuid import UUID

import msgspec
from fastapi import Header, Query, Request, Response

from services.monitoring.returns.error_lists import COLUMNS, said
from services.monitoring.returns.files import FileCutShort, TooLarge
from services.monitoring.returns.filing import Filer, Filing, FilingStore
from services.monitoring.returns.gathering import MOST_FILE_BYTES, MOST_RETURNS, gather
from services.monitoring.returns.rule_reads import csv_answer
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import KeyReused
from shared.http.bodies import Id
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/returns", tags=["returns"])

LARGE = "/v1/returns/files"
Submitter = Annotated[Actor, allowed("returns:submit")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)]
DryRun = Annotated[bool, Query(description="Judge and count, and write nothing")]
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (
                "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            )
        },
    }
}


@asynccontextmanager
async def _received(request: Request) -> AsyncGenerator[tuple[BinaryIO, str]]:
    """The file on disk and its sum, taken in as it comes. Raises TooLarge, FileCutShort."""
    digest, length = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        async for chunk in request.stream():
            length += len(chunk)
            if length > MOST_FILE_BYTES:
                raise TooLarge
            digest.update(chunk)
            file.write(chunk)
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) != length:
            raise FileCutShort
        yield file, digest.hexdigest()


@router.post("/files", status_code=202, openapi_extra=_BODY)
async def submit_returns_file(
    request: Request, response: Response, actor: Submitter, key: Key, dry_run: DryRun = False
) -> dict[str, Any]:
    """Hand in one file, .csv or .xlsx, of up to 250,000 rows over many contracts: the columns of a
    return's own file, and `contract` and `return_period` before them. The body is the file itself.

    It is read whole before it is answered; then its returns are judged one after another, each
    taken or refused by itself, while `/v1/returns/files/{file}` tells how far it is. Sent again
    under the same key it finishes what broke off. 422: file-unreadable, file-cut-short, too-large,
    macros-refused, idempotency-key-reused.
    """
    async with _received(request) as (file, sha256):
        asked = f"{key}\n{request.url.path}?{request.scope['query_string'].decode()}\n{sha256}"
        digest = hashlib.sha256(asked.encode()).hexdigest()
        handle = Handle(request, response, key, None, digest)
        house = request.app.state.house
        store = FilingStore(house.pool)
        named = UUID(handle.part_id(actor, "file"))
        known = await store.get(named, handle.now())
        if known is not None and known[1] != digest:
            raise KeyReused
        if known is not None and known[2].status in ("running", "done"):
            return _told(known[2])
        found = await asyncio.to_thread(gather, file)
    parts = await handle.parts(actor, len(found.returns), MOST_RETURNS)
    filing = Filing(
        file=str(named), dry_run=dry_run, status="running", rows=found.rows,
        returns=len(found.returns),
    )  # fmt: skip
    await store.begin(filing, actor.agency, digest, handle.now())
    task = asyncio.create_task(Filer(request, actor, parts, found, filing).run())
    _kept(request).add(task)
    task.add_done_callback(_kept(request).discard)
    return _told(filing)


def _kept(request: Request) -> set[asyncio.Task[None]]:
    """The files at work in this process; a task that nobody holds may vanish."""
    state = request.app.state
    held: set[asyncio.Task[None]] | None = getattr(state, "filing", None)
    if held is None:
        held = state.filing = set[asyncio.Task[None]]()
    return held


def _told(filing: Filing) -> dict[str, Any]:
    return msgspec.to_builtins(filing)


@router.get("/files/{file}")
async def read_returns_file(request: Request, file: Id, actor: Submitter) -> dict[str, Any]:
    """How far a file is: `running`, `done` or `broke-off` (send it again), with each return's
    outcome and the problems by row, column and code. Kept for seven days. 404.
    """
    return _told(await _filing(request, file, actor))


@router.get("/files/{file}/problems.csv", response_class=Response)
async def read_returns_file_problems(request: Request, file: Id, actor: Submitter) -> Response:
    """The problems found so far, as a table. 404."""
    filing = await _filing(request, file, actor)
    columns = ("contract", "period", *COLUMNS)
    rows = [[said(one, column) for column in columns] for one in filing.problems]
    return csv_answer(columns, rows, "problems.csv")


async def _filing(request: Request, file: str, actor: Actor) -> Filing:
    house = request.app.state.house
    try:
        named = UUID(file)
    except ValueError as error:
        raise Missing from error
    known = await FilingStore(house.pool).get(named, house.clock())
    if known is None or known[0] != actor.agency:
        raise Missing
    return known[2]
