"""What the board and the home authority have said about an award, looked up for whoever asks.

Apart from the rules of authority themselves, which are pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.procurement.authority import Authority
from services.procurement.heard import AuthorityRow
from shared.eventsourcing.view_store import ViewStore
from shared.published.terms import AgencyId, PartnershipId

LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def authority_of(
    authorities: ViewStore[AuthorityRow],
    about: str,
    partnership: PartnershipId,
    decision: str | None,
    agency: AgencyId,
) -> Authority | None:
    """The decision of the partnership's own board if it was carried and is about this very tender
    or award.
    """
    row = await authorities.get(decision) if decision else None
    return authority_in(row, about, partnership, agency) if row else None


def authority_in(
    row: AuthorityRow, about: str, partnership: PartnershipId, agency: AgencyId
) -> Authority | None:
    """What a decision gives; nothing where another board took it. Pure."""
    if not row.carried or (row.about, row.partnership) != (about, partnership):
        return None
    return Authority(
        decision=row.decision,
        home_authority_given=agency in row.home_authority,
        taken_at=row.taken_at,
    )


async def decisions_on(
    authorities: ViewStore[AuthorityRow], about: str, partnership: PartnershipId, agency: AgencyId
) -> list[dict[str, Any]]:
    """What the board has decided about a tender or an award, the earliest first, and whether the
    procuring partner's own body has agreed.
    """
    found = await authorities.find(where={"about": about}, limit=100)
    own = [row for row in found.values() if row.partnership == partnership]
    return [
        {
            "decision": row.decision,
            "carried": row.carried,
            "home_authority": agency in row.home_authority,
        }
        for row in sorted(own, key=lambda row: row.taken_at or LONG_AGO)
    ]
