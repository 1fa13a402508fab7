"""Pages of report cards: a contract's, a provider's, an outcome's curve, and the scorecard.

Law: a page shows what the door of report cards answers to its visitor, and so do its files.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from services.gateway.exports.tables import CSV, SPREADSHEET
from services.gateway.pages import card_charts
from services.gateway.pages.cutting import Cut, Day
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.report_cards.content import Account, ContractCard, ProviderCard
from services.gateway.report_cards.curves import Curve
from services.gateway.report_cards.scorecards import Scorecard
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships, partnerships_of
from shared.http.routing import Router
from shared.values.quarters import next_period, previous_period

router = Router(include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
CONTRACTS = {"text": "Contracts", "href": "/contracts"}
KINDS = {"csv": CSV, "xlsx": SPREADSHEET}
MOST_LISTED = 500
Name = Annotated[str, Query(max_length=80)]
T = TypeVar("T")


def _read(content: Any, kind: type[T]) -> T:
    return msgspec.convert(content, kind)


@router.get("/contracts/{contract}/report-card")
async def show_report_card(
    request: Request, contract: Id, visitor: Visit, as_of: Day = None, known_on: Day = None
) -> HTMLResponse:
    """How much, how well, and is anyone better off: one page to print. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    told = await visitor.api.get(f"/v1/report-cards/contracts/{contract}", **cut.query())
    card = _read(told, ContractCard)
    agencies = {card.provider, card.commissioner, *_agencies(card.account)}
    return page(
        request, "report_card.html", visitor=visitor, title=f"Report card: {card.title}",
        crumbs=[HOME, CONTRACTS, {"text": card.title, "href": f"/contracts/{contract}"}], cut=cut,
        card=card, names=await agency_names(request, agencies), charts=card_charts,
        may_write=_may_write(visitor, card), asked=_asked(cut),
    )  # fmt: skip


def _agencies(account: Account) -> set[str]:
    return {name for one in account.entries for name in (one.owner, one.agency) if name}


def _may_write(visitor: Visitor, card: ContractCard) -> bool:
    party = visitor.actor.agency in (card.provider, card.commissioner)
    return party and visitor.may("cards:write")


def _asked(cut: Cut, **more: str) -> str:
    """The page's question, for the address of its file."""
    asked = {"as_of": cut.as_of, "known_on": cut.known_on, **more}
    return "&".join(f"{name}={value}" for name, value in asked.items() if value)


@router.get("/contracts/{contract}/report-card/file.{kind}")
async def read_card_file(
    contract: Id, kind: str, visitor: Visit, as_of: Day = None, known_on: Day = None
) -> Response:
    """The card as CSV or a spreadsheet. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    return await _file(visitor, f"/v1/report-cards/contracts/{contract}", kind, cut.query())


@router.get("/contracts/{contract}/measures/file.{kind}")
async def read_measures_file(
    contract: Id, kind: str, visitor: Visit, as_of: Day = None, known_on: Day = None
) -> Response:
    """Every figure of the contract's measures as CSV or a spreadsheet. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    address = f"/v1/report-cards/contracts/{contract}/figures"
    return await _file(visitor, address, kind, cut.query())


async def _file(visitor: Visitor, path: str, kind: str, asked: dict[str, Any]) -> Response:
    if kind not in KINDS:
        raise Missing
    found = await visitor.api.raw(path, KINDS[kind], **asked)
    kept = ("content-type", "content-disposition")
    return Response(
        found.content, headers={k: found.headers[k] for k in kept if k in found.headers}
    )


# -- a provider


@router.get("/report-cards/{partnership}/{provider}")
async def show_provider_card(
    request: Request,
    partnership: Id,
    provider: Id,
    visitor: Visit,
    as_of: Day = None,
    known_on: Day = None,
) -> HTMLResponse:
    """All of a provider's contracts in a partnership on one page to print. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    address = f"/v1/report-cards/providers/{partnership}/{provider}"
    card = _read(await visitor.api.get(address, **cut.query()), ProviderCard)
    return page(
        request, "provider_card.html", visitor=visitor,
        title=f"Report card: {card.provider_name}",
        crumbs=[HOME, {"text": "Scorecard", "href": f"/scorecard?partnership={partnership}"}],
        cut=cut, card=card, charts=card_charts, asked=_asked(cut),
        partnership_name=(await _named(request)).get(partnership, partnership),
    )  # fmt: skip


@router.get("/report-cards/{partnership}/{provider}/file.{kind}")
async def read_provider_card_file(
    partnership: Id,
    provider: Id,
    kind: str,
    visitor: Visit,
    as_of: Day = None,
    known_on: Day = None,
) -> Response:
    """The provider's card as CSV or a spreadsheet. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    address = f"/v1/report-cards/providers/{partnership}/{provider}"
    return await _file(visitor, address, kind, cut.query())


