"""Pages of what buyers everywhere have published: looked for, compared, and read one by one."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, PublicRecord

router = APIRouter(include_in_schema=False)

Asked = Annotated[str, Query(max_length=200)]
KINDS = {
    "": "Anything",
    "market-intelligence": "Plans and early notices",
    "tender": "Tenders",
    "award": "Awards and contracts",
}
LEFT_OUT = {
    "missing": "no value given",
    "not-gbp": "a value that is not in pounds",
    "unreadable": "a value that cannot be read",
    "nominal": "a nominal value of a pound or less",
}


@router.get("/notices")
async def show_notices(
    request: Request,
    visitor: MaybeVisit,
    words: Asked = "",
    buyer: Asked = "",
    supplier: Asked = "",
    cpv: Asked = "",
    kind: Asked = "",
    after: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:
    """What is looked for, and where something is, how it compares: buyers, suppliers, prices."""
    given = {"text": words, "buyer": buyer, "supplier": supplier, "cpv": cpv, "kind": kind}
    asked = {name: value.strip() for name, value in given.items() if value.strip()}
    record = PublicRecord(request)
    found = await record.get("/v1/notices", **asked, after=after, limit=50)
    narrowed = asked.keys() - {"kind"}
    compared = await record.get("/v1/notices/comparison", **asked) if narrowed else None
    same = {"words": words, "buyer": buyer, "supplier": supplier, "cpv": cpv, "kind": kind}
    return page(
        request, "notices.html", visitor=visitor, title="Public notices", notices=found["items"],
        more=f"/notices?{urlencode({**same, 'after': found['next']})}" if found["next"] else "",
        asked=same, kinds=KINDS, compared=compared, reasons=LEFT_OUT, link=link,
    )  # fmt: skip


def link(ocid: str) -> str:
    """The page of a notice; an ocid may hold what an address does not."""
    return f"/notices/{quote(ocid, safe='/')}"


@router.get("/notices/{ocid:path}")
async def show_notice(request: Request, ocid: str, visitor: MaybeVisit) -> HTMLResponse:
    """One process: what was understood of it, what each release changed, where else it is known."""
    found = await PublicRecord(request).get(f"/v1/notices/{quote(ocid, safe='')}")
    notice = found["notice"]
    return page(
        request, "notice.html", visitor=visitor, title=notice["title"] or ocid, notice=notice,
        changes=[_told(change) for change in found["changes"]], kinds=KINDS, link=link,
        releases=_releases(found["record"]), erased=found["record"] is None,
        others=sorted({*notice["related"], *found["named_by"]} - {ocid}),
        suppliers=[(one, found["supplier_names"].get(one, "")) for one in notice["suppliers"]],
    )  # fmt: skip


def _releases(record: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The latest first; of each its time and what it is tagged as."""
    releases: list[dict[str, Any]] = record["releases"] if record else []
    return [
        {"date": one["date"], "id": one["id"], "tags": ", ".join(map(str, one.get("tag") or ()))}
        for one in reversed(releases)
    ]


def _told(change: dict[str, Any]) -> dict[str, Any]:
    """A change with its values as they are read; what is not plain is shown as data."""
    return change | {name: _plain(change[name]) for name in ("before", "after")}


def _plain(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 300 else f"{text[:299]}…"
