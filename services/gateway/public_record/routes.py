"""The doors of the public record, open to everyone; and the drafts of notices, for the partners.

Law: what these doors answer is made of the publish list alone, so nobody has to be asked who they
are; a reader that has the same already is told so and sent nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.gateway.public_record.joining import subject_of
from services.gateway.public_record.merging import compiled
from services.gateway.public_record.notices import Case, NoticeDraft, drafts
from services.gateway.public_record.packages import (
    Publisher,
    feed,
    record,
    record_package,
    release_package,
    title_of,
)
from services.gateway.public_record.pieces import Json
from services.gateway.public_record.reading import Facts, Record
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed
from shared.http.routing import Router

public = APIRouter(prefix="/v1/public", tags=["public record"])
router = Router(prefix="/v1/processes", tags=["public record"])

OCID = r"^[a-z0-9-]{1,20}-[a-z]{1,20}-[A-Za-z0-9._:-]{1,100}$"
PLACE = r"^(\d{1,18}(\.\d{1,18}){3})?$"
LATEST = 100
LINES_AT_ONCE = 200

Ocid = Annotated[str, Path(pattern=OCID, description="the open contracting id of the process")]


def publisher_of(request: Request) -> Publisher:
    return getattr(request.app.state, "publisher", Publisher())


def record_of(request: Request) -> Record:
    return Record(request.app.state.house, publisher_of(request).prefix)


def _answer(request: Request, body: bytes, media_type: str, modified: str = "") -> Response:
    """The body, or 304 where the reader's ETag or date says that it has the same."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _unless_known(request, tag, modified) or Response(
        body, media_type=media_type, headers=_known_by(tag, modified)
    )


def _known_by(tag: str, modified: str) -> dict[str, str]:
    headers = {"ETag": tag, "Cache-Control": "public, max-age=60"}
    if modified:
        at = datetime.fromisoformat(modified)
        headers["Last-Modified"] = format_datetime(at, usegmt=True)
    return headers


def _unless_known(request: Request, tag: str, modified: str) -> Response | None:
    asked = request.headers.get("If-None-Match", "")
    same = tag in [one.strip().removeprefix("W/") for one in asked.split(",")]
    if not asked and modified:
        since = request.headers.get("If-Modified-Since", "")
        same = bool(since) and since == _known_by(tag, modified)["Last-Modified"]
    return Response(status_code=304, headers=_known_by(tag, modified)) if same else None


def _json(request: Request, content: Any, modified: str = "") -> Response:
    return _answer(request, msgspec.json.encode(content), "application/json", modified)


def _latest(releases: list[Json]) -> str:
    return max((one["date"] for one in releases), default="")


