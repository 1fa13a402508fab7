"""What may be asked of a schedule; only what contracts publishes asks it."""

from __future__ import annotations

from datetime import date, datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import ContractId, ContractTerms, FinancialYear


class TakeTerms(Command, frozen=True, kw_only=True):
    contract: ContractId
    terms: ContractTerms
    now: datetime


class EndSchedule(Command, frozen=True, kw_only=True):
    """`effective_on` is the last day of service."""

    effective_on: date
    now: datetime


class BeginReviewSeason(Command, frozen=True, kw_only=True):
    """December of `year` has come, or the contract began in it."""

    year: FinancialYear
    now: datetime


ScheduleCommand = TakeTerms | EndSchedule | BeginReviewSeason
