"""What procurement has heard from needs: specifications to tender on, and authority for awards."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import (
    DecisionTaken,
    HomeAuthorityGiven,
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)
from shared.published.terms import AgencyId, PartnershipId


class SpecificationRow(Row, frozen=True, kw_only=True):
    """A specification and whether it can be tendered on."""

    specification: SpecificationPublished
    partnership: PartnershipId
    status: Literal["published", "superseded", "withdrawn"]


def fold_specification(row: SpecificationRow | None, recorded: Recorded) -> SpecificationRow | None:
    match recorded.event:
        case SpecificationPublished() as published:
            return SpecificationRow(
                specification=published, partnership=published.partnership, status="published"
            )
        case SpecificationSuperseded() if row:
            return replace(row, status="superseded")
        case SpecificationWithdrawn() if row:
            return replace(row, status="withdrawn")
        case _:
            return row


SPECIFICATIONS: View[SpecificationRow] = View(
    name="specifications",
    source="needs",
    row=SpecificationRow,
    events=(SpecificationPublished, SpecificationSuperseded, SpecificationWithdrawn),
    key=subject_of,
    fold=fold_specification,
    indexes=("partnership",),
)


class AuthorityRow(Row, frozen=True, kw_only=True):
    """A board decision and the home authorities given on it."""

    decision: str
    partnership: PartnershipId
    about: str
    carried: bool
    taken_at: datetime | None = None
    home_authority: tuple[AgencyId, ...] = ()


def decision_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case DecisionTaken() | HomeAuthorityGiven() as event:
            return event.decision
        case _:
            return None


def fold_authority(row: AuthorityRow | None, recorded: Recorded) -> AuthorityRow | None:
    match recorded.event:
        case DecisionTaken() as taken:
            return AuthorityRow(
                decision=taken.decision,
                partnership=taken.partnership,
                about=taken.about,
                carried=taken.carried,
                taken_at=recorded.recorded_at,
            )
        case HomeAuthorityGiven() as given if row:
            return replace(row, home_authority=(*row.home_authority, given.agency))
        case _:
            return row


AUTHORITIES: View[AuthorityRow] = View(
    name="authorities",
    source="needs",
    row=AuthorityRow,
    events=(DecisionTaken, HomeAuthorityGiven),
    key=decision_of,
    fold=fold_authority,
    indexes=("about",),
)
