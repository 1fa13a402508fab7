"""Changes as partners see them: what waits for the board, and what it decided."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.needs.changes.events import ReviewNoted
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import ServiceChangeDecided
from shared.published.terms import ContractId, PartnershipId


class ChangeRow(Row, frozen=True, kw_only=True):
    """A review's conclusion; `change` and `decision` are empty until the board has decided."""

    review: str
    contract: ContractId
    partnership: PartnershipId
    conclusion: str
    change: str = ""
    decision: str = ""
    decided_on: date | None = None


def fold(row: ChangeRow | None, recorded: Recorded) -> ChangeRow | None:
    match recorded.event:
        case ReviewNoted() as noted:
            return ChangeRow(
                review=noted.review,
                contract=noted.contract,
                partnership=noted.partnership,
                conclusion=noted.conclusion,
            )
        case ServiceChangeDecided() as decided if row:
            return replace(
                row,
                change=decided.change,
                decision=decided.decision,
                decided_on=decided.effective_on,
            )
        case _:
            return row


CHANGE_ROWS: View[ChangeRow] = View(
    name="changes",
    source="needs",
    row=ChangeRow,
    events=(ReviewNoted, ServiceChangeDecided),
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
