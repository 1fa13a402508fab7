"""The page of a year's memorandum account, and the auditor's opinion on it.

Law: an opinion is given on the account as it was shown, by its hash.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.cutting import Cut, Day
from services.gateway.pages.fund_papers import crumb
from services.gateway.pages.funds import HOME, LIST, Year
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.reading import WAIT_SECONDS
from shared.http.routing import Router

router = Router(prefix="/funds", include_in_schema=False)

YEAR_NAME = re.compile(r"20\d\d-\d\d")


@router.get("/{fund}/memorandum")
async def show_memorandum(
    request: Request,
    fund: Id,
    visitor: Visit,
    year: Year = "",
    as_of: Day = None,
    known_on: Day = None,
) -> HTMLResponse:
    """The year's memorandum account. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    return await _memorandum(request, fund, year, visitor, cut, {}, None)


@router.post("/{fund}/opinions")
async def give_opinion_on_page(request: Request, fund: Id, visitor: Visit) -> Response:
    """Give an opinion on the account as it was shown. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("year", "digest", "opinion", "text")}
    return await _audited(request, fund, visitor, "opinions", typed, body)


@router.post("/{fund}/opinions/{opinion}/withdrawal")
async def withdraw_opinion_on_page(
    request: Request, fund: Id, opinion: Id, visitor: Visit
) -> Response:
    """No longer stand by an opinion. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("year", "reason")}
    return await _audited(request, fund, visitor, f"opinions/{opinion}/withdrawal", typed, body)


async def _audited(
    request: Request, fund: str, visitor: Visitor, what: str, typed: Typed, body: dict[str, Any]
) -> Response:
    told = await refused(visitor, f"/v1/ledgers/{fund}/{what}", typed, body)
    year = body["year"] if YEAR_NAME.fullmatch(body["year"]) else ""
    if told:
        return await _memorandum(request, fund, year, visitor, Cut(), typed, told)
    house = request.app.state.house
    await house.reached(house.plan.name, (await house.log.head()).position, WAIT_SECONDS)
    return RedirectResponse(f"/funds/{fund}/memorandum?year={year}#opinion", 303)


async def _memorandum(
    request: Request,
    fund: str,
    year: str,
    visitor: Visitor,
    cut: Cut,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    asked = cut.query() | {"year": year}
    account = await visitor.api.get(f"/v1/ledgers/{fund}/memorandum", **asked)
    return page(
        request, "memorandum.html", told.status if told else 200, visitor,
        title="Memorandum account", crumbs=[HOME, LIST, crumb(account)], account=account, cut=cut,
        host=(await agency_names(request, [account["host"]]))[account["host"]], told=told,
        typed=typed, key=new_key(),
        audits=visitor.actor.agency if visitor.may("audits:write") else "",
    )  # fmt: skip