@public.get("/releases")
async def read_public_releases(
    request: Request,
    after: Annotated[
        str, Query(pattern=PLACE, description="where the page before ended: its `Next-Place`")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Releases in an OCDS release package, page by page, under the Open Government Licence v3.0.

    `links.next` leads to the next page; the header `Next-Place` says from where to ask again for
    what is published later.
    """
    place = tuple(int(one) for one in after.split(".")) if after else (0, 0, 0, 0)
    releases, reached = await record_of(request).releases_after(place, limit)
    next_place = ".".join(map(str, reached))
    page = request.url_for("read_public_releases")
    following = page.include_query_params(after=next_place, limit=limit)
    more = str(following) if len(releases) == limit else ""
    package = release_package(str(request.url), publisher_of(request), releases, more)
    answer = _json(request, package, _latest(releases))
    answer.headers["Next-Place"] = next_place
    return answer


@public.get("/records/{ocid}")
async def read_public_record(request: Request, ocid: Ocid) -> Response:
    """One process as an OCDS record package: all its releases and the state they come to.

    404: not-found.
    """
    releases = await releases_of(request, ocid)
    package = record_package(str(request.url), publisher_of(request), [record(releases)])
    return _json(request, package, _latest(releases))


async def releases_of(request: Request, ocid: str) -> list[Json]:
    """All releases of a process. Raises Missing."""
    subject = subject_of(publisher_of(request).prefix, ocid)
    releases = await record_of(request).process(subject) if subject else []
    if not releases:
        raise Missing
    return releases


@public.get(
    "/records.jsonl.gz",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/gzip": {}}}},
)
async def read_public_bulk(request: Request) -> Response:
    """Every process as a line of JSON: its ocid, its releases and the state they come to."""
    found = record_of(request)
    [last] = (await found.latest(1)) or [None]
    modified = last["date"] if last else ""
    tag = f'"{".".join(map(str, await found.heads()))}"'
    known = _unless_known(request, tag, modified)
    if known:
        return known
    headers = _known_by(tag, modified)
    headers["Content-Disposition"] = 'attachment; filename="records.jsonl.gz"'
    return StreamingResponse(_packed(found), media_type="application/gzip", headers=headers)


async def _packed(found: Record) -> AsyncIterator[bytes]:
    press = zlib.compressobj(level=6, wbits=31)
    waiting: list[list[Json]] = []

    def pressed(processes: list[list[Json]]) -> bytes:
        lines = b"".join(msgspec.json.encode(record(one)) + b"\n" for one in processes)
        return press.compress(lines)

    async for releases in found.processes():
        waiting.append(releases)
        if len(waiting) == LINES_AT_ONCE:
            yield await asyncio.to_thread(pressed, waiting)
            waiting = []
    yield await asyncio.to_thread(pressed, waiting)
    yield press.flush()


@public.get(
    "/releases.atom",
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {}}}},
)
async def read_public_feed(request: Request) -> Response:
    """The latest releases as an Atom feed."""
    releases = await record_of(request).latest(LATEST)
    body = feed(str(request.base_url), publisher_of(request), releases)
    return _answer(request, body, "application/atom+xml", _latest(releases))


class ProcessNamed(BaseModel):
    """A process of which something was published lately."""

    ocid: str
    title: str
    date: str
    tags: list[str]


@public.get("/processes")
async def list_public_processes(request: Request) -> Listed[ProcessNamed]:
    """The processes of the latest releases, each once, with what its latest release says."""
    found: dict[str, ProcessNamed] = {}
    for release in await record_of(request).latest(LATEST):
        ocid = release["ocid"]
        if ocid not in found:
            whole = compiled(await releases_of(request, ocid))
            found[ocid] = ProcessNamed(
                ocid=ocid, title=title_of(whole), date=release["date"], tags=release["tag"]
            )
    return Listed(items=list(found.values()))


async def parties(request: Request) -> Parties:
    """The partners of the process's partnership, and who procures. Raises Missing."""
    facts = await _facts(request, request.path_params["ocid"])
    if facts.chosen is None:
        raise Missing
    found = dict(await members_of(request, facts.chosen.partnership))
    procuring = facts.chosen.procuring
    return found | {procuring: found.get(procuring, frozenset()) | {"procuring"}}


async def _facts(request: Request, ocid: str) -> Facts:
    subject = subject_of(publisher_of(request).prefix, ocid)
    return await record_of(request).facts(subject) if subject else Facts(chosen=None)


class NoticesRead(msgspec.Struct, frozen=True, kw_only=True):
    """The notices of one process."""

    ocid: str
    regime: str
    notices: list[NoticeDraft]


@router.get("/{ocid}/notices")
async def read_notice_drafts(
    request: Request,
    ocid: Ocid,
    _: Annotated[Actor, allowed("tenders:read", "member", "procuring", of=parties)],
) -> dict[str, Any]:
    """Each notice UK1 to UK11: statutory, voluntary or not applicable and by which section, its
    day, what it says as far as it is known, and what is missing. 404: not-found.
    """
    facts = await _facts(request, ocid)
    releases = await releases_of(request, ocid)
    if facts.chosen is None:
        raise Missing
    plan = await record_of(request).process(f"specification/{facts.chosen.specification}")
    case = Case(
        chosen=facts.chosen,
        agreed=next(iter(facts.agreed), None),
        delivered=next(iter(facts.delivered), None),
        compiled=compiled(releases),
        plan=compiled(plan) if plan else {},
        today=london_date(request.app.state.house.clock()),
    )
    read = NoticesRead(ocid=ocid, regime=case.regime, notices=drafts(case))
    return msgspec.to_builtins(read)
