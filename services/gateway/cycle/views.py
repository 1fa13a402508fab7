"""The procurements that are planned in the place of services that are redesigned."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.published.terms import ContractId, PartnershipId


class PlannedRow(Row, frozen=True, kw_only=True):
    """One of them; once it has begun its tender or award stands in its place."""

    contract: ContractId
    partnership: PartnershipId
    title: str
    planned_on: date
    open_by: date
    begun: bool = False


def contract_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case ProcurementPlanned() | PlannedProcurementMoved() | PlannedProcurementBegun() as event:
            return event.contract
        case _:
            return None


def fold(row: PlannedRow | None, recorded: Recorded) -> PlannedRow | None:
    match recorded.event:
        case ProcurementPlanned() as planned:
            return PlannedRow(
                contract=planned.contract,
                partnership=planned.partnership,
                title=planned.title,
                planned_on=planned.effective_on,
                open_by=planned.open_by,
            )
        case PlannedProcurementMoved() as moved if row:
            return replace(row, open_by=moved.open_by)
        case PlannedProcurementBegun() if row:
            return replace(row, begun=True)
        case _:
            return row


PLANNED: View[PlannedRow] = View(
    name="planned_procurements",
    source="procurement",
    row=PlannedRow,
    events=(ProcurementPlanned, PlannedProcurementMoved, PlannedProcurementBegun),
    key=contract_of,
    fold=fold,
    indexes=("partnership",),
)
