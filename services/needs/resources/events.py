"""The facts of a partnership's resources, and what is assumed about their effect."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from services.needs.strategies.events import ResourceKind, Tier
from shared.eventsourcing.events import Event
from shared.published.terms import (
    AgencyId,
    FinancialYear,
    OutcomeId,
    PartnershipId,
    PersonId,
    TextRef,
)

Sharing = Literal["pooled", "aligned", "in-kind"]


class ResourceOffered(Event, frozen=True, kw_only=True, tag="needs.resource-offered.v1"):
    """What one service has of one partner in a year.

    `annual_pence` is what staff or buildings cost their owner where they are no money; `what` says
    what they are. `need` is in the words of the assessment, empty where none was found.
    """

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
    offered_by: PersonId


class ResourceAgreed(Event, frozen=True, kw_only=True, tag="needs.resource-agreed.v1"):
    """The partner whose it is stands by it."""

    resource: str
    partner: AgencyId
    agreed_by: PersonId


class ResourceWithdrawn(Event, frozen=True, kw_only=True, tag="needs.resource-withdrawn.v1"):
    resource: str
    withdrawn_by: PersonId


class EffectAssumed(Event, frozen=True, kw_only=True, tag="needs.effect-assumed.v1"):
    """What a service achieves in a year, and by how many percent that changes with 1 % of money.

    Between `least` and `most`; `because` is the assumption in words, with its source.
    """

    partnership: PartnershipId
    year: FinancialYear
    service: str
    result: str
    achieved: int
    least: Decimal
    most: Decimal
    because: TextRef
    assumed_by: PersonId


ResourcesEvent = ResourceOffered | ResourceAgreed | ResourceWithdrawn | EffectAssumed
