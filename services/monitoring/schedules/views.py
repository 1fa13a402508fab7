"""Schedules as they are shown: the terms a contract's returns are asked under."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from msgspec.structs import replace

from services.monitoring.schedules.commands import BeginReviewSeason
from services.monitoring.schedules.decider import SCHEDULES, seasons
from services.monitoring.schedules.events import ReviewSeasonBegun, ScheduleEnded, TermsTaken
from shared.eventsourcing.clock import LONDON, london_date
from shared.eventsourcing.deadlines import Timed
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


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A review is proposed by itself when December begins; Decembers long gone ask for nothing."""
    match recorded.event:
        case TermsTaken() as taken:
            today = london_date(recorded.recorded_at)
            return {
                year: datetime.combine(day, time.min, LONDON)
                for year, day in seasons(taken.terms.starts_on, taken.terms.ends_on).items()
                if today <= day.replace(day=31)
            }
        case ReviewSeasonBegun() as begun:
            return {begun.year: None}
        case _:
            return {}


def timely(name: str, now: datetime) -> BeginReviewSeason:
    """The command that the beginning of December issues."""
    return BeginReviewSeason(year=name, now=now)


SCHEDULE_DEADLINES = Timed(decider=SCHEDULES, due=due, command=timely)
