"""Closes a pooled fund's year: true-up, result, and who bears the overspend or keeps the rest.

Law: every penny of the result goes to a partner, by weights the agreement states and by nothing
else; closing again from the same sums comes out the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from shared.values.shares import portion, split


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What the partners agreed for a year. Weights are parallel to `partners`."""

    partners: tuple[str, ...]
    attribution_weights: tuple[int, ...]
    overspend_weights: tuple[int, ...] = ()
    carry_forward_limit_basis_points: int = 0


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """The year's money, parallel to the partners: contributions agreed and brought forward."""

    contributions_pence: tuple[int, ...]
    brought_forward_pence: tuple[int, ...]


class ElementCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one element of one contract cost each partner so far, and the weights it is split by.

    The weights are `eligible_weights` of the contract's spending at the close.
    """

    contract: str
    element: str
    shares_pence: tuple[int, ...]
    weights: tuple[int, ...]


class TrueUp(msgspec.Struct, frozen=True, kw_only=True):
    """What moves each partner's annual share of one contract element to its exact part."""

    contract: str
    element: str
    changes_pence: tuple[int, ...]


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result goes, parallel to the partners: an overspend is borne, an underspend kept
    up to the limit and the rest returned."""

    overspend_pence: tuple[int, ...]
    carried_forward_pence: tuple[int, ...]
    returned_pence: tuple[int, ...]


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A year's close. `result_pence` is funding less spending: minus is an overspend."""

    true_ups: tuple[TrueUp, ...]
    result_pence: int
    settlement: Settlement


def eligible_weights(
    agreement: Agreement, ring_fences: Mapping[str, Sequence[str]], spending: str
) -> tuple[int, ...]:
    """The attribution weights of those whose money may be spent on this, nothing for the others.

    `ring_fences` has for each partner what each of its contributions is fenced to, "" being not
    at all; a partner that has agreed none yet is not shut out.
    """
    return tuple(
        weight if _may_bear(ring_fences.get(partner, ()), spending) else 0
        for partner, weight in zip(agreement.partners, agreement.attribution_weights, strict=True)
    )


def _may_bear(fences: Sequence[str], spending: str) -> bool:
    return not fences or "" in fences or spending in fences


def charge(
    shares_pence: Sequence[int], amount_pence: int, weights: Sequence[int]
) -> tuple[int, ...]:
    """Running shares after one more sum, split by itself: never cumulatively (rule 5)."""
    more = split(amount_pence, weights)
    return tuple(a + b for a, b in zip(shares_pence or (0,) * len(more), more, strict=True))


def true_up(cost: ElementCost) -> TrueUp | None:
    """None where every share already is the largest remainder of the annual total."""
    exact = split(sum(cost.shares_pence), cost.weights)
    changes = tuple(a - b for a, b in zip(exact, cost.shares_pence, strict=True))
    if not any(changes):
        return None
    return TrueUp(contract=cost.contract, element=cost.element, changes_pence=changes)


def result_pence(funding: Funding, spending_pence: int) -> int:
    """Contributions and brought forward less spending: minus is an overspend."""
    return sum(funding.contributions_pence) + sum(funding.brought_forward_pence) - spending_pence


def settle(agreement: Agreement, funding: Funding, result: int) -> Settlement:
    """An overspend by the overspend weights; an underspend kept up to the limit, the rest returned.

    Both parts of an underspend go by agreed contributions, or by what was brought forward where
    nobody contributed. Raises ValueError where an overspend meets no agreed risk share.
    """
    nothing = (0,) * len(agreement.partners)
    if result < 0:
        if len(agreement.overspend_weights) != len(agreement.partners):
            raise ValueError("an overspend, and no risk share agreed between these partners")
        overspend = split(-result, agreement.overspend_weights)
        return Settlement(
            overspend_pence=overspend, carried_forward_pence=nothing, returned_pence=nothing
        )
    if result == 0:
        return Settlement(
            overspend_pence=nothing, carried_forward_pence=nothing, returned_pence=nothing
        )
    contributions = funding.contributions_pence
    limit = portion(sum(contributions), agreement.carry_forward_limit_basis_points)
    kept = min(result, limit)
    weights = contributions if any(contributions) else funding.brought_forward_pence
    return Settlement(
        overspend_pence=nothing,
        carried_forward_pence=split(kept, weights),
        returned_pence=split(result - kept, weights),
    )


def close_year(agreement: Agreement, funding: Funding, costs: Sequence[ElementCost]) -> Closing:
    """Everything the close of a year says, from what each contract element cost each partner.

    Shapes: `costs` in the order the true-ups shall have; every tuple parallel to the partners.
    """
    true_ups = (true_up(cost) for cost in costs)
    result = result_pence(funding, sum(sum(cost.shares_pence) for cost in costs))
    return Closing(
        true_ups=tuple(change for change in true_ups if change is not None),
        result_pence=result,
        settlement=settle(agreement, funding, result),
    )
