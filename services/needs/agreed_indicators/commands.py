"""What may be asked about a year's agreed indicators."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.agreed_indicators.events import AgreedIndicator, ReportedFigure
from shared.eventsourcing.commands import Command
from shared.published.terms import FinancialYear, PartnershipId, PersonId


class ProposeIndicators(Command, frozen=True, kw_only=True):
    """`approved` is whether the board has approved the strategy; `unknown` names, of what was
    asked for, the places that are no indicators of its outcomes.
    """

    partnership: PartnershipId
    year: FinancialYear
    strategy: str
    approved: bool
    indicators: tuple[AgreedIndicator, ...]
    unknown: tuple[int, ...]
    proposed_by: PersonId
    now: datetime


class AgreeIndicators(Command, frozen=True, kw_only=True):
    """`about` is what the decision is about, empty unless the partnership's board carried it after
    the proposal was made.
    """

    decision: str
    about: str
    decided_on: date | None
    recorded_by: PersonId
    now: datetime


class ReportPerformance(Command, frozen=True, kw_only=True):
    """`coming` is whether the meeting is one of the board's own that is not over."""

    meeting: str
    coming: bool
    figures: tuple[ReportedFigure, ...]
    reported_by: PersonId
    now: datetime


AgreedIndicatorsCommand = ProposeIndicators | AgreeIndicators | ReportPerformance