async def _named(request: Request) -> dict[str, str]:
    return {key: row.name for key, row in (await partnerships(request)).items()}


async def _partnerships(request: Request, visitor: Visitor) -> dict[str, str]:
    """The partnerships a visitor has to do with, as a partner or by a contract, by name."""
    listed = await visitor.api.get("/v1/contract-views", limit=MOST_LISTED)
    mine: set[str] = {one["partnership"] for one in listed["items"]}
    mine |= set(await partnerships_of(request, visitor.actor.agency))
    named = await _named(request)
    return {key: named.get(key, key) for key in sorted(mine, key=lambda one: named.get(one, one))}


async def chosen_partnership(request: Request, visitor: Visitor, asked: str) -> str:
    """The one asked for, else the first. Raises Missing."""
    mine = await _partnerships(request, visitor)
    if asked:
        return asked
    if not mine:
        raise Missing
    return next(iter(mine))


# -- an outcome


@router.get("/outcomes/{outcome}")
async def show_outcome(
    request: Request,
    outcome: Id,
    visitor: Visit,
    partnership: Name = "",
    as_of: Day = None,
    known_on: Day = None,
) -> HTMLResponse:
    """Turning the curve of an outcome, and the contracts that contribute. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    of = await chosen_partnership(request, visitor, partnership)
    told = await visitor.api.get(f"/v1/report-cards/outcomes/{of}/{outcome}", **cut.query())
    curve = _read(told, Curve)
    agencies = _agencies(curve.account)
    row = (await partnerships(request)).get(of)
    member = row is not None and visitor.actor.agency in row.agencies
    return page(
        request, "outcome.html", visitor=visitor, title=f"Turning the curve: {curve.title}",
        crumbs=[HOME, {"text": "Scorecard", "href": f"/scorecard?partnership={of}"}],
        cut=cut, curve=curve, charts=card_charts, asked=_asked(cut, partnership=of),
        names=await agency_names(request, agencies),
        partnership_name=row.name if row else of,
        may_write=member and visitor.may("needs:write"),
    )  # fmt: skip


@router.get("/outcomes/{outcome}/file.{kind}")
async def read_outcome_file(
    request: Request,
    outcome: Id,
    kind: str,
    visitor: Visit,
    partnership: Name = "",
    as_of: Day = None,
    known_on: Day = None,
) -> Response:
    """The outcome's page as CSV or a spreadsheet. 404: not-found."""
    of = await chosen_partnership(request, visitor, partnership)
    asked = Cut(as_of=as_of, known_on=known_on).query()
    return await _file(visitor, f"/v1/report-cards/outcomes/{of}/{outcome}", kind, asked)


# -- the scorecard


@router.get("/scorecard")
async def show_scorecard(
    request: Request,
    visitor: Visit,
    partnership: Name = "",
    quarter: Name = "",
    provider: Name = "",
    as_of: Day = None,
    known_on: Day = None,
) -> HTMLResponse:
    """Every measure of every contract by quarter, returns, flags and money. 404: not-found."""
    cut = Cut(as_of=as_of, known_on=known_on)
    mine = await _partnerships(request, visitor)
    of = partnership or next(iter(mine), "")
    if not of:
        return page(request, "scorecard.html", visitor=visitor, title="Scorecard", card=None)
    address = f"/v1/report-cards/scorecards/{of}"
    asked = {"quarter": quarter, **cut.query()}
    told = await visitor.api.get(address, provider=provider, **asked)
    card = _read(told, Scorecard)
    everyone = card if not provider else _read(await visitor.api.get(address, **asked), Scorecard)
    providers = {one.provider: one.provider_name for one in everyone.contracts}
    return page(
        request, "scorecard.html", visitor=visitor, title="Scorecard", crumbs=[HOME], cut=cut,
        card=card, charts=card_charts, partnership=of, partnerships=mine, provider=provider,
        providers=dict(sorted(providers.items(), key=lambda one: one[1])),
        before=previous_period(card.quarter), after=next_period(card.quarter),
        asked=_asked(cut, partnership=of, quarter=card.quarter, provider=provider),
    )  # fmt: skip


@router.get("/scorecard/file.{kind}")
async def read_scorecard_file(
    request: Request,
    kind: str,
    visitor: Visit,
    partnership: Name = "",
    quarter: Name = "",
    provider: Name = "",
    as_of: Day = None,
    known_on: Day = None,
) -> Response:
    """The scorecard as CSV or a spreadsheet. 404: not-found."""
    of = await chosen_partnership(request, visitor, partnership)
    asked = Cut(as_of=as_of, known_on=known_on).query() | {
        "quarter": quarter,
        "provider": provider,
    }
    return await _file(visitor, f"/v1/report-cards/scorecards/{of}", kind, asked)
