"""Individual packages as the agencies concerned see them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.needs.packages.decider import PACKAGE, agreed_after
from services.needs.packages.events import (
    Kind,
    PackageEnded,
    PackageOpened,
    PackageReviewed,
    Share,
    ShareAgreed,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, PartnershipId


class PackageRow(Row, frozen=True, kw_only=True):
    """`concerned` are the home agency and those that bear a share."""

    package: str
    partnership: PartnershipId
    home: AgencyId
    reference: str
    kind: Kind
    individual_budget: bool
    begins_on: date
    review_on: date
    shares: tuple[Share, ...]
    agreed: tuple[AgencyId, ...]
    concerned: tuple[AgencyId, ...]
    reviewed_on: date | None = None
    ended_on: date | None = None

    def late(self, day: date) -> bool:
        """Whether the review was due before this day."""
        return self.ended_on is None and self.review_on < day


def _concerned(home: AgencyId, shares: tuple[Share, ...]) -> tuple[AgencyId, ...]:
    return tuple(sorted({home, *(one.agency for one in shares)}))


def fold(row: PackageRow | None, recorded: Recorded) -> PackageRow | None:
    """The row after one more event of its package."""
    match recorded.event:
        case PackageOpened() as opened:
            return PackageRow(
                package=opened.package,
                partnership=opened.partnership,
                home=opened.home,
                reference=opened.reference,
                kind=opened.kind,
                individual_budget=opened.individual_budget,
                begins_on=opened.begins_on,
                review_on=opened.review_on,
                shares=opened.shares,
                agreed=(opened.home,),
                concerned=_concerned(opened.home, opened.shares),
            )
        case ShareAgreed() as event if row:
            return replace(row, agreed=(*row.agreed, event.agency))
        case PackageReviewed() as event if row:
            agreed = agreed_after(frozenset(row.agreed), row.shares, event.shares, row.home)
            return replace(
                row,
                shares=event.shares,
                agreed=tuple(sorted(agreed)),
                concerned=_concerned(row.home, event.shares),
                review_on=event.review_on,
                reviewed_on=event.reviewed_on,
            )
        case PackageEnded() as event if row:
            return replace(row, ended_on=event.ended_on)
        case _:
            return row


PACKAGES: View[PackageRow] = View(
    name="packages",
    source="needs",
    row=PackageRow,
    events=PACKAGE.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
    searched=("concerned",),
)
