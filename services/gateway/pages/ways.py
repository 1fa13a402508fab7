"""The page of each step of the cycle: where its work is done, with a sentence about each place.

Law: it lists what the visitor may open and nothing else.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.navigation import GROUPS, open_ways
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from shared.http.membership import partnerships
from shared.http.routing import Router

router = Router(include_in_schema=False)

OF_A_PARTNERSHIP = {"/voices": "Consultations", "/framework": "Commissioning frameworks"}


@router.get("/assess")
@router.get("/plan")
@router.get("/do")
@router.get("/review")
async def show_ways(request: Request, visitor: Visit) -> HTMLResponse:
    """What there is in one step of the cycle."""
    group = GROUPS[request.url.path]
    return page(
        request, "ways.html", visitor=visitor, title=group.text,
        crumbs=[{"text": "Home", "href": "/"}], group=group, ways=open_ways(visitor, group),
    )  # fmt: skip


@router.get("/voices")
@router.get("/framework")
async def show_partnerships(request: Request, visitor: Visit) -> Response:
    """The page of the visitor's own partnership; of whom has several or none, a list of all."""
    path, known = request.url.path, await partnerships(request)
    mine = [key for key, row in known.items() if visitor.actor.agency in row.agencies]
    if len(mine) == 1:
        return RedirectResponse(f"{path}/{mine[0]}")
    return page(
        request, "ways_of_partnerships.html", visitor=visitor, title=OF_A_PARTNERSHIP[path],
        crumbs=[{"text": "Home", "href": "/"}], path=path,
        listed=[(key, known[key].name) for key in mine or sorted(known)],
    )  # fmt: skip
