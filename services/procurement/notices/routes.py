"""The doors of notices: brought in by those who procure, read by every agency signed in."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Path, Query
from pydantic import BaseModel

from services.procurement.notices.changes import changes
from services.procurement.notices.classifying import MOST_RELATED, supplier_names
from services.procurement.notices.comparing import MOST_COMPARED, compare, named
from services.procurement.notices.events import NoticeKind
from services.procurement.notices.importing import import_package
from services.procurement.notices.packages import OCID, Outcome
from services.procurement.notices.searching import Seeking
from services.procurement.notices.views import NOTICE_ROWS, NoticeRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/notices", tags=["notices"])

Notices = Annotated[ViewStore[NoticeRow], rows(NOTICE_ROWS)]
Reader = Annotated[Actor, allowed("tenders:read")]
Importer = Annotated[Actor, allowed("record:import")]
Corrections = Annotated[
    Literal["refuse", "take"],
    Query(description="what to do with other content under an id known from its publisher"),
]


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
async def import_notices(
    package: dict[str, Any],
    handle: Handling,
    actor: Importer,
    corrections: Corrections = "refuse",
) -> Imported:
    """Take an OCDS release or record package; all that can be taken is, the rest says why not.

    A release that came before with other content is refused, or with `corrections=take` corrected:
    what it said before stays in the records that held it.

    409: notice-moved-on. 422: not-a-package, package-too-long. Codes of a line: not-an-object,
    linked-release, ocid-missing, release-id-missing, date-missing, too-deep, unreadable-text,
    unreadable-number, release-changed, unmergeable, nothing-to-classify, record-erased.
    """
    lines = await import_package(handle, actor, package, corrections=corrections == "take")
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
    notices: Notices, paging: Paging, sought: Seeking, _: Reader
) -> Listed[dict[str, Any]]:
    """Search notices: of a kind, under a CPV code, of a buyer by id or name, to a supplier by id,
    by words.
    """
    found = await sought.of(notices, paging.after, paging.limit + 1)
    return paging.page({key: shown(row) for key, row in found.items()})


@router.get("/comparison")
async def compare_notices(
    notices: Notices, texts: Texts, sought: Seeking, _: Reader
) -> dict[str, Any]:
    """Who bought this, from whom and at what price: the first 5,000 processes that match.

    Amounts in pence. A process counts with its awards' value; `left_out` says how many have none
    that can be compared, and why.
    """
    found = await sought.of(notices, "", MOST_COMPARED + 1)
    comparison = compare(found.values())
    names: dict[str, str] = {}
    for one in comparison.suppliers:
        if one.supplier not in names:
            record = await _record(texts, found[one.ocid])
            names = {**supplier_names(record), **names}
    return msgspec.to_builtins(named(comparison, names))


@router.get("/{ocid:path}")
async def read_notice(
    ocid: Annotated[str, Path(pattern=f"^{OCID.pattern}$")],
    notices: Notices,
    texts: Texts,
    _: Reader,
) -> dict[str, Any]:
    """One notice with its OCDS record, what each release changed, and the processes that name it as
    theirs, such as the same one at another publisher; the record is null once it has been erased.
    """
    row = await notices.get(ocid)
    if row is None:
        raise Missing
    record = await _record(texts, row)
    naming = await notices.find(contains={"related": ocid}, limit=MOST_RELATED)
    return {
        "notice": shown(row),
        "record": record,
        "changes": msgspec.to_builtins(changes(record["releases"])) if record else [],
        "named_by": sorted(naming),
        "supplier_names": supplier_names(record),
    }


async def _record(texts: TextStore, row: NoticeRow) -> dict[str, Any] | None:
    text = await texts.get(row.record.text)
    return json.loads(text.content) if text and text.content is not None else None
