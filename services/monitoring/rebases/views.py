"""The rebases of each contract as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.rebases.decider import REBASES
from services.monitoring.rebases.events import RebaseProposed, RebaseRefused
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import SeriesRebased
from shared.published.terms import ContractId, MeasureId, Period, PersonId, TextRef


class RebaseRead(msgspec.Struct, frozen=True, kw_only=True):
    """One rebase: `reason` is why it was proposed, `refusal` why it was refused."""

    measure: MeasureId
    from_period: Period
    status: Literal["proposed", "approved", "refused"]
    reason: TextRef
    proposed_by: PersonId
    proposed_at: datetime
    decided_by: PersonId = ""
    decided_at: datetime | None = None
    refusal: TextRef | None = None


class RebasesRow(Row, frozen=True, kw_only=True):
    """Every rebase of a contract in the order proposed; one proposed again takes the old place."""

    contract: ContractId
    rebases: tuple[RebaseRead, ...] = ()
    version: int = 1


def fold(row: RebasesRow | None, recorded: Recorded) -> RebasesRow | None:
    match recorded.event:
        case RebaseProposed() as event:
            proposed = RebaseRead(
                measure=event.measure,
                from_period=event.from_period,
                status="proposed",
                reason=event.reason,
                proposed_by=event.proposed_by,
                proposed_at=recorded.recorded_at,
            )
            row = row or RebasesRow(contract=event.contract)
            place = (event.measure, event.from_period)
            kept = tuple(one for one in row.rebases if (one.measure, one.from_period) != place)
            row = replace(row, rebases=(*kept, proposed))
        case RebaseRefused() as event if row:
            row = _decided(row, event, event.refused_by, recorded.recorded_at)
        case SeriesRebased() as event if row:
            row = _decided(row, event, event.approved_by, recorded.recorded_at)
        case _:
            return row
    return replace(row, version=recorded.envelope.version)


def _decided(
    row: RebasesRow, event: RebaseRefused | SeriesRebased, by: PersonId, at: datetime
) -> RebasesRow:
    refusal = event.reason if isinstance(event, RebaseRefused) else None
    return replace(
        row,
        rebases=tuple(
            replace(
                one,
                status="refused" if refusal else "approved",
                decided_by=by,
                decided_at=at,
                refusal=refusal,
            )
            if (one.measure, one.from_period) == (event.measure, event.from_period)
            else one
            for one in row.rebases
        ),
    )


REBASE_ROWS: View[RebasesRow] = View(
    name="rebases",
    source="monitoring",
    row=RebasesRow,
    events=REBASES.events,
    key=subject_of,
    fold=fold,
)
