"""The rules of a year's agreed indicators. Pure: no clock, no I/O, no chance.

Law: the board agrees a list as it was proposed; a report keeps the figures it was made of, so what
is restated later shows beside it and never in it. Source: Darlington Children's Trust, governance
arrangements 2010, 16.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.agreed_indicators.commands import (
    AgreedIndicatorsCommand,
    AgreeIndicators,
    ProposeIndicators,
    ReportPerformance,
)
from services.needs.agreed_indicators.events import (
    AgreedIndicatorsEvent,
    IndicatorsAgreed,
    IndicatorsProposed,
    PerformanceReported,
)
from services.needs.agreed_indicators.refusals import (
    IndicatorsNotDecided,
    IndicatorTwice,
    IndicatorUnknown,
    MeetingNotComing,
    NothingAgreed,
    NothingProposed,
    StrategyNotAgreed,
    TargetUnclear,
    YearIsOver,
    YearRuns,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import FinancialYear
from shared.values.quarters import last_day


class YearOfIndicators(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting`: the board has yet to agree the newest proposal; `agreed` is the last it agreed."""

    year: FinancialYear = ""
    number: int = 0
    waiting: bool = False
    agreed: int = 0
    reports: int = 0


def about(year: FinancialYear, number: int) -> str:
    """What the board's decision on a proposal is about: `indicators-2026-27.1`."""
    return f"indicators-{year.replace('/', '-')}.{number}"


def decide(
    command: AgreedIndicatorsCommand, state: YearOfIndicators
) -> Sequence[AgreedIndicatorsEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ProposeIndicators():
            return [_propose(command, state)]
        case AgreeIndicators():
            return [_agree(command, state)]
        case ReportPerformance():
            return [_report(command, state)]


def _propose(command: ProposeIndicators, state: YearOfIndicators) -> IndicatorsProposed:
    """Refuses: YearIsOver, StrategyNotAgreed, IndicatorUnknown, IndicatorTwice, TargetUnclear."""
    if last_day(command.year) < london_date(command.now):
        raise YearIsOver
    if not command.approved:
        raise StrategyNotAgreed(pointer="/body/strategy")
    if command.unknown:
        raise IndicatorUnknown(pointer=f"/body/indicators/{command.unknown[0]}/indicator")
    chosen: set[tuple[str, str, str, str]] = set()
    for n, one in enumerate(command.indicators):
        same = (one.title.casefold(), one.outcome, one.area, one.unit)
        if same in chosen:
            raise IndicatorTwice(pointer=f"/body/indicators/{n}/indicator")
        chosen.add(same)
        if (one.target is None) != (not one.by_period):
            raise TargetUnclear(pointer=f"/body/indicators/{n}/target")
    return IndicatorsProposed(
        partnership=command.partnership,
        year=command.year,
        number=state.number + 1,
        strategy=command.strategy,
        indicators=command.indicators,
        proposed_by=command.proposed_by,
    )


def _agree(command: AgreeIndicators, state: YearOfIndicators) -> IndicatorsAgreed:
    """Refuses: NothingProposed, IndicatorsNotDecided."""
    if not state.waiting:
        raise NothingProposed
    if command.decided_on is None or command.about != about(state.year, state.number):
        raise IndicatorsNotDecided(pointer="/body/decision")
    return IndicatorsAgreed(
        number=state.number,
        decision=command.decision,
        agreed_on=command.decided_on,
        recorded_by=command.recorded_by,
    )


def _report(command: ReportPerformance, state: YearOfIndicators) -> PerformanceReported:
    """Refuses: NothingAgreed, YearRuns, MeetingNotComing."""
    if not state.agreed:
        raise NothingAgreed
    if london_date(command.now) <= last_day(state.year):
        raise YearRuns
    if not command.coming:
        raise MeetingNotComing(pointer="/body/meeting")
    return PerformanceReported(
        report=state.reports + 1,
        number=state.agreed,
        meeting=command.meeting,
        known_at=command.now,
        figures=command.figures,
        reported_by=command.reported_by,
    )


def evolve(state: YearOfIndicators, event: AgreedIndicatorsEvent) -> YearOfIndicators:
    """The year after one more fact."""
    match event:
        case IndicatorsProposed():
            return replace(state, year=event.year, number=event.number, waiting=True)
        case IndicatorsAgreed():
            return replace(state, waiting=False, agreed=event.number)
        case PerformanceReported():
            return replace(state, reports=event.report)


AGREED_INDICATORS: Decider[AgreedIndicatorsCommand, YearOfIndicators, AgreedIndicatorsEvent] = (
    Decider(
        category="agreed-indicators",
        initial=YearOfIndicators(),
        decide=decide,
        evolve=evolve,
        events=get_args(AgreedIndicatorsEvent),
    )
)
