"""What the board and the home authority have said about an award, looked up for whoever asks.

Apart from the rules of authority themselves, which are pure.
"""

from __future__ import annotations

from services.procurement.authority import Authority
from services.procurement.heard import AuthorityRow
from shared.eventsourcing.view_store import ViewStore
from shared.published.terms import AgencyId


async def authority_of(
    authorities: ViewStore[AuthorityRow], about: str, decision: str | None, agency: AgencyId
) -> Authority | None:
    """The board's decision if it was carried and is about this very tender or award."""
    row = await authorities.get(decision) if decision else None
    if row is None or not row.carried or row.about != about:
        return None
    return Authority(decision=row.decision, home_authority_given=agency in row.home_authority)
