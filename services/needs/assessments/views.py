"""Assessments as partners and others see them, and the figures of their indicators."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from msgspec.structs import replace

from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.events import (
    AssessmentOpened,
    FindingRecorded,
    IndicatorRecorded,
    NeedIdentified,
    OutcomeAdopted,
    SeriesRecorded,
    SignalRaised,
    ViewsRecorded,
)
from services.needs.assessments.figures import Figure, merged
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import AssessmentPublished
from shared.published.terms import Direction, FinancialYear, Outcome, PartnershipId, TextRef, Unit


class AssessmentRow(Row, frozen=True, kw_only=True):
    """An assessment with all it holds but the figures. `public` from its publication on."""

    assessment: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    outcomes: tuple[Outcome, ...]
    age_bands: tuple[str, ...]
    status: Literal["open", "published"] = "open"
    public: bool = False
    indicators: tuple[IndicatorRecorded, ...] = ()
    views: tuple[ViewsRecorded, ...] = ()
    findings: tuple[FindingRecorded, ...] = ()
    signals: tuple[SignalRaised, ...] = ()
    needs: tuple[NeedIdentified, ...] = ()
    summary: TextRef | None = None
    version: int = 0

    def evidence(self) -> frozenset[str]:
        """The ids of everything that can be cited."""
        held = (*self.views, *self.findings, *self.signals)
        indicators = {indicator.indicator for indicator in self.indicators}
        return frozenset(item.evidence for item in held) | indicators


def fold(row: AssessmentRow | None, recorded: Recorded) -> AssessmentRow | None:
    """The row after one more event of its assessment."""
    event = recorded.event
    if isinstance(event, AssessmentOpened):
        row = AssessmentRow(
            assessment=event.assessment,
            partnership=event.partnership,
            year=event.year,
            title=event.title,
            outcomes=event.outcomes,
            age_bands=event.age_bands,
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: AssessmentRow, event: object) -> AssessmentRow:
    match event:
        case OutcomeAdopted():
            return replace(row, outcomes=(*row.outcomes, event.outcome))
        case IndicatorRecorded():
            return replace(row, indicators=(*row.indicators, event))
        case ViewsRecorded():
            return replace(row, views=(*row.views, event))
        case FindingRecorded():
            return replace(row, findings=(*row.findings, event))
        case SignalRaised():
            return replace(row, signals=(*row.signals, event))
        case NeedIdentified():
            return replace(row, needs=(*row.needs, event))
        case AssessmentPublished():
            return replace(row, status="published", public=True, summary=event.summary)
        case _:
            return row


ASSESSMENTS: View[AssessmentRow] = View(
    name="assessments",
    source="needs",
    row=AssessmentRow,
    events=ASSESSMENT.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)


class SeriesRow(Row, frozen=True, kw_only=True):
    """Every figure of one indicator, the newest for each place, time and group."""

    indicator: str
    assessment: str
    area: str
    unit: Unit
    direction: Direction
    figures: tuple[Figure, ...] = ()


def indicator_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case IndicatorRecorded() | SeriesRecorded() as event:
            return event.indicator
        case _:
            return None


def fold_series(row: SeriesRow | None, recorded: Recorded) -> SeriesRow | None:
    match recorded.event:
        case IndicatorRecorded() as indicator:
            return SeriesRow(
                indicator=indicator.indicator,
                assessment=recorded.subject,
                area=indicator.area,
                unit=indicator.unit,
                direction=indicator.direction,
            )
        case SeriesRecorded() as series if row:
            return replace(row, figures=merged(row.figures, series.figures))
        case _:
            return row


SERIES: View[SeriesRow] = View(
    name="series",
    source="needs",
    row=SeriesRow,
    events=(IndicatorRecorded, SeriesRecorded),
    key=indicator_of,
    fold=fold_series,
    indexes=("assessment",),
)


class Theme(Row, frozen=True, kw_only=True):
    """What the levels below reported of one theme, added up."""

    theme: str
    signals: int
    count: int
    sources: dict[str, int]


def themes(signals: tuple[SignalRaised, ...]) -> list[Theme]:
    """The themes, the most reported first."""
    by_source: dict[str, Counter[str]] = {}
    for signal in signals:
        by_source.setdefault(signal.theme, Counter())[signal.source] += signal.count
    raised = Counter(signal.theme for signal in signals)
    found = [
        Theme(theme=theme, signals=raised[theme], count=counts.total(), sources=dict(counts))
        for theme, counts in by_source.items()
    ]
    return sorted(found, key=lambda theme: (-theme.count, theme.theme))
