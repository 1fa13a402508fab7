"""The doors of pooled funds: where each stands, its journal, its trial balance, its identities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.gateway.contract_views.views import CONTRACT_FACTS, ContractRow
from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.ledgers.book import FundBook
from services.gateway.ledgers.position import FundPosition, position
from services.gateway.ledgers.statements import judged, trial_balance
from services.gateway.ledgers.sums import sums
from services.gateway.ledgers.tables import as_csv
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router
from shared.values.closing import Agreement
from shared.values.quarters import financial_year

router = Router(prefix="/v1/ledgers", tags=["ledgers"])

Books = Annotated[ViewStore[FundBook], rows(FUND_BOOKS)]
Agreements = Annotated[ViewStore[FundAgreementRow], rows(FUND_AGREEMENTS)]
Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]

_LAST_SIGNED = """
select size, encode(root, 'base64') as root, signed_at from proofs.checkpoints
where fund = $1 order by size desc limit 1
"""
COLUMNS = ("line", *PostingLine.__struct_fields__)


async def parties(request: Request) -> Parties:
    """The partners of the fund's partnership."""
    store: ViewStore[FundAgreementRow] = request.app.state.house.stores[FUND_AGREEMENTS.name]
    row = await store.get(request.path_params["fund"])
    if row is None:
        raise Missing
    return await members_of(request, row.partnership)


Reader = Annotated[Actor, allowed("funds:read", "member", of=parties)]


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its place in the fund's journal, which never changes."""

    number: int
    line: PostingLine


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A fund's year cut to a day and a time: its agreement then, and its lines."""

    row: FundAgreementRow
    year: str
    agreement: Agreement
    numbered: tuple[Numbered, ...]
    as_of: date | None
    known_at: datetime | None

    @property
    def lines(self) -> list[PostingLine]:
        return [one.line for one in self.numbered]

    @property
    def closed(self) -> bool:
        return self.year in self.row.closed

    def position(self, branch: Sequence[PostingLine] = ()) -> FundPosition:
        """Where the year stands, or would with the lines of a branch."""
        return position(self.agreement, self.year, [*self.lines, *branch], self.row.schemes)

    def head(self) -> dict[str, Any]:
        return {
            "fund": self.row.fund,
            "name": self.row.name,
            "partnership": self.row.partnership,
            "host": self.row.host,
            "year": self.year,
            "years": sorted(self.row.years),
            "closed": self.closed,
            "as_of": msgspec.to_builtins(self.as_of),
            "known_at": msgspec.to_builtins(self.known_at),
        }


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """Which year, to which day, as known when."""

    year: str = ""
    as_of: date | None = None
    known_at: datetime | None = None


async def _cut(
    year: Annotated[
        str, Query(pattern=r"^(\d{4}[-/]\d{2})?$", description="2026-27; without: this year")
    ] = "",
    as_of: Annotated[date | None, Query(description="postings to this day")] = None,
    known_at: Annotated[
        AwareDatetime | None, Query(description="what had been recorded by then")
    ] = None,
) -> Cut:
    return Cut(year=year, as_of=as_of, known_at=known_at)


Asked = Annotated[Cut, Depends(_cut)]


async def reading(request: Request, fund: str, cut: Cut, *, summed: bool = False) -> Reading:
    """Raises Missing where the fund had not opened the year, or nothing was known of it.

    `summed`: sums in place of lines, which the database adds up; their numbers say nothing.
    """
    stores = request.app.state.house.stores
    row = await _as_known(stores[FUND_AGREEMENTS.name], fund, cut.known_at)
    named = cut.year.replace("-", "/") or _this_year(request, row)
    agreement = row.years.get(named)
    if agreement is None:
        raise Missing
    lines: list[PostingLine] = (
        await sums(request, fund, cut.known_at, to=cut.as_of)
        if summed
        else await stores[FUND_BOOKS.name].lines(fund, cut.known_at)
    )
    numbered = tuple(
        Numbered(number=number, line=line)
        for number, line in enumerate(lines, 1)
        if line.year == named and (cut.as_of is None or line.effective_on <= cut.as_of)
    )
    return Reading(
        row=row,
        year=named,
        agreement=agreement,
        numbered=numbered,
        as_of=cut.as_of,
        known_at=cut.known_at,
    )


async def _as_known(
    store: ViewStore[FundAgreementRow], fund: str, known_at: datetime | None
) -> FundAgreementRow:
    if known_at is None:
        row = await store.get(fund)
    else:
        known = await store.known_at(fund, known_at)
        row = known.row if known else None
    if row is None or not row.years:
        raise Missing
    return row


