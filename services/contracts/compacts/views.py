"""A partnership's Compact policy, with the reasons given for contracts that differ."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.contracts.compacts.decider import COMPACTS
from services.contracts.compacts.events import CompactPolicySet, DifferenceExplained
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class CompactRow(Row, frozen=True, kw_only=True):
    """The policy, and by contract and point the last reason given."""

    partnership: PartnershipId
    policy: CompactPolicySet | None = None
    reasons: dict[str, DifferenceExplained] = msgspec.field(
        default_factory=dict[str, DifferenceExplained]
    )
    version: int = 0


def reason_key(contract: str, point: str) -> str:
    return f"{contract}/{point}"


def fold(row: CompactRow | None, recorded: Recorded) -> CompactRow | None:
    row = row or CompactRow(partnership=recorded.subject)
    match recorded.event:
        case CompactPolicySet() as policy:
            row = replace(row, policy=policy)
        case DifferenceExplained() as said:
            key = reason_key(said.contract, said.point)
            row = replace(row, reasons=row.reasons | {key: said})
        case _:
            pass
    return replace(row, version=recorded.envelope.version)


COMPACT_ROWS: View[CompactRow] = View(
    name="compacts",
    source="contracts",
    row=CompactRow,
    events=COMPACTS.events,
    key=subject_of,
    fold=fold,
)
