"""Who has to do with a contract or a fund, and what of them is known right now.

Law: an agency with no part in it is told that there is no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Request

from services.contracts.contracts.state import Signed
from services.contracts.contracts.views import CONTRACT_ROWS, ContractRow
from services.contracts.heard import (
    FLAGS,
    SPECIFICATIONS,
    STANDINGS,
    FlagRow,
    SpecificationRow,
    StandingRow,
)
from services.contracts.pooled_funds.costs import FUND_COSTS, FundCostRow
from services.contracts.pooled_funds.views import POOLED_FUND_ROWS, FundRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.membership import PARTNERSHIPS, PartnershipRow, members_of
from shared.http.permissions import Parties
from shared.http.reading import WAIT_SECONDS, ViewBehind, rows

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_ROWS)]
Funds = Annotated[ViewStore[FundRow], rows(POOLED_FUND_ROWS)]
Costs = Annotated[ViewStore[FundCostRow], rows(FUND_COSTS)]
Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]
Standings = Annotated[ViewStore[StandingRow], rows(STANDINGS)]
Flags = Annotated[ViewStore[FlagRow], rows(FLAGS)]
Partnerships = Annotated[ViewStore[PartnershipRow], rows(PARTNERSHIPS)]


async def _partners(request: Request, partnership: str) -> dict[str, frozenset[str]]:
    """Every partner as `member`; leading the partnership gives nothing here."""
    return {a: frozenset({"member"}) for a in await members_of(request, partnership)}


def _also(found: dict[str, frozenset[str]], agency: str, relation: str) -> None:
    found[agency] = found.get(agency, frozenset()) | {relation}


async def contract_parties(request: Request) -> Parties:
    """Partners, the commissioner as `lead`, the provider, and the host of the fund that pays."""
    contracts: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACT_ROWS.name]
    row = await contracts.get(request.path_params["contract"])
    if row is None:
        raise Missing
    found = await _partners(request, row.partnership)
    _also(found, row.commissioner, "lead")
    _also(found, row.provider, "provider")
    if row.fund:
        for fund in (await years_of(request, row.fund)).values():
            _also(found, fund.host, "host")
    return found


async def fund_parties(request: Request) -> Parties:
    """Partners, and the host."""
    years = await years_of(request, request.path_params["fund"])
    if not years:
        raise Missing
    latest = years[max(years)]
    found = await _partners(request, latest.partnership)
    _also(found, latest.host, "host")
    return found


async def years_of(request: Request, fund: str) -> Mapping[str, FundRow]:
    """A fund's years by stream id, in order."""
    store: ViewStore[FundRow] = request.app.state.house.stores[POOLED_FUND_ROWS.name]
    return await store.find(where={"fund": fund})


async def signed_on(contracts: ViewStore[ContractRow], fund: str) -> dict[str, Signed]:
    """The signed contracts that a fund pays for."""
    found: dict[str, Signed] = {}
    after = ""
    while page := await contracts.find(where={"fund": fund}, after=after, limit=500):
        found |= {key: row.state for key, row in page.items() if isinstance(row.state, Signed)}
        after = max(page)
    return found


async def caught_up(request: Request) -> None:
    """Waits until this service has heard all of its own log. Raises ViewBehind."""
    house = request.app.state.house
    head = await house.log.head()
    if not await house.reached(house.plan.name, head.position, WAIT_SECONDS):
        raise ViewBehind