def _this_year(request: Request, row: FundAgreementRow) -> str:
    """The year now running if the fund has opened it, else its latest."""
    running = financial_year(london_date(request.app.state.house.clock()))
    return running if running in row.years else max(row.years)


@router.get("")
async def list_ledgers(
    request: Request,
    agreements: Agreements,
    paging: Paging,
    actor: Annotated[Actor, allowed("funds:read")],
) -> Listed[dict[str, Any]]:
    """The pooled funds of the caller's partnerships, each with where its present year stands."""
    found = await standing_of(request, agreements, actor.agency)
    after = {fund: content for fund, content in found.items() if fund > paging.after}
    return paging.page({fund: after[fund] for fund in list(after)[: paging.limit + 1]})


async def standing_of(
    request: Request, agreements: ViewStore[FundAgreementRow], agency: str
) -> dict[str, dict[str, Any]]:
    """Every fund an agency is a partner to, with its position now; `mine` is the agency's part."""
    found: dict[str, dict[str, Any]] = {}
    for partnership in await partnerships_of(request, agency):
        for fund, row in (await agreements.find(where={"partnership": partnership})).items():
            if row.years:
                found[fund] = _shown(await reading(request, fund, Cut(), summed=True), agency)
    return dict(sorted(found.items()))


def _shown(read: Reading, agency: str) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(read.position())
    mine = next((one for one in content["partners"] if one["partner"] == agency), None)
    return read.head() | content | {"mine": mine}


@router.get("/{fund}")
async def read_ledger(
    request: Request, fund: Id, cut: Asked, contracts: Contracts, actor: Reader
) -> dict[str, Any]:
    """Where a fund's year stands: budget, cost, what is promised and left, forecast and variance.

    By partner (`mine` is the caller's, with what it would owe) and by contract.
    """
    read = await reading(request, fund, cut, summed=True)
    content = _shown(read, actor.agency)
    for one in content["contracts"]:
        row = await contracts.get(one["contract"])
        one["title"] = row.title if row else ""
        one["provider"] = row.provider if row else ""
    content["checkpoint"] = await last_signed(request, fund)
    return content


async def last_signed(request: Request, fund: str) -> dict[str, Any] | None:
    """The head that a statement prints: how many lines were signed, their root, and when."""
    record = await request.app.state.house.pool.fetchrow(_LAST_SIGNED, fund)
    return dict(record) if record else None


@router.get(
    "/{fund}/journal",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_model=Listed[dict[str, Any]],
)
async def read_journal(request: Request, fund: Id, cut: Asked, paging: Paging, _: Reader) -> Any:
    """The year's lines in the order they were posted; with `Accept: text/csv` all as a table.

    A line's number is its place in the fund's whole journal. 422: invalid.
    """
    read = await reading(request, fund, cut)
    if "text/csv" in request.headers.get("accept", ""):
        rows = ([one.number, *msgspec.structs.astuple(one.line)] for one in read.numbered)
        name = f"{read.row.fund}-{read.year.replace('/', '-')}.csv"
        return Response(
            as_csv(COLUMNS, rows),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    if paging.after and not paging.after.isdecimal():
        raise Invalid("A journal's cursor is a line number.", pointer="/query/after")
    after = [one for one in read.numbered if one.number > int(paging.after or 0)]
    return paging.page(
        {
            str(one.number): {"number": one.number} | msgspec.to_builtins(one.line)
            for one in after[: paging.limit + 1]
        }
    )


@router.get("/{fund}/trial-balance")
async def read_trial_balance(request: Request, fund: Id, cut: Asked, _: Reader) -> dict[str, Any]:
    """Every account's balance, and the totals of both halves."""
    read = await reading(request, fund, cut, summed=True)
    return read.head() | msgspec.to_builtins(trial_balance(read.lines))


@router.get("/{fund}/identities")
async def read_identities(
    request: Request, fund: Id, cut: Asked, books: Books, _: Reader
) -> dict[str, Any]:
    """What must hold of the books, each judged anew from the lines; null: not to be judged yet."""
    read = await reading(request, fund, cut)
    book = await books.get(fund)
    whole = read.as_of is None and read.known_at is None
    kept = dict(book.years[read.year].balances) if book and whole else None
    found = judged(read.lines, read.position(), closed=read.closed, kept=kept)
    return read.head() | {"identities": msgspec.to_builtins(found)}
