"""Pages anyone may open about a contracting process: what was planned, bought, paid, delivered."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit, PublicRecord
from services.gateway.public_record.packages import title_of
from services.gateway.public_record.routes import Ocid, publisher_of

router = APIRouter(include_in_schema=False)

TAGS = {
    "planning": "Planned",
    "planningUpdate": "Plan changed",
    "tender": "Tender opened",
    "tenderUpdate": "Tender: more known",
    "tenderAmendment": "Tender changed",
    "tenderCancellation": "Tender cancelled",
    "award": "Awarded",
    "awardUpdate": "Award: more known",
    "awardCancellation": "Award cancelled",
    "contract": "Contract signed",
    "contractUpdate": "Contract: more known",
    "contractAmendment": "Contract changed",
    "implementation": "Delivered or paid",
    "implementationUpdate": "Delivery: more known",
    "contractTermination": "Contract ended",
}


@router.get("/record")
async def show_processes(request: Request, visitor: MaybeVisit) -> HTMLResponse:
    """The latest of what was published, each process once."""
    found = await PublicRecord(request).get("/v1/public/processes")
    return page(
        request, "public_records.html", visitor=visitor, title="Our contracts, in the open",
        processes=found["items"], tags=TAGS,
    )  # fmt: skip


@router.get("/record/{ocid}")
async def show_process(request: Request, ocid: Ocid, visitor: MaybeVisit) -> HTMLResponse:
    """One process from plan to last payment, as its record has it."""
    package = await PublicRecord(request).get(f"/v1/public/records/{ocid}")
    [record] = package["records"]
    whole: dict[str, Any] = record["compiledRelease"]
    return page(
        request, "public_record.html", visitor=visitor, title=title_of(whole), ocid=ocid,
        whole=whole, releases=list(reversed(record["releases"])), tags=TAGS,
        contracts=[_contract(one) for one in whole.get("contracts", ())],
        challenged=announced_in(whole) if visitor and visitor.may("bids:write") else "",
        publisher=publisher_of(request),
    )  # fmt: skip


def announced_in(whole: dict[str, Any]) -> str:
    """The award without a tender that waits for its standstill; empty where there is none."""
    tender = whole.get("tender", {}).get("id")
    pending = [
        one["id"]
        for one in whole.get("awards", ())
        if one.get("status") == "pending" and "standstillPeriod" in one and one["id"] == tender
    ]
    return pending[0] if pending and "-award-" in whole["ocid"] else ""


def _contract(contract: dict[str, Any]) -> dict[str, Any]:
    """A contract with what was asked and what was said of each measure side by side."""
    done = contract.get("implementation", {})
    said = {one["id"]: one.get("observations", []) for one in done.get("metrics", ())}
    measures = [
        {"title": one.get("title", one["id"]), "asked": one.get("observations", []),
         "said": said.get(one["id"], [])}
        for one in contract.get("agreedMetrics", ())
    ]  # fmt: skip
    return {
        "contract": contract,
        "measures": measures,
        "payments": done.get("transactions", []),
        "failures": done.get("performanceFailures", []),
        "ended": done.get("endDate"),
        "final": done.get("finalValue"),
    }
