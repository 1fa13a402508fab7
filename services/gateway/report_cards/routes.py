"""The doors of report cards: a contract's, a provider's, an outcome's curve, and a scorecard.

Each answers as JSON, and as CSV or a spreadsheet to whoever asks for one by `Accept`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request

from services.gateway.contract_views.routes import AsOf, KnownAt, Reader, contracts_of
from services.gateway.contract_views.views import CONTRACT_FACTS, ContractRow
from services.gateway.exports.tables import FILES, as_asked
from services.gateway.pages.visiting import api_for
from services.gateway.report_cards import files, gathering
from services.gateway.report_cards.figures import card_measures
from services.gateway.report_cards.scorecards import is_quarter, newest_quarter, scorecard
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import rows
from shared.http.routing import Router
from shared.values.quarters import period_of

router = Router(prefix="/v1/report-cards", tags=["report cards"])

Contracts = Annotated[ViewStore[ContractRow], rows(CONTRACT_FACTS)]


async def partnership_parties(request: Request) -> Parties:
    """The partners, and whoever provides a contract there. Raises Missing."""
    partnership = request.path_params["partnership"]
    found = dict(await members_of(request, partnership))
    store: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACT_FACTS.name]
    for row in (await store.find(where={"partnership": partnership})).values():
        found[row.provider] = found.get(row.provider, frozenset()) | {"provider"}
    return found


PartnershipReader = Annotated[
    Actor, allowed("contracts:read", "member", "provider", of=partnership_parties)
]


def _cut(as_of: date | None, known_at: datetime | None) -> dict[str, str | None]:
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "known_at": known_at.isoformat() if known_at else None,
    }


def _answer(
    request: Request,
    name: str,
    lines: Sequence[files.Line],
    content: Any,
    cut: Mapping[str, str | None],
) -> Any:
    """The file that is asked for, or the content with its cut."""
    file = as_asked(request, name, files.flat("All", lines), files.sheets(lines))
    return file or msgspec.to_builtins(content) | cut


@router.get("/contracts/{contract}", responses=FILES, response_model=dict[str, Any])
async def read_report_card(
    request: Request, contract: Id, _: Reader, as_of: AsOf = None, known_at: KnownAt = None
) -> Any:
    """A contract's card: headline measures, each figure with what it cites, and the words beside.

    Population indicators are what the service contributes to, never its score.
    """
    cut = _cut(as_of, known_at)
    card = await gathering.card_of(await api_for(request), contract, cut)
    return _answer(request, f"report-card-{contract}", files.card_lines(card), card, cut)


@router.get("/contracts/{contract}/figures", responses=FILES, response_model=dict[str, Any])
async def read_contract_figures(
    request: Request, contract: Id, _: Reader, as_of: AsOf = None, known_at: KnownAt = None
) -> Any:
    """Every figure of every measure of a contract, months too, with what it cites."""
    cut = _cut(as_of, known_at)
    view = await (await api_for(request)).get(f"/v1/contract-views/{contract}", **cut)
    measures = card_measures(view, months=True)
    lines = list(files.measure_lines(contract, view["title"], measures))
    content = {"contract": contract, "title": view["title"], "measures": measures}
    return _answer(request, f"measures-{contract}", lines, content, cut)


@router.get("/providers/{partnership}/{provider}", responses=FILES, response_model=dict[str, Any])
async def read_provider_card(
    request: Request,
    partnership: Id,
    provider: Id,
    contracts: Contracts,
    actor: PartnershipReader,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """A provider's contracts in a partnership with their headline measures. 404: none to see."""
    cut = _cut(as_of, known_at)
    mine = await listed(request, contracts, actor.agency, partnership, provider)
    api = await api_for(request)
    card = await gathering.provider_of(api, partnership, provider, mine, cut)
    name = f"report-card-{partnership}-{provider}"
    return _answer(request, name, files.provider_lines(card), card, cut)


@router.get("/outcomes/{partnership}/{outcome}", responses=FILES, response_model=dict[str, Any])
async def read_outcome_curve(
    request: Request,
    partnership: Id,
    outcome: Id,
    contracts: Contracts,
    actor: PartnershipReader,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """Turning an outcome's curve: the population's indicators, and apart from them the contracts.

    The cut is of the contracts; indicators are as they are known now. 404: nobody names it.
    """
    cut = _cut(as_of, known_at)
    mine = await listed(request, contracts, actor.agency, partnership)
    api = await api_for(request)
    found = await gathering.curve_of(api, partnership, outcome, mine, cut)
    name = f"outcome-{partnership}-{outcome}"
    return _answer(request, name, files.curve_lines(found), found, cut)


@router.get("/scorecards/{partnership}", responses=FILES, response_model=dict[str, Any])
async def read_scorecard(
    request: Request,
    partnership: Id,
    contracts: Contracts,
    actor: PartnershipReader,
    quarter: Annotated[str, Query(max_length=12, description="without: the newest")] = "",
    provider: Annotated[str, Query(max_length=80)] = "",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Any:
    """The partnership's scorecard, four quarters up to the one asked for. 422: invalid."""
    if quarter and not is_quarter(quarter):
        raise Invalid("Give a quarter such as 2026-27-Q1.", pointer="/query/quarter")
    cut = _cut(as_of, known_at)
    mine = await listed(request, contracts, actor.agency, partnership, provider)
    views = await gathering.views_of(await api_for(request), mine, cut)
    today = period_of(london_date(request.app.state.house.clock()), "quarterly")
    card = scorecard(views, quarter or newest_quarter(views, today))
    name = f"scorecard-{partnership}-{card.quarter}"
    content = msgspec.to_builtins(card) | {"partnership": partnership, "provider": provider}
    return _answer(request, name, files.score_lines(card), content, cut)


async def listed(
    request: Request,
    contracts: ViewStore[ContractRow],
    agency: str,
    partnership: str,
    provider: str = "",
) -> list[str]:
    """The contracts of a partnership that an agency has to do with; of one provider, if named."""
    mine = await contracts_of(request, contracts, agency)
    return [
        key
        for key, row in mine.items()
        if row.partnership == partnership and provider in ("", row.provider)
    ]
