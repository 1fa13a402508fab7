"""Pages of oversight: all jointly funded work together, and a lead commissioner's contracts."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.exports.tables import CSV, SPREADSHEET
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.routing import Router

router = Router(prefix="/oversight", include_in_schema=False)

Level = Literal["executive", "operational"]
ACCEPT = {"csv": CSV, "xlsx": SPREADSHEET}
CONCERNS = {
    "return-late": "A return is late",
    "explanation-late": "An explanation is late",
    "decision-late": "A decision on an explanation is late",
    "meeting-late": "A meeting about a case is late",
    "plan-late": "An improvement plan is late",
    "milestone-late": "A milestone is late",
    "exception-report-late": "An exception report is late",
    "formal-review-late": "A formal review is late",
    "notice-answer-late": "The answer to a notice is late",
    "action-late": "An action of a review meeting is late",
    "case-open": "A case is open",
    "case-escalated": "A case has been escalated",
    "notice-open": "A notice waits for its answer",
    "target-missed": "A target is missed",
    "incident-open": "A serious incident is open",
}


@router.get("")
async def show_own_oversight(request: Request, visitor: Visit) -> Response:
    """Where the visitor's agency is a partner; every such partnership where there are several."""
    known = await partnerships(request)
    mine = [row for row in known.values() if visitor.actor.agency in row.agencies]
    if len(mine) == 1:
        return RedirectResponse(f"/oversight/{mine[0].partnership}", 303)
    return page(
        request, "oversight/partnerships.html", visitor=visitor, title="Oversight", crumbs=[HOME],
        mine=mine,
    )  # fmt: skip


@router.get("/{partnership}")
async def show_joint_work(
    request: Request, partnership: Id, visitor: Visit, level: Level = "executive"
) -> HTMLResponse:
    """All jointly funded work, fund by fund or contract by contract. 404: not-found."""
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/oversight/{partnership}")
    agencies = {one.agency for one in row.members}
    agencies |= {one["host"] for one in found["funds"]}
    agencies |= {late["by"] for f in found["funds"] for c in f["contracts"] for late in c["late"]}
    return page(
        request, "oversight/joint_work.html", visitor=visitor, title="Jointly funded work",
        crumbs=[HOME], row=row, found=found, level=level,
        names=await agency_names(request, agencies),
    )  # fmt: skip


@router.get("/{partnership}/files/{level}.{kind}")
async def read_joint_work_file(
    partnership: Id, level: Level, kind: Literal["csv", "xlsx"], visitor: Visit
) -> Response:
    """The report as a table or a spreadsheet. 404: not-found."""
    at = f"/v1/oversight/{partnership}"
    found = await visitor.api.raw(at, ACCEPT[kind], level=level)
    kept = ("content-type", "content-disposition")
    return Response(found.content, headers={name: found.headers[name] for name in kept})


@router.get("/{partnership}/commissioners/{agency}")
async def show_commissioners_contracts(
    request: Request, partnership: Id, agency: Id, visitor: Visit
) -> HTMLResponse:
    """Every contract an agency leads on, those with a concern first. 404: not-found."""
    row = await partnership_of(request, partnership)
    found = await visitor.api.get(f"/v1/oversight/{partnership}/commissioners/{agency}")
    names = await agency_names(request, {agency, *row.agencies})
    return page(
        request, "oversight/commissioner.html", visitor=visitor,
        title=f"Contracts that {names[agency]} leads on", row=row, found=found, names=names,
        crumbs=[HOME, {"text": "Jointly funded work", "href": f"/oversight/{partnership}"}],
        concerns=CONCERNS, assured=await _assured(visitor, partnership),
    )  # fmt: skip


async def _assured(visitor: Any, partnership: str) -> dict[str, dict[str, Any]]:
    """What quality assurance has open, by arrangement; nothing where it cannot be asked."""
    found: dict[str, Any] | None = await visitor.api.find(f"/v1/assurances/{partnership}")
    return {one["arrangement"]: one for one in found["arrangements"]} if found else {}
