"""The lots of one procurement: each a tender of its own, all opened together or none.

Law: an officer awards without the board up to the limit in all: the other lots count too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from services.procurement.tenders.bodies import LotBody
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.files import FileRow
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


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of the other lots: how many each provider has won, alone or with others;
    what was awarded a year without the board; the streams that say so, which must not move.
    """

    won: dict[AgencyId, int] = {}
    pence: int = 0
    unchanged: tuple[Unchanged, ...] = ()


async def lots_beside(handle: Handle, tenders: ViewStore[TenderRow], tender: str) -> Beside:
    """Two lots awarded at one moment: one of them is asked again."""
    row = await tenders.get(tender)
    if row is None or row.lot is None:
        return Beside()
    won: Counter[AgencyId] = Counter()
    pence = 0
    unchanged: list[Unchanged] = []
    for other in sorted((await _others(tenders, row)).keys()):
        loaded = await handle.loaded(TENDERS, other)
        unchanged.append(Unchanged(f"{TENDERS.category}/{other}", loaded.version))
        match loaded.state:
            case Awarded() as state:
                found, decision = state.awarded, state.awarded.decision
            case Confirmed() as state:
                found, decision = state.confirmed, state.decision
            case _:
                continue
        won.update({found.provider, *(party.provider for party in found.parties)})
        pence += 0 if decision else found.annual_price_pence
    return Beside(won=dict(won), pence=pence, unchanged=tuple(unchanged))


async def _others(tenders: ViewStore[TenderRow], row: TenderRow) -> dict[str, TenderRow]:
    found = await tenders.find(where={"procurement": row.procurement}, limit=MOST_LOTS)
    return {key: other for key, other in found.items() if key != row.tender}


async def awarded_beside(
    tenders: ViewStore[TenderRow], files: ViewStore[FileRow], row: TenderRow
) -> int:
    """Pence a year that other lots were awarded without the board, as it is shown."""
    if row.lot is None:
        return 0
    pence = 0
    for key, other in (await _others(tenders, row)).items():
        file = await files.get(key) if other.status in ("awarded", "confirmed") else None
        pence += other.annual_price_pence if file and not file.decision else 0
    return pence
