"""What may be asked of a planned procurement; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, ContractId, PartnershipId, PersonId, TextRef


class PlanProcurement(Command, frozen=True, kw_only=True):
    """The board decided that the service is redesigned; `service_ends_on` is its last day now."""

    contract: ContractId
    partnership: PartnershipId
    procuring: AgencyId
    specification: str
    title: str
    decision: str
    service_ends_on: date
    now: datetime


class MovePlan(Command, frozen=True, kw_only=True):
    """The old contract ends on another day."""

    service_ends_on: date
    now: datetime


class AllowTime(Command, frozen=True, kw_only=True):
    """How long this procurement takes, from its opening until the new service begins."""

    working_days: int
    reason: TextRef
    allowed_by: PersonId
    now: datetime


class BeginPlanned(Command, frozen=True, kw_only=True):
    """`ours` is whether the partnership has such a tender or award, and has not given it up."""

    by_kind: Literal["tender", "award"]
    by: str
    ours: bool
    begun_by: PersonId
    now: datetime


PlannedCommand = PlanProcurement | MovePlan | AllowTime | BeginPlanned
