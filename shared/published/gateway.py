"""What the gateway publishes, into the logs of partner agencies alone: what each may hear of.

A snapshot is what the gateway knew of an object when an agency became entitled to it; what happens
afterwards comes as events. Nothing here is in the gateway's own log.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    FinancialYear,
    FundId,
    MeasureId,
    Member,
    PartnershipId,
    Period,
    Share,
    Term,
)

ObjectKind = Literal["partnership", "contract", "fund"]
Standing = Literal["member", "commissioner", "provider", "host"]


class EntitlementGranted(
    Published, frozen=True, kw_only=True, tag="gateway.entitlement-granted.v1"
):
    """From the next event on the agency hears of the object; `effective_on` is its cause's."""

    agency: AgencyId
    object_kind: ObjectKind
    object: str
    standing: Standing
    effective_on: date


class EntitlementEnded(Published, frozen=True, kw_only=True, tag="gateway.entitlement-ended.v1"):
    """From the next event on the agency hears of the object only as what else it is to it."""

    agency: AgencyId
    object_kind: ObjectKind
    object: str
    standing: Standing
    effective_on: date


class PartnershipSnapshot(
    Published, frozen=True, kw_only=True, tag="gateway.partnership-snapshot.v1"
):
    partnership: PartnershipId
    name: str
    lead: AgencyId
    members: tuple[Member, ...]


class ReturnStands(Term, frozen=True, kw_only=True):
    """One return of a contract; `version` is the last received, 0 before the first."""

    period: Period
    due_at: datetime
    status: Literal[
        "scheduled", "submitted", "queried", "rejected", "accepted", "restated", "cancelled"
    ]
    version: int


class FlagStands(Term, frozen=True, kw_only=True):
    """One case of underperformance that has not ended."""

    flag: str
    measure: MeasureId
    raised_at: datetime


class ContractSnapshot(Published, frozen=True, kw_only=True, tag="gateway.contract-snapshot.v1"):
    """A contract as it stands: terms as last agreed, its returns, the cases still open."""

    contract: ContractId
    terms: ContractTerms
    status: Literal["signed", "terminated", "completed"]
    ended_on: date | None = None
    returns: tuple[ReturnStands, ...] = ()
    open_flags: tuple[FlagStands, ...] = ()


class FundYear(Term, frozen=True, kw_only=True):
    """One financial year of a pooled fund; weights are parallel to `partners`."""

    year: FinancialYear
    partners: tuple[AgencyId, ...]
    attribution_weights: tuple[int, ...]
    overspend_weights: tuple[int, ...] = ()
    contributions: tuple[Share, ...] = ()
    closed: bool = False


class FundSnapshot(Published, frozen=True, kw_only=True, tag="gateway.fund-snapshot.v1"):
    """A pooled fund as it is agreed; what has been posted is in the ledger."""

    fund: FundId
    partnership: PartnershipId
    name: str
    host: AgencyId
    years: tuple[FundYear, ...]


PUBLISHED: tuple[type[Published], ...] = (
    EntitlementGranted,
    EntitlementEnded,
    PartnershipSnapshot,
    ContractSnapshot,
    FundSnapshot,
)
