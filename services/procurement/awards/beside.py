"""What was awarded beside an award, so that a delegated limit is not got round in parts.

Law: an officer awards without the board up to the limit in all: on one specification, what the same
partner has awarded on it without a tender and without the board counts too.
"""

from __future__ import annotations

from services.procurement.awards.decider import AWARDS
from services.procurement.awards.state import Made
from services.procurement.awards.views import AwardRow
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handle

MOST_AWARDS = 500


async def _others(awards: ViewStore[AwardRow], row: AwardRow) -> list[AwardRow]:
    found = await awards.find(where={"specification": row.specification}, limit=MOST_AWARDS)
    return [
        one
        for one in found.values()
        if one.award != row.award and one.procuring == row.procuring and one.status != "withdrawn"
    ]


async def made_beside(awards: ViewStore[AwardRow], row: AwardRow) -> int:
    """Pence a year, as it is shown."""
    others = await _others(awards, row)
    return sum(o.annual_price_pence for o in others if o.status == "made" and not o.decision)


async def standing_beside(
    handle: Handle, awards: ViewStore[AwardRow], row: AwardRow
) -> tuple[int, list[Unchanged]]:
    """Pence a year, and the streams that say so, which must not move: of two awards made at one
    moment one is asked again. Nothing where even all of them together stay within the limit.
    """
    others = await _others(awards, row)
    most = row.annual_price_pence + sum(other.annual_price_pence for other in others)
    if most <= row.delegated_limit_pence:
        return 0, []
    pence = 0
    unchanged: list[Unchanged] = []
    for other in others:
        loaded = await handle.loaded(AWARDS, other.award)
        unchanged.append(Unchanged(f"{AWARDS.category}/{other.award}", loaded.version))
        if isinstance(loaded.state, Made) and not loaded.state.decision:
            pence += other.annual_price_pence
    return pence, unchanged
