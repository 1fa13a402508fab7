"""What may be asked of a Compact policy; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.contracts.compacts.events import Point
from shared.eventsourcing.commands import Command
from shared.published.terms import ContractId, PartnershipId, PersonId, TextRef


class SetCompactPolicy(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    shortest_months: int
    review_every_months: int
    full_cost: bool
    clause: str
    set_by: PersonId
    now: datetime


class ExplainDifference(Command, frozen=True, kw_only=True):
    """`misses` are the points that the contract does not meet."""

    contract: ContractId
    point: Point
    misses: frozenset[Point]
    reason: TextRef
    explained_by: PersonId
    now: datetime


CompactCommand = SetCompactPolicy | ExplainDifference
