"""The rules of a Compact policy: what is wanted of a contract, and what it meets of it. Pure.

Law: a preference, never a gate: a contract that differs is signed all the same, and says why.
Source: Newcastle Children's Services Commissioning Framework, January 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.contracts.compacts.commands import (
    CompactCommand,
    ExplainDifference,
    SetCompactPolicy,
)
from services.contracts.compacts.events import (
    CompactEvent,
    CompactPolicySet,
    DifferenceExplained,
    Point,
)
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.decider import Decider
from shared.published.terms import ContractTerms

MONTHS_A_YEAR = 12


class NoPolicy(Refused):
    """Set the Compact policy first: there is nothing to differ from."""

    code = "compact-policy-missing"


class NothingToExplain(Refused):
    """The contract meets this point."""

    code = "compact-point-met"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One point held against a contract: what is wanted, what is agreed, whether that is enough.

    `wanted` and `agreed` are months, or whether the full cost is paid; None where nobody said.
    """

    point: Point
    wanted: int | bool
    agreed: int | bool | None
    met: bool


def months_of(terms: ContractTerms) -> int:
    """Whole months from the first to the last day."""
    end = terms.ends_on + timedelta(days=1)
    months = (end.year - terms.starts_on.year) * MONTHS_A_YEAR + end.month - terms.starts_on.month
    return months - (end.day < terms.starts_on.day)


def held_against(policy: CompactPolicySet, terms: ContractTerms) -> tuple[Finding, ...]:
    """Every point of the policy, and how the contract does by it. Full cost is met only where
    somebody said that it is paid.
    """
    length, review = months_of(terms), terms.review_every_months
    return (
        Finding(
            point="length",
            wanted=policy.shortest_months,
            agreed=length,
            met=length >= policy.shortest_months,
        ),
        Finding(
            point="review",
            wanted=policy.review_every_months,
            agreed=review,
            met=review <= policy.review_every_months,
        ),
        Finding(
            point="full-cost",
            wanted=policy.full_cost,
            agreed=terms.full_cost,
            met=not policy.full_cost or terms.full_cost is True,
        ),
    )


class Compact(msgspec.Struct, frozen=True, kw_only=True):
    """The policy as it is now, if there is one."""

    policy: CompactPolicySet | None = None


def decide(command: CompactCommand, compact: Compact) -> Sequence[CompactEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case SetCompactPolicy():
            return [
                CompactPolicySet(
                    partnership=command.partnership,
                    shortest_months=command.shortest_months,
                    review_every_months=command.review_every_months,
                    full_cost=command.full_cost,
                    clause=command.clause,
                    set_by=command.set_by,
                )
            ]
        case ExplainDifference():
            return [_explain(command, compact)]


def _explain(command: ExplainDifference, compact: Compact) -> DifferenceExplained:
    """Refuses: NoPolicy, NothingToExplain."""
    if compact.policy is None:
        raise NoPolicy
    if command.point not in command.misses:
        raise NothingToExplain
    return DifferenceExplained(
        contract=command.contract,
        point=command.point,
        reason=command.reason,
        explained_by=command.explained_by,
    )


def evolve(compact: Compact, event: CompactEvent) -> Compact:
    """The policy after one more fact."""
    match event:
        case CompactPolicySet():
            return replace(compact, policy=event)
        case DifferenceExplained():
            return compact


COMPACTS: Decider[CompactCommand, Compact, CompactEvent] = Decider(
    category="compact",
    initial=Compact(),
    decide=decide,
    evolve=evolve,
    events=get_args(CompactEvent),
)
