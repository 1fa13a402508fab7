"""Awards without a tender as partners and the providers chosen see them."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import AwardProposed, AwardWithdrawn, Way
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.procurement import (
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
)
from shared.published.terms import AgencyId, PartnershipId, TextRef


class AwardRow(Row, frozen=True, kw_only=True):
    """An award, proposed or made, with the way it was reached and why."""

    award: str
    way: Way
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    section: str
    framework: str
    reason: TextRef
    status: Literal["proposed", "made", "withdrawn"] = "proposed"
    needs_decision: bool = False
    decision: str = ""
    version: int = 0


def fold(row: AwardRow | None, recorded: Recorded) -> AwardRow | None:
    """The row after one more event of its award."""
    match recorded.event:
        case AwardProposed() as proposed:
            row = _proposed(proposed)
        case AwardWithdrawn() if row:
            row = replace(row, status="withdrawn")
        case (
            DirectAwardMade() | FrameworkCallOffMade() | InHouseProvisionAgreed() | GrantOffered()
        ) as made if row:
            row = replace(row, status="made", decision=made.decision)
        case _:
            pass
    return row and replace(row, version=recorded.envelope.version)


def _proposed(event: AwardProposed) -> AwardRow:
    terms = event.terms
    return AwardRow(
        award=event.award,
        way=terms.way,
        partnership=terms.partnership,
        specification=terms.specification,
        procuring=terms.procuring,
        provider=terms.provider,
        annual_price_pence=terms.annual_price_pence,
        section=terms.section,
        framework=terms.framework,
        reason=terms.reason,
        needs_decision=terms.annual_price_pence > event.delegated_limit_pence,
    )


AWARD_ROWS: View[AwardRow] = View(
    name="awards",
    source="procurement",
    row=AwardRow,
    events=AWARDS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "specification"),
)
