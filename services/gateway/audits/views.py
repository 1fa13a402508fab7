"""Every opinion on every fund's years, those withdrawn too."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from services.gateway.audits.decider import AUDITS
from services.gateway.audits.events import OpinionGiven, OpinionWithdrawn
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FinancialYear, FundId, TextRef


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """`withdrawn_at` is when it became known that the auditor no longer stands by it."""

    given: OpinionGiven
    given_at: datetime
    withdrawn_on: date | None = None
    withdrawn_at: datetime | None = None
    reason: TextRef | None = None

    def known(self, at: datetime | None) -> bool:
        """Whether it had been given by a time; None asks about now."""
        return at is None or self.given_at <= at

    def stood(self, at: datetime | None) -> bool:
        """Whether it had been given and not withdrawn by a time."""
        if self.withdrawn_at is None:
            return self.known(at)
        return at is not None and self.known(at) and at < self.withdrawn_at


class AuditRow(Row, frozen=True, kw_only=True):
    """A fund's year, its opinions in the order they were given."""

    fund: FundId
    year: FinancialYear
    opinions: tuple[Opinion, ...] = ()


def fold(row: AuditRow | None, recorded: Recorded) -> AuditRow | None:
    """The row after one more event of its year."""
    match recorded.event:
        case OpinionGiven() as event:
            held = row or AuditRow(fund=event.fund, year=event.year)
            given = Opinion(given=event, given_at=recorded.recorded_at)
            return replace(held, opinions=(*held.opinions, given))
        case OpinionWithdrawn() as event if row:
            return replace(
                row,
                opinions=tuple(
                    replace(
                        one,
                        withdrawn_on=event.withdrawn_on,
                        withdrawn_at=recorded.recorded_at,
                        reason=event.reason,
                    )
                    if one.given.opinion == event.opinion
                    else one
                    for one in row.opinions
                ),
            )
        case _:
            return row


AUDIT_ROWS: View[AuditRow] = View(
    name="audits",
    source="gateway",
    row=AuditRow,
    events=AUDITS.events,
    key=subject_of,
    fold=fold,
    indexes=("fund",),
)
