"""What the public is told of an award before it is made: the notice, and when its standstill ends.
Pure.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from services.procurement.awards.events import Notice
from services.procurement.awards.notices import BEFORE
from services.procurement.awards.refusals import NoticeNotOwed
from services.procurement.awards.state import Proposed
from shared.published.procurement import AwardAnnounced


def announcement(
    award: Proposed, notice: Notice, published_on: date, ends_at: datetime | None, none_by: str
) -> AwardAnnounced:
    """The notice as it is published. Refuses: NoticeNotOwed, where a way has none."""
    terms = award.proposed.terms
    if terms.regime is None or terms.way not in ("direct-award", "framework-call-off"):
        raise NoticeNotOwed
    return AwardAnnounced(
        award=award.proposed.award,
        partnership=terms.partnership,
        specification=terms.specification,
        procuring=terms.procuring,
        provider=terms.provider,
        annual_price_pence=terms.annual_price_pence,
        way=terms.way,
        regime=terms.regime,
        notice=notice,
        published_on=published_on,
        section=terms.section,
        framework=terms.framework,
        standstill_ends_at=ends_at,
        no_standstill=none_by,
    )


def moved(award: Proposed, ends_at: datetime | None) -> list[AwardAnnounced]:
    """The notice that began the standstill, told again where its end has moved."""
    if ends_at is None or ends_at == award.standstill_ends_at:
        return []
    began = max(award.notices, key=BEFORE.index)
    told = announcement(award, began, award.notices[began], ends_at, "")
    return [replace(told, moved=True)]
