"""The doors of notices: brought in by those who procure, read by every agency signed in."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated, Any

import msgspec
from fastapi import Path, Query
from pydantic import BaseModel

from services.procurement.notices.events import NoticeKind
from services.procurement.notices.importing import import_package
from services.procurement.notices.packages import OCID, Outcome
from services.procurement.notices.views import NOTICE_ROWS, NoticeRow, words_of
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/notices", tags=["notices"])

Notices = Annotated[ViewStore[NoticeRow], rows(NOTICE_ROWS)]
Reader = Annotated[Actor, allowed("tenders:read")]
Importer = Annotated[Actor, allowed("record:import")]
Cpv = Annotated[str, Query(pattern=r"^[0-9]{2,8}$", description="a code or the start of one")]
Words = Annotated[str, Query(min_length=1, max_length=200, description="all of these words")]


class ImportLine(BaseModel):
    """What became of one release of the package."""

    index: int
    ocid: str
    release: str
    outcome: Outcome
    became: NoticeKind | None
    code: str
    reason: str
    defects: list[str]
    contacts_left_out: int


class Imported(BaseModel):
    """What became of a package: how many of each outcome, and line by line."""

    counts: dict[str, int]
    lines: list[ImportLine]


@router.post("/import", status_code=201)
async def import_notices(package: dict[str, Any], handle: Handling, actor: Importer) -> Imported:
    """Take an OCDS release or record package; all that can be taken is, the rest says why not.

    409: notice-moved-on. 422: not-a-package, package-too-long. Codes of a line: not-an-object,
    linked-release, ocid-missing, release-id-missing, date-missing, too-deep, unreadable-text,
    unreadable-number, release-changed, unmergeable, nothing-to-classify, record-erased.
    """
    lines = await import_package(handle, actor, package)
    return Imported(
        counts=dict(Counter(line.outcome for line in lines)),
        lines=[ImportLine(**msgspec.to_builtins(line)) for line in lines],
    )


def shown(row: NoticeRow) -> dict[str, Any]:
    """A notice without what only searching needs."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    for name in ("cpv_groups", "words", "buyer_words", "record"):
        del content[name]
    return content


@router.get("")
async def list_notices(
    notices: Notices,
    paging: Paging,
    _: Reader,
    kind: NoticeKind | None = None,
    cpv: Cpv | None = None,
    buyer: Words | None = None,
    text: Words | None = None,
) -> Listed[dict[str, Any]]:
    """Search notices: of a kind, under a CPV code, of a buyer by id or name, by words."""
    contains: dict[str, Any] = {"cpv_groups": cpv} if cpv else {}
    contains |= {"buyer_words": words_of(buyer)} if buyer else {}
    contains |= {"words": words_of(text)} if text else {}
    where = {"kind": kind} if kind else {}
    found = await notices.find(
        where=where, contains=contains, after=paging.after, limit=paging.limit + 1
    )
    return paging.page({key: shown(row) for key, row in found.items()})


@router.get("/{ocid:path}")
async def read_notice(
    ocid: Annotated[str, Path(pattern=f"^{OCID.pattern}$")],
    notices: Notices,
    texts: Texts,
    _: Reader,
) -> dict[str, Any]:
    """One notice with its OCDS record; the record is null once it has been erased."""
    row = await notices.get(ocid)
    if row is None:
        raise Missing
    text = await texts.get(row.record.text)
    record = json.loads(text.content) if text and text.content is not None else None
    return {"notice": shown(row), "record": record}
