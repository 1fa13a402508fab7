"""The request bodies of assessments."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from services.needs.assessments.decider import MOST_FIGURES
from services.needs.assessments.events import Asked, Level, SignalSource
from services.needs.assessments.figures import Figure, FigureBreakdown, FigureStatus
from shared.http.bodies import Body, Count, Id, Prose, Title
from shared.published.terms import Direction, Outcome, Unit

AGE_BANDS = ("0-7", "8-12", "13+")

Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=6)]
Label = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Group = Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]


class OutcomeBody(Body):
    outcome: Id
    title: Title

    def term(self) -> Outcome:
        return Outcome(outcome=self.outcome, title=self.title)


class OpenAssessmentBody(Body):
    partnership: Id
    year: Annotated[str, Field(max_length=7)]
    title: Title
    outcomes: Annotated[list[OutcomeBody], Field(max_length=50)]
    age_bands: Annotated[tuple[Label, ...], Field(min_length=1, max_length=50)] = AGE_BANDS


class IndicatorBody(Body):
    title: Title
    outcome: Id
    unit: Unit
    direction: Direction
    area: Label
    source: Title
    per: Annotated[int | None, Field(strict=True, ge=1, le=1_000_000)] = None


class AdoptBody(Body):
    """A reference outcome by its name, and the area its indicators are kept for."""

    reference: Id
    area: Label


class FigureBody(Body):
    """`base` is how many children stand behind the figure, where that is known."""

    area: Label
    period: Annotated[str, Field(pattern=r"^[0-9]{4}([/-][0-9A-Za-z/-]{1,8})?$")]
    value: Amount | None = None
    status: FigureStatus = "given"
    breakdown: FigureBreakdown = "all"
    group: Group = ""
    base: Count | None = None

    def figure(self) -> Figure:
        return Figure(
            area=self.area,
            period=self.period,
            value=self.value,
            status=self.status,
            breakdown=self.breakdown,
            group=self.group,
            base=self.base,
        )


class SeriesBody(Body):
    indicator: Id
    figures: Annotated[list[FigureBody], Field(min_length=1, max_length=MOST_FIGURES)]


class ViewsBody(Body):
    """What was said, with nothing in it that would tell who said it."""

    title: Title
    asked: Asked
    people: Count
    said: Prose


class FindingBody(Body):
    kind: Literal["inspection", "guidance", "research"]
    title: Title
    text: Prose


class SignalBody(Body):
    """No particulars: a theme in one word, where it was met, how often."""

    theme: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+){0,3}$", max_length=40)]
    level: Level
    source: SignalSource
    count: Annotated[int, Field(strict=True, ge=1, le=10**6)]


class NeedBody(Body):
    title: Title
    outcome: Id | None = None
    groups: Annotated[tuple[Title, ...], Field(max_length=20)] = ()
    evidence: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class SummaryBody(Body):
    """The assessment in easy words, for children and families too."""

    summary: Prose
