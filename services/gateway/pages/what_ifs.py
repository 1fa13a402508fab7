"""The page that asks what if: one contract ended, one contribution changed, one volume changed.

Law: an empty field asks nothing; what is asked stands in the address, to be sent to a colleague.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator, Field

from services.gateway.pages.cutting import Day
from services.gateway.pages.funds import HOME, LIST
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from shared.http.bodies import Id
from shared.http.routing import Router

router = Router(prefix="/funds", include_in_schema=False)

Year = Annotated[str, Query(pattern=r"^(\d{4}[-/]\d{2})?$")]
Name = Annotated[str, Query(pattern=r"^([A-Za-z0-9][A-Za-z0-9._:-]{0,79})?$")]


def _given(value: Any) -> Any:
    return str(value or "").replace(",", "").replace("£", "").strip() or None


Pounds = Annotated[
    Annotated[Decimal, Field(max_digits=14, decimal_places=2)] | None,
    BeforeValidator(_given),
    Query(),
]
Percent = Annotated[
    Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=2)] | None,
    BeforeValidator(_given),
    Query(),
]


@router.get("/{fund}/what-if")
async def show_what_if(
    request: Request,
    fund: Id,
    visitor: Visit,
    year: Year = "",
    ended: Name = "",
    last_day: Day = None,
    partner: Name = "",
    pounds: Pounds = None,
    volume: Name = "",
    percent: Percent = None,
) -> HTMLResponse:
    """Where a fund's year would land. 404: not-found. 422: as the API says it."""
    asked = {
        "ended": f"{ended}@{last_day}" if ended and last_day else "",
        "contribution": f"{partner}:{int(pounds * 100)}" if partner and pounds else "",
        "volume": f"{volume}:{int(percent * 100)}" if volume and percent else "",
    }
    ledger = await visitor.api.get(f"/v1/ledgers/{fund}", year=year)
    found = await visitor.api.get(f"/v1/ledgers/{fund}/what-if", year=year, **asked)
    names = await agency_names(request, [one["partner"] for one in ledger["partners"]])
    crumb = {"text": ledger["name"] or fund, "href": f"/funds/{fund}"}
    return page(
        request, "what_if.html", visitor=visitor, title="What if?", crumbs=[HOME, LIST, crumb],
        fund=ledger, found=found,
        contracts=[(one["contract"], one["title"]) for one in ledger["contracts"]],
        names=names,
        form={"ended": ended, "last_day": last_day, "partner": partner, "pounds": pounds,
              "volume": volume, "percent": percent},
    )  # fmt: skip
