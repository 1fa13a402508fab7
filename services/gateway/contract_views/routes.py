"""The doors of contract views: a list for the caller's agency, and one contract in full."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from msgspec.structs import replace
from pydantic import AwareDatetime

from services.gateway.contract_views.monitored import MonitoredRow
from services.gateway.contract_views.reading import contract_read, leaving, to_a_day
from services.gateway.contract_views.views import (
    CONTRACT_FACTS,
    MONITORING_FACTS,
    PROVIDER_NAMES,
    SPECIFICATION_TITLES,
    ContractRow,
    ProviderRow,
    SpecificationTitleRow,
    ending_in,
    ending_shown,
)
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, allowed, may
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/contract-views", tags=["contract views"])

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]
Monitored = Annotated[ViewStore[MonitoredRow], rows(MONITORING_FACTS)]
Providers = Annotated[ViewStore[ProviderRow], rows(PROVIDER_NAMES)]
Specifications = Annotated[ViewStore[SpecificationTitleRow], rows(SPECIFICATION_TITLES)]

AsOf = Annotated[date | None, Query(description="facts to this day")]
KnownAt = Annotated[AwareDatetime | None, Query(description="what had been recorded by then")]

MANAGING = frozenset({"contract-manager", "commissioner"})
PROVIDING = frozenset({"provider", "provider-signatory"})


async def parties(request: Request) -> Parties:
    """The partners of the contract's partnership, its commissioner and its provider."""
    store: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACT_FACTS.name]
    row = await store.get(request.path_params["contract"])
    if row is None:
        raise Missing
    found = dict(await members_of(request, row.partnership))
    for agency, relation in ((row.commissioner, "member"), (row.provider, "provider")):
        found[agency] = found.get(agency, frozenset()) | {relation}
    return found


Reader = Annotated[Actor, allowed("contracts:read", "member", "provider", of=parties)]


def entitled(actor: Actor, row: ContractRow) -> bool:
    """Whether an actor sees small counts and stories: the provider, and the contract's manager."""
    manages = actor.agency == row.commissioner and not MANAGING.isdisjoint(actor.roles)
    return manages or (actor.agency == row.provider and not PROVIDING.isdisjoint(actor.roles))


async def contracts_of(
    request: Request, store: ViewStore[ContractRow], agency: str
) -> dict[str, ContractRow]:
    """Every contract of the partnerships an agency belongs to, and those it provides."""
    found = await every(store, "provider", agency)
    for partnership in await partnerships_of(request, agency):
        found |= await every(store, "partnership", partnership)
    return dict(sorted(found.items()))


async def every(store: ViewStore[Any], column: str, value: str) -> dict[str, Any]:
    """All rows that hold a value, read page by page."""
    found: dict[str, Any] = {}
    after = ""
    while page := await store.find(where={column: value}, after=after):
        found |= page
        after = max(page)
    return found


@router.get("")
async def list_contract_views(
    request: Request,
    contracts: Contracts,
    providers: Providers,
    paging: Paging,
    actor: Annotated[Actor, allowed("contracts:read")],
) -> Listed[dict[str, Any]]:
    """The contracts of the caller's partnerships, and those the caller's agency provides."""
    mine = await contracts_of(request, contracts, actor.agency)
    after = {key: row for key, row in mine.items() if key > paging.after}
    page = {key: after[key] for key in list(after)[: paging.limit + 1]}
    return paging.page(
        {key: await _listed(row, providers, actor.agency) for key, row in page.items()}
    )


async def _listed(
    row: ContractRow, providers: ViewStore[ProviderRow], agency: str
) -> dict[str, Any]:
    row = replace(row, ending=ending_shown(row, row.ending, agency))
    provider = await providers.get(row.provider)
    name = provider.name if provider else row.provider
    return msgspec.to_builtins(row) | {"provider_name": name}


@router.get("/{contract}")
async def read_contract_view(
    contract: Id,
    contracts: Contracts,
    monitored: Monitored,
    providers: Providers,
    specifications: Specifications,
    actor: Reader,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> dict[str, Any]:
    """One contract: terms, outcomes, measures with series, returns, payments, flags, notices.

    `as_of` takes facts to a day, `known_at` what had been recorded by then. To all but the provider
    and the contract manager stories are null, and so is what the measures' disclosure policies
    suppress, with status `suppressed` and symbol `c`; incidents are null to whoever may not read
    them.
    """
    row = await contracts.get(contract)
    if row is None:
        raise Missing
    decided = None
    if not entitled(actor, row):
        decided = leaving(await contracts.lines(contract), await monitored.lines(contract))
    lines = to_a_day(await contracts.lines(contract, known_at), as_of)
    read = contract_read(
        contract,
        lines,
        to_a_day(await monitored.lines(contract, known_at), as_of),
        decided,
    )
    if read is None:
        raise Missing
    content: dict[str, Any] = msgspec.to_builtins(read)
    ending = ending_shown(row, ending_in(lines), actor.agency)
    content["ending"] = msgspec.to_builtins(ending)
    if not may(actor, "incidents:read"):
        content["incidents"] = None
    return await _named(content, row, providers, specifications) | _cut(as_of, known_at)


def _cut(as_of: date | None, known_at: datetime | None) -> dict[str, Any]:
    return {"as_of": msgspec.to_builtins(as_of), "known_at": msgspec.to_builtins(known_at)}


async def _named(
    content: dict[str, Any],
    row: ContractRow,
    providers: ViewStore[ProviderRow],
    specifications: ViewStore[SpecificationTitleRow],
) -> dict[str, Any]:
    provider = await providers.get(row.provider)
    specification = await specifications.get(row.specification)
    return content | {
        "title": content["terms"]["title"],
        "provider_name": provider.name if provider else row.provider,
        "specification": msgspec.to_builtins(specification),
    }
