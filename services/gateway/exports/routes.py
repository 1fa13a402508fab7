"""The doors where a fund's books leave: for other bookkeeping tools, and as expenditure lines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.gateway.contract_views.reading import contract_read, leaving, to_a_day
from services.gateway.contract_views.views import (
    CONTRACT_FACTS,
    MONITORING_FACTS,
    PROVIDER_NAMES,
)
from services.gateway.exports.beancount import account_names, as_beancount
from services.gateway.exports.expenditure import COLUMNS, ExpenditureLine, Scheme, expenditure
from services.gateway.exports.hledger import as_hledger
from services.gateway.exports.journals import Span, journal
from services.gateway.exports.tables import FILES, as_asked, table
from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.ledgers.routes import Asked as AskedYear
from services.gateway.ledgers.routes import Reader, Reading, reading
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.commands import Invalid, Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.routing import Router

router = Router(prefix="/v1/ledgers", tags=["ledgers"])


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which stretch of the journal, as known when."""

    span: Span
    known_at: datetime | None


async def _wanted(
    first: Annotated[date | None, Query(alias="from", description="the first day")] = None,
    last: Annotated[date | None, Query(alias="to", description="the last day")] = None,
    year: Annotated[
        str, Query(pattern=r"^(\d{4}[-/]\d{2})?$", description="one year's books; without: all")
    ] = "",
    budget: Annotated[bool, Query(description="the budgetary half too")] = True,
    known_at: Annotated[
        AwareDatetime | None, Query(description="what had been recorded by then")
    ] = None,
) -> Wanted:
    if first and last and first > last:
        raise Invalid("The first day comes after the last.", pointer="/query/from")
    span = Span(first=first, last=last, year=year.replace("-", "/"), budget=budget)
    return Wanted(span=span, known_at=known_at)


Asked = Annotated[Wanted, Depends(_wanted)]
PLAIN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get("/{fund}/journal.hledger", responses=PLAIN, response_class=Response)
async def export_to_hledger(request: Request, fund: Id, asked: Asked, _: Reader) -> Response:
    """The journal as hledger reads it; it passes that tool's strict checks. 422: invalid.

    What came before `from` comes first, as opening balances by year of the books.
    """
    title, lines = await _known(request, fund, asked.known_at)
    return _file(as_hledger(journal(title, lines, asked.span)), f"{fund}.journal")


@router.get("/{fund}/journal.beancount", responses=PLAIN, response_class=Response)
async def export_to_beancount(request: Request, fund: Id, asked: Asked, _: Reader) -> Response:
    """The journal as beancount reads it; it passes `bean-check`. 422: invalid.

    An account that beancount could not name is renamed, its own name beside it as `ledger`.
    """
    title, lines = await _known(request, fund, asked.known_at)
    names = account_names(line.account for line in lines)
    return _file(as_beancount(journal(title, lines, asked.span), names), f"{fund}.beancount")


async def _known(
    request: Request, fund: str, known_at: datetime | None
) -> tuple[str, list[PostingLine]]:
    """What the fund was called and all its lines, as known at a time. Raises Missing."""
    stores = request.app.state.house.stores
    store = stores[FUND_AGREEMENTS.name]
    known = await store.known_at(fund, known_at) if known_at else None
    row = (known.row if known else None) if known_at else await store.get(fund)
    if row is None:
        raise Missing
    lines: list[PostingLine] = await stores[FUND_BOOKS.name].lines(fund, known_at)
    return row.name or row.fund, lines


def _file(text: str, name: str) -> Response:
    """A text to keep as a file; a colon in an id is none in a file's name."""
    headers = {"Content-Disposition": f'attachment; filename="{name.replace(":", "-")}"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{fund}/expenditure", responses=FILES, response_model=dict[str, Any])
async def read_expenditure(request: Request, fund: Id, cut: AskedYear, _: Reader) -> Any:
    """The year's expenditure in the lines of a Better Care Fund return, by scheme and source.

    With `Accept: text/csv`, or that of a spreadsheet, as a file.
    """
    read = await reading(request, fund, cut, summed=True)
    found = await _expenditure(request, read)
    flat = table("Expenditure", COLUMNS, found)
    name = f"expenditure-{fund}-{read.year}"
    return as_asked(request, name, flat, [flat]) or read.head() | {
        "expenditure": msgspec.to_builtins(found)
    }


async def _expenditure(request: Request, read: Reading) -> tuple[ExpenditureLine, ...]:
    stores = request.app.state.house.stores
    schemes: dict[str, Scheme] = {}
    names: dict[str, str] = {}
    for contract in {line.contract for line in read.lines if line.contract}:
        agreed, monitored = stores[CONTRACT_FACTS.name], stores[MONITORING_FACTS.name]
        said = contract_read(
            contract,
            to_a_day(await agreed.lines(contract, read.known_at), read.as_of),
            to_a_day(await monitored.lines(contract, read.known_at), read.as_of),
            leaving(await agreed.lines(contract), await monitored.lines(contract)),
        )
        if said is None:
            continue
        schemes[contract] = Scheme(terms=said.terms, measures=said.measures)
        provider = await stores[PROVIDER_NAMES.name].get(said.terms.provider)
        names |= {provider.provider: provider.name} if provider else {}
    partnership = (await partnerships(request)).get(read.row.partnership)
    names |= {one.agency: one.name for one in partnership.members} if partnership else {}
    return expenditure(read.agreement, read.year, read.lines, schemes, names)
