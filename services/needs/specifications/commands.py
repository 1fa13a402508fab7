"""What may be asked of a specification."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.strategies.events import Tier
from shared.eventsourcing.commands import Command
from shared.published.needs import StrategyPublished
from shared.published.terms import (
    MeasureTerms,
    Outcome,
    OutcomeId,
    PersonId,
    TextRef,
    Wanted,
)


class DraftSpecification(Command, frozen=True, kw_only=True):
    """`strategy` is None while the one named is not published; `known` are its outcomes."""

    specification: str
    strategy: StrategyPublished | None
    known: tuple[Outcome, ...]
    recommendation: str
    title: str
    outcomes: tuple[OutcomeId, ...]
    tier: Tier
    annual_value_pence: int
    starts_on: date
    ends_on: date
    description: TextRef
    drafted_by: PersonId
    now: datetime


class SpecifyMeasure(Command, frozen=True, kw_only=True):
    measure: MeasureTerms
    now: datetime


class WantFigure(Command, frozen=True, kw_only=True):
    """Wanted again under the same title, a figure takes the place of the one before."""

    wanted: Wanted
    now: datetime


class ApproveSpecification(Command, frozen=True, kw_only=True):
    approved_by: PersonId
    now: datetime


class PublishSpecification(Command, frozen=True, kw_only=True):
    now: datetime


class SupersedeSpecification(Command, frozen=True, kw_only=True):
    """`by_published` is whether `by` is another published one of the same partnership."""

    by: str
    by_published: bool
    now: datetime


class WithdrawSpecification(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


SpecificationCommand = (
    DraftSpecification
    | SpecifyMeasure
    | WantFigure
    | ApproveSpecification
    | PublishSpecification
    | SupersedeSpecification
    | WithdrawSpecification
)
