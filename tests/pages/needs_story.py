"""What needs itself knows of the story: its assessment, strategy, meeting and specification, whole.

Law: the published facts are those of `story`; these are the ones around them that needs keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from services.needs.assessments.events import (
    AssessmentOpened,
    IndicatorRecorded,
    NeedIdentified,
    SeriesRecorded,
    SignalRaised,
)
from services.needs.assessments.figures import Figure
from services.needs.meetings.events import AgendaItem, MeetingCalled, MeetingClosed
from services.needs.specifications.events import SpecificationDrafted
from services.needs.strategies.events import PrioritySet, RecommendationMade, StrategyDrafted
from shared.eventsourcing.events import Event
from shared.testing.houses import Caller
from tests.pages import story

HELD_AT = datetime(2026, 6, 30, 13, tzinfo=UTC)
BULLIED = ("24", "25", "24.5", "26", "26.2", "27", "26.5", "28", "28.4")
SURVEY = IndicatorRecorded(
    indicator="i1", title="Pupils who were bullied in the last year", outcome="o1",
    unit="percent", direction="lower", area="Alderbrook", source="School survey",
)  # fmt: skip

TOLD: Mapping[str, Sequence[Event]] = {
    "partnership/p1": (story.FORMED,),
    "assessment/a1": (
        AssessmentOpened(
            assessment="a1", partnership="p1", year="2026/27", title="What children need",
            outcomes=(story.SAFE,), age_bands=("0-7", "8-12", "13+"),
            opened_by=story.COMMISSIONER,
        ),
        SURVEY,
        SeriesRecorded(
            indicator="i1",
            figures=tuple(
                Figure("Alderbrook", str(year), Decimal(value))
                for year, value in enumerate(BULLIED, 2018)
            ),
        ),
        SignalRaised(
            evidence="e1", theme="bullying", level="operational", source="school", count=12,
            raised_by=story.COUNCIL, raised_on=story.DAY,
        ),
        NeedIdentified(need=story.ASSESSED.needs[0], evidence=("i1", "e1")),
        story.ASSESSED,
    ),
    "strategy/st1": (
        StrategyDrafted(
            strategy="st1", partnership="p1", assessment="a1", title=story.STRATEGY.title,
            outcomes=(story.SAFE,), needs=story.ASSESSED.needs, evidence=("i1", "e1"),
            drafted_by=story.COMMISSIONER,
        ),
        PrioritySet(need="n1", rank=1, reasons=story.TEXT),
        RecommendationMade(recommendation=story.STRATEGY.recommendations[0], change="design"),
        story.STRATEGY,
    ),
    "meeting/m1": (
        MeetingCalled(
            meeting="m1", partnership="p1", held_at=HELD_AT, papers_due_at=HELD_AT,
            agenda=(
                AgendaItem(item="d1", title="Safe together", about_kind="strategy", about="st1"),
            ),
            called_by=story.COMMISSIONER,
        ),
        story.DECIDED,
        MeetingClosed(closed_at=HELD_AT),
    ),
    "specification/s1": (
        SpecificationDrafted(
            specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
            title=story.SPECIFIED.title, outcomes=(story.SAFE,), tier=2,
            annual_value_pence=90_000_00, starts_on=story.DAY, ends_on=story.SPECIFIED.ends_on,
            description=story.TEXT, drafted_by=story.COMMISSIONER,
        ),
        story.SPECIFIED,
    ),
}  # fmt: skip


async def turned(commissioner: Caller) -> None:
    """The curve of the story's outcome: what is behind it, an idea, and the aim."""
    at = "/v1/curves/p1/o1"
    await commissioner.done(at, {"section": "story", "text": "Phones; few safe places."})
    idea = {"section": "what-works", "text": "Quiet hours.", "cost": "no-cost"}
    await commissioner.done(at, idea)
    aim = {"indicator": "i1", "target": "20", "by_period": "2030"}
    await commissioner.done(f"{at}/aims", aim)
