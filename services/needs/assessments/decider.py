"""The rules of an assessment. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.assessments.bands import ages_of
from services.needs.assessments.commands import (
    AdoptOutcome,
    AssessmentCommand,
    IdentifyNeed,
    OpenAssessment,
    PublishAssessment,
    RaiseSignal,
    RecordFinding,
    RecordIndicator,
    RecordSeries,
    RecordViews,
    TakeUpViews,
)
from services.needs.assessments.events import (
    AssessmentEvent,
    AssessmentOpened,
    FindingRecorded,
    IndicatorRecorded,
    NeedIdentified,
    OutcomeAdopted,
    SeriesRecorded,
    SignalRaised,
    ViewsRecorded,
)
from services.needs.assessments.figures import FEWEST_SHOWN, Figure
from services.needs.assessments.refusals import (
    AgeBandUnknown,
    AgeUnclear,
    AlreadyOpened,
    AssessmentIsPublished,
    EvidenceMissing,
    GroupUnclear,
    NeedsMissing,
    NotAYear,
    OutcomeAlreadyHeld,
    OutcomeMissing,
    OutcomesUnclear,
    PercentOutOfRange,
    RateUnclear,
    ThemeUnknown,
    UnknownIndicator,
    ValueAndStatus,
)
from services.needs.assessments.vocabulary import THEMES
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import AssessmentPublished, Need
from shared.published.terms import Outcome, Unit
from shared.values.quarters import parse_year

WHOLE_PERCENT = Decimal(100)
MOST_FIGURES = 5_000
"""In one event; what a file brings beyond that follows in further ones."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of an assessment."""


