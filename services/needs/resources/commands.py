"""What may be asked about resources; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from services.needs.resources.events import Sharing
from services.needs.strategies.events import ResourceKind, Tier
from shared.eventsourcing.commands import Command
from shared.published.terms import (
    AgencyId,
    FinancialYear,
    OutcomeId,
    PartnershipId,
    PersonId,
    TextRef,
)


class OfferResource(Command, frozen=True, kw_only=True):
    """`agency` is the asker's: offering one's own is agreeing to it."""

    resource: str
    partnership: PartnershipId
    year: FinancialYear
    service: str
    provider: str
    partner: AgencyId
    outcome: OutcomeId
    need: str
    tier: Tier
    kind: ResourceKind
    sharing: Sharing
    what: str
    annual_pence: int
    agency: AgencyId
    offered_by: PersonId
    now: datetime


class AgreeResource(Command, frozen=True, kw_only=True):
    resource: str
    agency: AgencyId
    agreed_by: PersonId
    now: datetime


class WithdrawResource(Command, frozen=True, kw_only=True):
    resource: str
    withdrawn_by: PersonId
    now: datetime


class AssumeEffect(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    year: FinancialYear
    service: str
    result: str
    achieved: int
    least: Decimal
    most: Decimal
    because: TextRef
    assumed_by: PersonId
    now: datetime


ResourcesCommand = OfferResource | AgreeResource | WithdrawResource | AssumeEffect
