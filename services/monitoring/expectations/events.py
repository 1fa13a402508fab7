"""The facts of an expectation; no other service hears them, since they name who scored."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.terms import (
    AgencyId,
    ContractId,
    FinancialYear,
    PartnershipId,
    PersonId,
    TextRef,
)


class ClarityRated(Event, frozen=True, kw_only=True, tag="monitoring.clarity-rated.v1"):
    """How clear the outcomes asked for were, 1 to 5; a later rating of the year takes its place."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    year: FinancialYear
    score: int
    text: TextRef | None = None
    rated_by: PersonId


ExpectationEvent = ClarityRated
