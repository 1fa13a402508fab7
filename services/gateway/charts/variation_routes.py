"""The door of variation against assurance: every measure of the caller's contracts, judged.

Law: who may not see a contract's true figures gets no judgement of a series that has a suppressed
value; it says so in its place.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request

from services.gateway.charts.measured import judgement
from services.gateway.contract_views.reading import contract_read
from services.gateway.contract_views.routes import (
    Contracts,
    Monitored,
    Providers,
    contracts_of,
    entitled,
)
from services.gateway.contract_views.views import ContractRow
from shared.charts.processes import ASSURANCES, VARIATIONS
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging
from shared.http.routing import Router

router = Router(prefix="/v1/charts", tags=["charts"])


@router.get("/variation")
async def read_variation(
    request: Request,
    contracts: Contracts,
    monitored: Monitored,
    providers: Providers,
    paging: Paging,
    actor: Annotated[Actor, allowed("contracts:read")],
    partnership: Id | None = None,
) -> Listed[dict[str, Any]]:
    """By contract, each measure's variation and assurance, or why there is none: `too-few`,
    `no-target` (or no direction), `suppressed`, `annual`. Of one partnership, or of all.
    """
    mine = await contracts_of(request, contracts, actor.agency)
    kept = {
        key: row
        for key, row in mine.items()
        if key > paging.after and partnership in (None, row.partnership)
    }
    found: dict[str, dict[str, Any]] = {}
    for key in list(kept)[: paging.limit + 1]:
        provider = await providers.get(kept[key].provider)
        found[key] = {
            "contract": key,
            "title": kept[key].title,
            "partnership": kept[key].partnership,
            "provider_name": provider.name if provider else kept[key].provider,
            "measures": await _measures(kept[key], contracts, monitored, actor),
        }
    return paging.page(found)


async def _measures(
    row: ContractRow, contracts: Contracts, monitored: Monitored, actor: Actor
) -> list[dict[str, Any]]:
    read = contract_read(
        row.contract,
        await contracts.lines(row.contract, None),
        await monitored.lines(row.contract, None),
        entitled=entitled(actor, row),
    )
    said: list[dict[str, Any]] = []
    for place, one in enumerate(read.measures if read else (), 1):
        judged = judgement(one)
        warnings = judged.chart.warnings if judged.chart else ()
        said.append(
            {
                "measure": one.terms.measure,
                "title": one.terms.title,
                "place": place,
                "variation": judged.variation,
                "variation_said": VARIATIONS[judged.variation],
                "assurance": judged.assurance,
                "assurance_said": ASSURANCES[judged.assurance],
                "apart": judged.apart,
                "trial": any(warned.code == "trial-limits" for warned in warnings),
            }
        )
    return said
