"""The facts of a year's agreed indicators: proposed, agreed by the board, reported to it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from shared.eventsourcing.events import Event
from shared.published.terms import (
    Direction,
    FinancialYear,
    OutcomeId,
    PartnershipId,
    PersonId,
    Unit,
)


class AgreedIndicator(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is reported of one outcome of the strategy, and the value it is to have by a period.

    It is known over assessments by its title, outcome, area and unit.
    """

    indicator: str
    title: str
    outcome: OutcomeId
    outcome_title: str
    area: str
    unit: Unit
    direction: Direction
    target: Decimal | None = None
    by_period: str = ""


class ReportedFigure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest figure of an indicator as the report has it; no period where there was none."""

    indicator: str
    period: str = ""
    value: Decimal | None = None
    standing: Literal["reached", "missed", "not-yet", "no-target", "no-figure"]


class IndicatorsProposed(Event, frozen=True, kw_only=True, tag="needs.indicators-proposed.v1"):
    """The list for the board to agree; a later proposal takes the place of an earlier one."""

    partnership: PartnershipId
    year: FinancialYear
    number: int
    strategy: str
    indicators: tuple[AgreedIndicator, ...]
    proposed_by: PersonId


class IndicatorsAgreed(Event, frozen=True, kw_only=True, tag="needs.indicators-agreed.v1"):
    """By a decision of the board about this very proposal."""

    number: int
    decision: str
    agreed_on: date
    recorded_by: PersonId


class PerformanceReported(Event, frozen=True, kw_only=True, tag="needs.performance-reported.v1"):
    """The report as it was put before a meeting, from what was known at a time."""

    report: int
    number: int
    meeting: str
    known_at: datetime
    figures: tuple[ReportedFigure, ...]
    reported_by: PersonId


AgreedIndicatorsEvent = IndicatorsProposed | IndicatorsAgreed | PerformanceReported
