"""Where the forms of a tender's pages go: one step, one command, back to the page it was on."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.gateway.pages.asking import refused, typed_in
from services.gateway.pages.tender_evaluation import evaluation
from services.gateway.pages.tender_steps import STEPS, item_of
from services.gateway.pages.tenders import one
from services.gateway.pages.visiting import Visit
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.routing import Router

router = Router(prefix="/tenders", include_in_schema=False)


@router.post("/{tender}/steps/{step}")
async def take_step(request: Request, tender: Id, step: Id, visitor: Visit) -> Response:
    """Send one command of a tender. 403: csrf-token-wrong. 404: not-found."""
    taken = STEPS.get(step)
    if taken is None:
        raise Missing
    typed = await typed_in(request)
    to = taken.to.format(bid=item_of(typed, "bid"), item=item_of(typed))
    told = await refused(visitor, f"/v1/tenders/{tender}/{to}", typed, taken.body(typed))
    if told is None:
        return RedirectResponse(f"/tenders/{tender}{taken.page}", 303)
    shown = evaluation if taken.page else one
    return await shown(request, visitor, tender, typed, told)
