"""The facts of a partnership's Compact policy, and the reasons for contracts that differ."""

from __future__ import annotations

from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import ContractId, PartnershipId, PersonId, TextRef

Point = Literal["length", "review", "full-cost"]


class CompactPolicySet(Event, frozen=True, kw_only=True, tag="contracts.compact-policy-set.v1"):
    """Contracts run for `shortest_months` at least, are reviewed every `review_every_months` or
    more often, and pay the full cost where `full_cost`. `clause` says where the Compact says so.
    """

    partnership: PartnershipId
    shortest_months: int
    review_every_months: int
    full_cost: bool
    clause: str
    set_by: PersonId


class DifferenceExplained(
    Event, frozen=True, kw_only=True, tag="contracts.compact-difference-explained.v1"
):
    """Why a contract does not meet a point; a later reason takes the place of an earlier one."""

    contract: ContractId
    point: Point
    reason: TextRef
    explained_by: PersonId


CompactEvent = CompactPolicySet | DifferenceExplained
