"""The year's board: every piece of work in its stage of the nine, and what is late."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from shared.http.routing import Router

router = Router(prefix="/cycle", include_in_schema=False)

ACTIVITIES = {"assess": "Assess", "plan": "Plan", "do": "Do", "review": "Review"}


@router.get("")
async def show_cycle(request: Request, visitor: Visit) -> HTMLResponse:
    """Where everything stands in the year."""
    found = await visitor.api.get("/v1/cycle")
    late = sum(piece["late"] for stage in found["stages"] for piece in stage["pieces"])
    return page(
        request, "cycle.html", visitor=visitor, title="The commissioning year", late=late,
        cycle=found["cycle"], today=found["today"], stages=found["stages"], activities=ACTIVITIES,
    )  # fmt: skip
