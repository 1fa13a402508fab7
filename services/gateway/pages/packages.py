"""The page of individual packages: those in which the visitor's agency is concerned."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, hundredths, new_key, refused, typed_in, whole
from services.gateway.pages.board_parts import everything
from services.gateway.pages.framework import HOME, partnership_of
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import PartnershipRow
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/packages", include_in_schema=False)

What = Literal["agreement", "review", "ending"]
KINDS = (
    ("residential", "Residential"), ("education", "Education"), ("health", "Health"),
    ("equipment", "Equipment"), ("short-breaks", "Short breaks"),
    ("combined", "Several of these together"),
)  # fmt: skip


@router.get("/{partnership}")
async def show_packages(request: Request, partnership: Id, visitor: Visit) -> HTMLResponse:
    """The packages of one's own agency in a partnership. 404: not-found."""
    return await _page(request, partnership, visitor, {}, None)


@router.post("/{partnership}")
async def open_package_on_page(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Open a package. 403: csrf-token-wrong."""
    row, typed = await partnership_of(request, partnership), await typed_in(request)
    names = ("reference", "kind", "begins_on", "review_on")
    body = {name: typed.get(name, "") for name in names} | {
        "partnership": partnership,
        "individual_budget": typed.get("individual_budget") == "yes",
        "shares": _shares(row, typed),
    }
    return await _answered(request, partnership, visitor, "/v1/packages", typed, body)


@router.post("/{partnership}/{package}/{what}")
async def change_package_on_page(
    request: Request, partnership: Id, package: Id, what: What, visitor: Visit
) -> Response:
    """Agree to a share, review or end a package. 403: csrf-token-wrong."""
    row, typed = await partnership_of(request, partnership), await typed_in(request)
    body: dict[str, Any] | None = None
    if what == "agreement":
        body = {"yearly_pence": whole(typed.get("yearly_pence", ""))}
    elif what == "review":
        body = {"review_on": typed.get("review_on", ""), "shares": _shares(row, typed)}
    at = f"/v1/packages/{package}/{what}"
    return await _answered(request, partnership, visitor, at, typed, body)


def _shares(row: PartnershipRow, typed: Typed) -> list[dict[str, Any]]:
    """What was typed beside each partner, in pounds."""
    return [
        {"agency": one, "yearly_pence": hundredths(typed[f"share-{one}"])}
        for one in row.agencies
        if typed.get(f"share-{one}")
    ]


async def _answered(
    request: Request, partnership: str, visitor: Visitor, at: str, typed: Typed, body: Any
) -> Response:
    told = await refused(visitor, at, typed, body)
    if told is None:
        await visitor.api.find("/v1/packages", limit=1)
        return RedirectResponse(f"/packages/{partnership}", 303)
    return await _page(request, partnership, visitor, typed, told)


async def _page(
    request: Request, partnership: str, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    row = await partnership_of(request, partnership)
    if visitor.actor.agency not in row.agencies:
        raise Missing
    listed = await everything(visitor.api, "/v1/packages")
    return page(
        request, "framework/packages.html", told.status if told else 200, visitor,
        title="Individual packages",
        crumbs=[HOME, {"text": "Framework", "href": f"/framework/{partnership}"}],
        row=row, packages=[one for one in listed if one["partnership"] == partnership],
        told=told, typed=typed, key=new_key(), kinds=KINDS, kind_names=dict(KINDS),
        names={one.agency: one.name for one in row.members}, me=visitor.actor.agency,
        writes=visitor.may("needs:write"),
    )  # fmt: skip