class Unopened(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Open(State, frozen=True, kw_only=True):
    """Evidence comes in and needs are found. `evidence` are the ids of all that can be cited."""

    opened: AssessmentOpened
    indicators: dict[str, Unit] = {}
    evidence: frozenset[str] = frozenset()
    signals: dict[str, int] = {}
    needs: tuple[Need, ...] = ()
    adopted: tuple[Outcome, ...] = ()

    @property
    def outcomes(self) -> frozenset[str]:
        held = (*self.opened.outcomes, *self.adopted)
        return frozenset(outcome.outcome for outcome in held)


class Assessed(State, frozen=True, kw_only=True):
    """Published; strategies build on its needs and its evidence."""

    opened: AssessmentOpened
    published: AssessmentPublished
    evidence: frozenset[str]


Assessment = Unopened | Open | Assessed


def decide(command: AssessmentCommand, assessment: Assessment) -> Sequence[AssessmentEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OpenAssessment():
            return _open_assessment(command, assessment)
        case AdoptOutcome():
            return _adopt(command, _open(assessment))
        case RecordIndicator():
            return [_indicator(command, _open(assessment))]
        case RecordSeries():
            return _series(command, _open(assessment))
        case RecordViews():
            _open(assessment)
            return [
                ViewsRecorded(
                    evidence=command.evidence,
                    title=command.title,
                    asked=command.asked,
                    people=command.people,
                    said=command.said,
                )
            ]
        case TakeUpViews():
            _open(assessment)
            return [
                ViewsRecorded(
                    evidence=one.evidence,
                    title=command.title,
                    asked=one.asked,
                    people=one.people,
                    said=command.said,
                )
                for one in command.groups
            ]
        case RecordFinding():
            _open(assessment)
            return [
                FindingRecorded(
                    evidence=command.evidence,
                    kind=command.kind,
                    title=command.title,
                    texts=(command.text,),
                )
            ]
        case RaiseSignal():
            _open(assessment)
            return [_signal(command)]
        case IdentifyNeed():
            return [_need(command, _open(assessment))]
        case PublishAssessment():
            return [_publish(command, _open(assessment))]


def _open(assessment: Assessment) -> Open:
    """Refuses: Missing, AssessmentIsPublished."""
    match assessment:
        case Unopened():
            raise Missing
        case Assessed():
            raise AssessmentIsPublished
        case Open():
            return assessment


def _open_assessment(command: OpenAssessment, assessment: Assessment) -> Sequence[AssessmentEvent]:
    """What has waited is evidence at once. Refuses: AlreadyOpened, NotAYear, OutcomesUnclear."""
    if not isinstance(assessment, Unopened):
        raise AlreadyOpened
    try:
        parse_year(command.year)
    except ValueError as error:
        raise NotAYear(pointer="/body/year") from error
    outcomes = {outcome.outcome for outcome in command.outcomes}
    if not outcomes or len(outcomes) != len(command.outcomes):
        raise OutcomesUnclear(pointer="/body/outcomes")
    opened = AssessmentOpened(
        assessment=command.assessment,
        partnership=command.partnership,
        year=command.year,
        title=command.title,
        outcomes=command.outcomes,
        age_bands=command.age_bands,
        opened_by=command.opened_by,
    )
    waited = [
        FindingRecorded(
            evidence=kept.evidence,
            kind=kept.origin,
            title=kept.title,
            texts=kept.texts,
            contract=kept.contract,
            conclusion=kept.conclusion,
            kinds=kept.kinds,
            count=kept.count,
        )
        for kept in command.waiting
    ]
    return [opened, *waited]


def _indicator(command: RecordIndicator, open: Open) -> IndicatorRecorded:
    """Refuses: OutcomeMissing, RateUnclear."""
    if command.outcome not in open.outcomes:
        raise OutcomeMissing
    if command.per is not None and command.unit != "score":
        raise RateUnclear(pointer="/body/per")
    return IndicatorRecorded(
        indicator=command.indicator,
        title=command.title,
        outcome=command.outcome,
        unit=command.unit,
        direction=command.direction,
        area=command.area,
        source=command.source,
        per=command.per,
    )


def _adopt(command: AdoptOutcome, open: Open) -> Sequence[AssessmentEvent]:
    """The outcome, and its indicators without figures yet. Refuses: OutcomeAlreadyHeld."""
    if command.outcome.outcome in open.outcomes:
        raise OutcomeAlreadyHeld
    adopted = OutcomeAdopted(
        outcome=command.outcome, reference=command.reference, adopted_by=command.adopted_by
    )
    indicators = [
        IndicatorRecorded(
            indicator=one.indicator,
            title=one.title,
            outcome=command.outcome.outcome,
            unit=one.unit,
            direction=one.direction,
            area=command.area,
            source=one.source,
            per=one.per,
            reference=command.reference,
        )
        for one in command.indicators
    ]
    return [adopted, *indicators]


def _signal(command: RaiseSignal) -> SignalRaised:
    """Refuses: ThemeUnknown."""
    if command.theme not in THEMES:
        raise ThemeUnknown(pointer="/body/theme")
    return SignalRaised(
        evidence=command.evidence,
        theme=command.theme,
        level=command.level,
        source=command.source,
        count=command.count,
        raised_by=command.raised_by,
        raised_on=london_date(command.now),
    )


def _series(command: RecordSeries, open: Open) -> Sequence[SeriesRecorded]:
    """Refuses: UnknownIndicator; at the figure, what `wrong_with` finds."""
    unit = open.indicators.get(command.indicator)
    if unit is None:
        raise UnknownIndicator
    for n, figure in enumerate(command.figures):
        if wrong := wrong_with(figure, unit, open.opened.age_bands):
            raise wrong(pointer=f"/body/figures/{n}")
    figures = command.figures
    return [
        SeriesRecorded(
            indicator=command.indicator,
            figures=figures[start : start + MOST_FIGURES],
            layout=command.layout,
        )
        for start in range(0, len(figures), MOST_FIGURES)
    ]


def wrong_with(figure: Figure, unit: Unit, age_bands: Sequence[str]) -> type[Invalid] | None:
    """Why a figure cannot be right, if it cannot: ValueAndStatus, GroupUnclear, AgeBandUnknown,
    AgeUnclear, PercentOutOfRange.
    """
    if (figure.status == "given") != (figure.value is not None):
        return ValueAndStatus
    if (figure.breakdown == "all") != (not figure.group):
        return GroupUnclear
    if figure.breakdown == "age-band" and figure.group not in age_bands:
        return AgeBandUnknown
    if figure.breakdown == "age" and ages_of(figure.group) is None:
        return AgeUnclear
    if unit == "percent" and figure.value is not None and not 0 <= figure.value <= WHOLE_PERCENT:
        return PercentOutOfRange
    return None


def _need(command: IdentifyNeed, open: Open) -> NeedIdentified:
    """Refuses: OutcomeMissing, EvidenceMissing (also for evidence of another assessment)."""
    if command.outcome not in open.outcomes:
        raise OutcomeMissing
    if not command.evidence or not open.evidence.issuperset(command.evidence):
        raise EvidenceMissing
    cited = dict.fromkeys(command.evidence)
    need = Need(
        need=command.need,
        title=command.title,
        outcome=command.outcome,
        groups=command.groups,
        signals=sum(open.signals.get(evidence, 0) for evidence in cited),
    )
    return NeedIdentified(need=need, evidence=tuple(cited))


def _publish(command: PublishAssessment, open: Open) -> AssessmentPublished:
    """A sum of signals below eight stays with the partnership. Refuses: NeedsMissing."""
    if not open.needs:
        raise NeedsMissing
    return AssessmentPublished(
        assessment=open.opened.assessment,
        partnership=open.opened.partnership,
        year=open.opened.year,
        outcomes=(*open.opened.outcomes, *open.adopted),
        needs=tuple(public_need(need) for need in open.needs),
        summary=command.summary,
    )


def public_need(need: Need) -> Need:
    """The need as those outside the partnership see it."""
    return need if need.signals >= FEWEST_SHOWN else replace(need, signals=0)


def evolve(assessment: Assessment, event: AssessmentEvent) -> Assessment:
    """The assessment after one more fact."""
    match assessment:
        case Unopened():
            return Open(opened=event) if isinstance(event, AssessmentOpened) else assessment
        case Open():
            return _changed(assessment, event)
        case Assessed():
            return assessment


def _changed(open: Open, event: AssessmentEvent) -> Assessment:
    match event:
        case AssessmentOpened() | SeriesRecorded():
            return open
        case OutcomeAdopted():
            return replace(open, adopted=(*open.adopted, event.outcome))
        case IndicatorRecorded():
            indicators = {**open.indicators, event.indicator: event.unit}
            return replace(open, indicators=indicators, evidence=open.evidence | {event.indicator})
        case ViewsRecorded() | FindingRecorded():
            return replace(open, evidence=open.evidence | {event.evidence})
        case SignalRaised():
            signals = {**open.signals, event.evidence: event.count}
            return replace(open, signals=signals, evidence=open.evidence | {event.evidence})
        case NeedIdentified():
            return replace(open, needs=(*open.needs, event.need))
        case AssessmentPublished():
            return Assessed(opened=open.opened, published=event, evidence=open.evidence)


ASSESSMENT: Decider[AssessmentCommand, Assessment, AssessmentEvent] = Decider(
    category="assessment",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(AssessmentEvent),
)
