"""The facts of a contract's schedule of returns."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    FinancialYear,
    PartnershipId,
    Period,
)


class TermsTaken(Event, frozen=True, kw_only=True, tag="monitoring.terms-taken.v1"):
    """The terms that returns of this contract are asked under from now on."""

    contract: ContractId
    terms: ContractTerms


class ScheduleEnded(Event, frozen=True, kw_only=True, tag="monitoring.schedule-ended.v1"):
    """The contract is over; the returns of `periods`, which begin later, are not owed."""

    contract: ContractId
    provider: AgencyId
    periods: tuple[Period, ...]
    effective_on: date


class ReviewSeasonBegun(Event, frozen=True, kw_only=True, tag="monitoring.review-season-begun.v1"):
    """The time of a year at which a live contract is usually reviewed."""

    contract: ContractId
    partnership: PartnershipId
    year: FinancialYear


ScheduleEvent = TermsTaken | ScheduleEnded | ReviewSeasonBegun
