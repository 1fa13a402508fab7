"""Awards without a tender as partners and the providers chosen see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import field
from msgspec.structs import replace

from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import (
    AwardChallenged,
    AwardChallengeResolved,
    AwardInterestDeclared,
    AwardProposed,
    AwardWithdrawn,
    Chosen,
    Notice,
    Way,
)
from services.procurement.regimes import Buyer, ServiceKind
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.procurement import (
    AwardAnnounced,
    DirectAwardMade,
    FrameworkCallOffMade,
    GrantOffered,
    InHouseProvisionAgreed,
    Regime,
    Standard,
)
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef


class Challenge(Term, frozen=True, kw_only=True):
    """A representation against the award, its number among the facts, and what was decided."""

    number: int = 0
    by: AgencyId
    grounds: TextRef
    standing: Literal["standing", "dismissed", "upheld"] = "standing"
    reason: TextRef | None = None


class AwardRow(Row, frozen=True, kw_only=True):
    """An award, proposed or made, with the way it was reached and why; notices by their day."""

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
    ground: str = ""
    agreement: str = ""
    lot: int = 0
    competition: Chosen = ""
    kind_of_service: ServiceKind = "social-care"
    buyer: Buyer = "sub-central"
    regime: Regime | None = None
    whole_term_pence: int = 0
    conditions: tuple[Standard, ...] = ()
    considered: TextRef | None = None
    grant_conditions: TextRef | None = None
    delegated_limit_pence: int = 0
    interests: dict[PersonId, bool] = field(default_factory=dict[PersonId, bool])
    notices: dict[Notice, date] = field(default_factory=dict[Notice, date])
    standstill_ends_at: datetime | None = None
    no_standstill: str = ""
    representations: dict[str, Challenge] = field(default_factory=dict[str, Challenge])
    status: Literal["proposed", "made", "withdrawn"] = "proposed"
    needs_decision: bool = False
    decision: str = ""
    version: int = 0


def in_order(row: AwardRow) -> list[tuple[str, Challenge]]:
    """The representations, the earliest first: a kept row has them in no order of its own."""
    return sorted(row.representations.items(), key=lambda pair: pair[1].number)


def fold(row: AwardRow | None, recorded: Recorded) -> AwardRow | None:
    """The row after one more event of its award."""
    match recorded.event:
        case AwardProposed() as proposed:
            row = _proposed(proposed)
        case AwardInterestDeclared() as said if row:
            row = replace(row, interests={**row.interests, said.person: said.interested})
        case AwardAnnounced() as notice if row:
            row = replace(
                row,
                notices={**row.notices, notice.notice: notice.published_on},
                standstill_ends_at=notice.standstill_ends_at or row.standstill_ends_at,
                no_standstill=notice.no_standstill,
            )
        case AwardChallenged() as challenge if row:
            made = Challenge(
                number=recorded.envelope.version, by=challenge.by, grounds=challenge.grounds
            )
            known = {**row.representations, challenge.representation: made}
            row = replace(row, representations=known)
        case AwardChallengeResolved() as resolved if row:
            ended = replace(
                row.representations[resolved.representation],
                standing="upheld" if resolved.upheld else "dismissed",
                reason=resolved.reason,
            )
            row = replace(
                row,
                representations={**row.representations, resolved.representation: ended},
                standstill_ends_at=resolved.standstill_ends_at or row.standstill_ends_at,
            )
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
    terms = {name: getattr(event.terms, name) for name in event.terms.__struct_fields__}
    return AwardRow(
        award=event.award,
        delegated_limit_pence=event.delegated_limit_pence,
        needs_decision=event.terms.annual_price_pence > event.delegated_limit_pence,
        **terms,
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
