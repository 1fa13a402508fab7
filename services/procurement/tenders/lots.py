"""The lots of one procurement: each a tender of its own, all opened together or none."""

from __future__ import annotations

from collections.abc import Sequence

from services.procurement.tenders.bodies import LotBody
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.refusals import LotsWorthMore
from services.procurement.tenders.state import Awarded, Confirmed
from services.procurement.tenders.views import TenderRow
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handle
from shared.published.procurement import Lot
from shared.published.terms import AgencyId

MOST_LOTS = 50


def lots_of(
    bodies: Sequence[LotBody], procurement: str, most_lots: int, annual_value_pence: int
) -> list[Lot]:
    """The lots as published, numbered from 1. Refuses: LotsWorthMore."""
    if sum(lot.annual_value_pence for lot in bodies) > annual_value_pence:
        raise LotsWorthMore(pointer="/body/lots")
    return [
        Lot(
            procurement=procurement,
            number=number,
            of=len(bodies),
            title=lot.title,
            annual_value_pence=lot.annual_value_pence,
            most_lots=most_lots,
        )
        for number, lot in enumerate(bodies, 1)
    ]


async def lots_won(
    handle: Handle, tenders: ViewStore[TenderRow], tender: str
) -> tuple[dict[AgencyId, int], list[Unchanged]]:
    """Who has won how many of the other lots, and the streams that say so, which must not move.

    Two lots awarded at one moment: one of them is asked again.
    """
    row = await tenders.get(tender)
    if row is None or row.lot is None or not row.lot.most_lots:
        return {}, []
    others = await tenders.find(where={"procurement": row.procurement}, limit=MOST_LOTS)
    won: dict[AgencyId, int] = {}
    unchanged: list[Unchanged] = []
    for other in others.keys() - {tender}:
        loaded = await handle.loaded(TENDERS, other)
        unchanged.append(Unchanged(f"{TENDERS.category}/{other}", loaded.version))
        match loaded.state:
            case Awarded() as state:
                won[state.awarded.provider] = won.get(state.awarded.provider, 0) + 1
            case Confirmed() as state:
                won[state.confirmed.provider] = won.get(state.confirmed.provider, 0) + 1
            case _:
                pass
    return won, unchanged
