"""A year's indicators with every version agreed and reported, and every version of a figure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from services.needs.agreed_indicators.decider import AGREED_INDICATORS
from services.needs.agreed_indicators.events import (
    IndicatorsAgreed,
    IndicatorsProposed,
    PerformanceReported,
)
from services.needs.assessments.events import IndicatorRecorded, SeriesRecorded
from services.needs.assessments.figures import FigureStatus
from services.needs.assessments.views import indicator_of
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FinancialYear, PartnershipId


class AgreedSet(msgspec.Struct, frozen=True, kw_only=True):
    proposed: IndicatorsProposed
    decision: str
    agreed_on: date


class YearOfIndicatorsRow(Row, frozen=True, kw_only=True):
    """`waiting` is a proposal before the board, and `waiting_since` where it lies in the log; sets
    and reports are in the order they came.
    """

    partnership: PartnershipId
    year: FinancialYear
    waiting: IndicatorsProposed | None = None
    waiting_since: int = 0
    sets: tuple[AgreedSet, ...] = ()
    reports: tuple[PerformanceReported, ...] = ()

    def at(self, day: date) -> AgreedSet | None:
        """The list the board had last agreed by a day."""
        agreed = [one for one in self.sets if one.agreed_on <= day]
        return agreed[-1] if agreed else None


def fold(row: YearOfIndicatorsRow | None, recorded: Recorded) -> YearOfIndicatorsRow | None:
    """The row after one more event of its year."""
    match recorded.event:
        case IndicatorsProposed() as event:
            held = row or YearOfIndicatorsRow(partnership=event.partnership, year=event.year)
            return replace(held, waiting=event, waiting_since=recorded.envelope.position)
        case IndicatorsAgreed() as event if row and row.waiting:
            agreed = AgreedSet(
                proposed=row.waiting, decision=event.decision, agreed_on=event.agreed_on
            )
            return replace(row, waiting=None, sets=(*row.sets, agreed))
        case PerformanceReported() as event if row:
            return replace(row, reports=(*row.reports, event))
        case _:
            return row


YEARS_OF_INDICATORS: View[YearOfIndicatorsRow] = View(
    name="years_of_indicators",
    source="needs",
    row=YearOfIndicatorsRow,
    events=AGREED_INDICATORS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)


class FigureVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was recorded of one period at one time."""

    period: str
    value: Decimal | None
    status: FigureStatus = "given"
    recorded_at: datetime


class VersionsRow(Row, frozen=True, kw_only=True):
    """Everything ever recorded of an indicator for its own area and all children in it."""

    indicator: str
    recorded: IndicatorRecorded
    versions: tuple[FigureVersion, ...] = ()


def fold_versions(row: VersionsRow | None, recorded: Recorded) -> VersionsRow | None:
    match recorded.event:
        case IndicatorRecorded() as indicator:
            return VersionsRow(indicator=indicator.indicator, recorded=indicator)
        case SeriesRecorded() as series if row:
            new = tuple(
                FigureVersion(
                    period=one.period,
                    value=one.value,
                    status=one.status,
                    recorded_at=recorded.recorded_at,
                )
                for one in series.figures
                if one.area == row.recorded.area and one.breakdown == "all"
            )
            return replace(row, versions=(*row.versions, *new)) if new else row
        case _:
            return row


FIGURE_VERSIONS: View[VersionsRow] = View(
    name="figure_versions",
    source="needs",
    row=VersionsRow,
    events=(IndicatorRecorded, SeriesRecorded),
    key=indicator_of,
    fold=fold_versions,
)
