"""For whoever runs the house: how far each service has come, and what waits for a person."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit

router = APIRouter(prefix="/operations", include_in_schema=False)


@router.get("")
async def show_operations(request: Request, visitor: Visit) -> HTMLResponse:
    """The progress of all services. 403: not-permitted."""
    progress = await visitor.api.get("/v1/operations/all")
    return page(
        request, "operations.html", visitor=visitor, title="Operations",
        crumbs=[{"text": "Home", "href": "/"}], progress=progress,
        services=[summed(service) for service in progress["services"]],
        parked=await visitor.api.find("/v1/operations/parked") or [],
        refused=await visitor.api.find("/v1/operations/refusals") or [],
    )  # fmt: skip


def summed(service: dict[str, Any]) -> dict[str, Any]:
    """A service with its lag: events its followers have still to apply."""
    following = service["following"]
    lag = sum(max(0, where["head"] - where["number"]) for where in following)
    stopped = [where for where in following if where["stopped"]]
    return service | {"lag": lag, "stopped": stopped}
