"""Framework agreements as those who may call off see them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.procurement.agreements.decider import AGREEMENTS, with_lot
from services.procurement.agreements.events import (
    AgreementEnded,
    AgreementRegistered,
    LotChanged,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of


class AgreementRow(Row, frozen=True, kw_only=True):
    """A framework agreement, and whether it was ended before its time."""

    agreement: str
    registered: AgreementRegistered
    valid_until: date
    ended: bool = False
    version: int = 0


def fold(row: AgreementRow | None, recorded: Recorded) -> AgreementRow | None:
    """The row after one more event of its agreement."""
    match recorded.event:
        case AgreementRegistered() as event:
            row = AgreementRow(
                agreement=event.agreement, registered=event, valid_until=event.valid_until
            )
        case LotChanged() as event if row:
            row = replace(row, registered=with_lot(row.registered, event))
        case AgreementEnded() if row:
            row = replace(row, ended=True)
        case _:
            pass
    return row and replace(row, version=recorded.envelope.version)


AGREEMENT_ROWS: View[AgreementRow] = View(
    name="framework_agreements",
    source="procurement",
    row=AgreementRow,
    events=AGREEMENTS.events,
    key=subject_of,
    fold=fold,
)
