"""What may be asked of an expectation; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import (
    AgencyId,
    ContractId,
    FinancialYear,
    PartnershipId,
    PersonId,
    TextRef,
)


class RateClarity(Command, frozen=True, kw_only=True):
    """`score` from 1 (nobody could say what is expected) to 5 (always clear)."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    starts_on: date
    ends_on: date
    year: FinancialYear
    score: int
    text: TextRef | None
    rated_by: PersonId
    now: datetime


ExpectationCommand = RateClarity
