"""Schedules as they are shown: the terms a contract's returns are asked under."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.monitoring.schedules.decider import SCHEDULES
from services.monitoring.schedules.events import ScheduleEnded, TermsTaken
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, ContractId, ContractTerms, PartnershipId


class ScheduleRow(Row, frozen=True, kw_only=True):
    """A contract as monitoring follows it; `ended_on` is its last day, once it is over."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    terms: ContractTerms
    ended_on: date | None = None


def fold(row: ScheduleRow | None, recorded: Recorded) -> ScheduleRow | None:
    match recorded.event:
        case TermsTaken() as taken:
            return ScheduleRow(
                contract=taken.contract,
                partnership=taken.terms.partnership,
                provider=taken.terms.provider,
                commissioner=taken.terms.commissioner,
                terms=taken.terms,
            )
        case ScheduleEnded() as ended if row:
            return replace(row, ended_on=ended.effective_on)
        case _:
            return row


SCHEDULE_ROWS: View[ScheduleRow] = View(
    name="schedules",
    source="monitoring",
    row=ScheduleRow,
    events=SCHEDULES.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "provider", "commissioner"),
)
