"""Pages of contracts: the list, one in full, and its report card on one sheet of paper."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages import measures
from services.gateway.pages.cutting import Cut, Day
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.routing import Router

router = Router(prefix="/contracts", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Contracts", "href": "/contracts"}
CLOSED = ("dismissed", "closed")


@router.get("")
async def show_contracts(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """Every contract the visitor's agency has to do with."""
    found = await visitor.api.get("/v1/contract-views", after=after)
    return page(
        request, "contracts.html", visitor=visitor, title="Contracts", crumbs=[HOME],
        contracts=found["items"], next=found["next"],
    )  # fmt: skip


@router.get("/{contract}")
async def show_contract(
    request: Request, contract: Id, visitor: Visit, as_of: Day = None, known_on: Day = None
) -> HTMLResponse:
    """One contract in full. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    content = await read(request, visitor, contract, cut)
    asked: Any = await visitor.api.find("/v1/returns/actions", contract=contract, overdue="true")
    content["overdue_actions"] = asked or []
    rated: Any = None if _asked(cut) else await visitor.api.find(f"/v1/ratings/{contract}")
    content["ratings"] = rated["items"] if rated else []
    return page(
        request, "contract.html", visitor=visitor, crumbs=[HOME, LIST], cut=cut,
        asked=_asked(cut), **content,
    )  # fmt: skip


def _asked(cut: Cut) -> str:
    """The page's two questions of time, for the address of its file."""
    asked = {"as_of": cut.as_of, "known_on": cut.known_on}
    return "&".join(f"{name}={value}" for name, value in asked.items() if value)


async def read(request: Request, visitor: Visitor, contract: str, cut: Cut) -> dict[str, Any]:
    """The contract as the API tells it, its measures drawn and its parties named."""
    view = await visitor.api.get(f"/v1/contract-views/{contract}", **cut.query())
    terms = view["terms"]
    titles = {one["terms"]["measure"]: one["terms"]["title"] for one in view["measures"]}
    return {
        "view": view,
        "terms": terms,
        "contract": contract,
        "title": view["title"],
        "measures": [measures.shown(one, place) for place, one in enumerate(view["measures"], 1)],
        "measure_titles": titles,
        "units": {one["terms"]["measure"]: one["terms"]["unit"] for one in view["measures"]},
        "outcomes": {one["outcome"]: one["title"] for one in view["outcomes"]},
        "names": await agency_names(request, (terms["commissioner"], terms["provider"])),
        "open_flags": [f for f in view["flags"] if f["standing"]["status"] not in CLOSED],
    }
