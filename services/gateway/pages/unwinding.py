"""The page of a fund's end: balances, contracts, staff and assets shared out, by two people."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, hundredths, new_key, refused, typed_in
from services.gateway.pages.fund_papers import crumb
from services.gateway.pages.funds import HOME, LIST
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/funds/{fund}/unwinding", include_in_schema=False)

ROWS = 5
MOST_ROWS = 50
Rows = Annotated[int, Query(ge=1, le=MOST_ROWS)]
KINDS = (
    ("equipment", "Equipment"), ("vehicle", "Vehicle"), ("building", "Building"),
    ("data", "Data"), ("licence", "Licence"), ("other", "Something else"),
)  # fmt: skip


@router.get("")
async def show_unwinding(
    request: Request, fund: Id, visitor: Visit, rows: Rows = ROWS
) -> HTMLResponse:
    """What is shared out, as prepared or as approved. 404: not-found."""
    return await _page(request, fund, visitor, {}, None, rows)


@router.post("")
async def prepare_unwinding_on_page(request: Request, fund: Id, visitor: Visit) -> Response:
    """Prepare the end of a fund. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    return await _done(request, fund, visitor, "unwinding", typed, _body(typed))


@router.post("/approval")
async def approve_unwinding_on_page(request: Request, fund: Id, visitor: Visit) -> Response:
    """Approve it as another person. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    return await _done(request, fund, visitor, "unwinding/approval", typed, None)


async def _done(
    request: Request, fund: str, visitor: Visitor, what: str, typed: Typed, body: Any
) -> Response:
    year = await _last_year(visitor, fund)
    address = f"/v1/funds/{fund}/years/{year}"
    told = await refused(visitor, f"{address}/{what}", typed, body)
    if told is None:
        await visitor.api.find(address)
        return RedirectResponse(f"/funds/{fund}/unwinding", 303)
    return await _page(request, fund, visitor, typed, told, ROWS)


def _body(typed: Typed) -> dict[str, Any]:
    """The rows that were filled in. Nothing counted is said by a tick of its own, else it is None,
    which is refused.
    """
    contracts = [
        {"contract": name.removeprefix("taker-"), "agency": said}
        for name, said in typed.items()
        if name.startswith("taker-") and said
    ]
    staff = [
        {
            "post": typed[f"post-{n}"],
            "whole_time_equivalents": typed.get(f"wte-{n}", ""),
            "employer": typed.get(f"employer-{n}", ""),
            "goes_to": typed.get(f"post-to-{n}", ""),
        }
        for n in range(1, MOST_ROWS + 1)
        if typed.get(f"post-{n}")
    ]
    assets = [
        {
            "asset": typed[f"asset-{n}"],
            "kind": typed.get(f"kind-{n}", ""),
            "value_pence": hundredths(typed.get(f"value-{n}", "")),
            "held_by": typed.get(f"held-{n}", ""),
            "goes_to": typed.get(f"asset-to-{n}", ""),
        }
        for n in range(1, MOST_ROWS + 1)
        if typed.get(f"asset-{n}")
    ]
    return {
        "contracts": contracts,
        "staff": staff or ([] if typed.get("no-staff") else None),
        "assets": assets or ([] if typed.get("no-assets") else None),
    }


async def _last_year(visitor: Visitor, fund: str) -> str:
    years = (await visitor.api.get(f"/v1/funds/{fund}"))["items"]
    return max(one["year"] for one in years).replace("/", "-")


async def _page(
    request: Request,
    fund: str,
    visitor: Visitor,
    typed: Typed,
    told: Problem | None,
    rows: int,
) -> HTMLResponse:
    year = await _last_year(visitor, fund)
    found = await visitor.api.get(f"/v1/funds/{fund}/years/{year}")
    held: dict[str, Any] = await visitor.api.find(f"/v1/ledgers/{fund}", year=year) or {}
    contracts = {one["contract"]: one["title"] for one in held.get("contracts", ())}
    names = await agency_names(request, {*found["partners"], found["host"]})
    mine = visitor.actor.agency == found["host"]
    closed = found["status"] == "closed"
    return page(
        request, "unwinding.html", told.status if told else 200, visitor,
        title="Unwinding the fund", found=found, told=told, typed=typed, key=new_key(),
        crumbs=[HOME, LIST, crumb({"fund": fund, "name": found["name"]})], names=names,
        takers=[("", "Choose"), *((one, names[one]) for one in found["partners"])], kinds=KINDS,
        kind_names=dict(KINDS), contracts=contracts, rows=rows, more=min(rows * 2, MOST_ROWS),
        totals=_totals(found), closed=closed,
        prepares=mine and closed and not found["unwound"] and visitor.may("funds:write"),
        approves=mine and not found["unwound"] and visitor.may("payments:approve")
        and found["unwinding"] is not None
        and found["unwinding"]["prepared_by"] != visitor.actor.person,
    )  # fmt: skip


def _totals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What goes to each partner: balance, contracts, posts, assets."""
    prepared: dict[str, Any] = found["unwinding"] or {}
    return [
        {
            "partner": partner,
            "balance_pence": found["carried_forward"].get(partner, 0),
            "contracts": sum(one["agency"] == partner for one in prepared.get("contracts", ())),
            "posts": sum(
                (Decimal(one["whole_time_equivalents"]) for one in prepared.get("staff", ())
                 if one["goes_to"] == partner),
                Decimal(0),
            ),
            "assets_pence": sum(
                one["value_pence"] for one in prepared.get("assets", ())
                if one["goes_to"] == partner
            ),
        }
        for partner in found["partners"]
    ]  # fmt: skip
