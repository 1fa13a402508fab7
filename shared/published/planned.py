"""What procurement publishes before anything is bought: that a service is to be bought anew."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import AgencyId, ContractId, PartnershipId, PersonId


class ProcurementPlanned(
    Published, frozen=True, kw_only=True, tag="procurement.procurement-planned.v1"
):
    """A service is redesigned: what is to be bought in the place of its contract.

    It opens by `open_by` at the latest, `working_days` before the day after the old service's last
    one, so that no gap opens.
    """

    contract: ContractId
    partnership: PartnershipId
    procuring: AgencyId
    specification: str
    title: str
    decision: str
    service_ends_on: date
    working_days: int
    open_by: date
    effective_on: date


class PlannedProcurementMoved(
    Published, frozen=True, kw_only=True, tag="procurement.planned-procurement-moved.v1"
):
    """The old service ends on another day, or the procurement is given another time."""

    contract: ContractId
    partnership: PartnershipId
    decision: str
    service_ends_on: date
    working_days: int
    open_by: date


class PlannedProcurementBegun(
    Published, frozen=True, kw_only=True, tag="procurement.planned-procurement-begun.v1"
):
    """It goes on as a tender, or as an award without one: `by` is its id."""

    contract: ContractId
    partnership: PartnershipId
    decision: str
    by_kind: Literal["tender", "award"]
    by: str
    begun_by: PersonId
    effective_on: date
