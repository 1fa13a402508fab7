"""Planned procurements as partners see them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.procurement.planned.decider import PLANNED
from services.procurement.planned.events import TimeAllowed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.published.terms import AgencyId, ContractId, PartnershipId, TextRef


class PlannedRow(Row, frozen=True, kw_only=True):
    """What is to be bought in the place of a contract, and by when it opens at the latest.

    `begun_by_kind` and `begun_by` name the tender or award, once it has begun.
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
    planned_on: date
    reason: TextRef | None = None
    begun_by_kind: str = ""
    begun_by: str = ""
    version: int = 0


def fold(row: PlannedRow | None, recorded: Recorded) -> PlannedRow | None:
    """The row after one more event of its plan."""
    match recorded.event:
        case ProcurementPlanned() as planned:
            row = PlannedRow(
                contract=planned.contract,
                partnership=planned.partnership,
                procuring=planned.procuring,
                specification=planned.specification,
                title=planned.title,
                decision=planned.decision,
                service_ends_on=planned.service_ends_on,
                working_days=planned.working_days,
                open_by=planned.open_by,
                planned_on=planned.effective_on,
            )
        case PlannedProcurementMoved() as moved if row:
            row = replace(
                row,
                service_ends_on=moved.service_ends_on,
                working_days=moved.working_days,
                open_by=moved.open_by,
            )
        case TimeAllowed() as allowed if row:
            row = replace(row, reason=allowed.reason)
        case PlannedProcurementBegun() as begun if row:
            row = replace(row, begun_by_kind=begun.by_kind, begun_by=begun.by)
        case _:
            pass
    return row and replace(row, version=recorded.envelope.version)


PLANNED_ROWS: View[PlannedRow] = View(
    name="planned",
    source="procurement",
    row=PlannedRow,
    events=PLANNED.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
