"""Closes a pooled fund's year: true-up, result, and who bears the overspend or keeps the rest.

Law: every penny of the result goes to a partner, by weights the agreement states and by nothing
else; closing again from the same sums comes out the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from shared.values.risk_shares import (
    Layer,
    RiskShareNotAgreed,
    RiskShareRules,
    SchemeShare,
    by_bands,
    pour,
    within_caps,
)
from shared.values.shares import portion, split
from shared.values.weightings import Agreement


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """The year's money, parallel to the partners: contributions agreed and brought forward."""

    contributions_pence: tuple[int, ...]
    brought_forward_pence: tuple[int, ...]


class ElementCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one element of one contract cost each partner so far, and the weights it is split by.

    The weights are `eligible_weights` of the contract's spending at the close, among the
    weightings of the year the one named.
    """

    contract: str
    element: str
    shares_pence: tuple[int, ...]
    weights: tuple[int, ...]
    scheme: str = ""
    weighting: int = 0


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What a year's services cost together, parallel to the partners, and by scheme."""

    total_pence: int
    by_partner_pence: tuple[int, ...] = ()
    by_scheme_pence: dict[str, int] = {}


class TrueUp(msgspec.Struct, frozen=True, kw_only=True):
    """What moves each partner's annual share of one contract element to its exact part."""

    contract: str
    element: str
    changes_pence: tuple[int, ...]
    weighting: int = 0


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result goes, parallel to the partners: an overspend is borne, an underspend kept
    up to the limit and the rest returned. `absorbed_pence` is what a waterfall's layers met."""

    overspend_pence: tuple[int, ...]
    carried_forward_pence: tuple[int, ...]
    returned_pence: tuple[int, ...]
    absorbed_pence: dict[str, int] = {}


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A year's close. `result_pence` is funding less spending: minus is an overspend."""

    true_ups: tuple[TrueUp, ...]
    result_pence: int
    settlement: Settlement


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
    return TrueUp(
        contract=cost.contract,
        element=cost.element,
        changes_pence=changes,
        weighting=cost.weighting,
    )


def result_pence(funding: Funding, spending_pence: int) -> int:
    """Contributions and brought forward less spending: minus is an overspend."""
    return sum(funding.contributions_pence) + sum(funding.brought_forward_pence) - spending_pence


def settle(agreement: Agreement, funding: Funding, spending: Spending) -> Settlement:
    """What is borne as the risk share says; what is then left, kept and returned.

    Of aligned budgets nothing: what their holders did not spend never left them.

    Raises RiskShareNotAgreed or CapsReached where an overspend has nobody to bear it.
    """
    if agreement.aligned:
        nothing = (0,) * len(agreement.partners)
        return Settlement(
            overspend_pence=nothing, carried_forward_pence=nothing, returned_pence=nothing
        )
    result = result_pence(funding, spending.total_pence)
    if agreement.rules.basis == "own":
        return _given_back(agreement, _each_its_own(agreement, funding, spending))
    absorbed, overspend = _borne(agreement, funding, spending)
    left = result + sum(overspend)
    contributions = funding.contributions_pence
    kept = _kept(agreement, left, sum(contributions))
    weights = _funding_weights(funding)
    settled = Settlement(
        overspend_pence=overspend,
        carried_forward_pence=_shared(kept, weights),
        returned_pence=_shared(left - kept, weights),
        absorbed_pence=absorbed,
    )
    return _given_back(agreement, settled)


def _given_back(agreement: Agreement, settled: Settlement) -> Settlement:
    """What would be kept of somebody who has left goes back to it."""
    if not agreement.left:
        return settled
    gone = [partner in agreement.left for partner in agreement.partners]
    pairs = list(zip(gone, settled.carried_forward_pence, settled.returned_pence, strict=True))
    return msgspec.structs.replace(
        settled,
        carried_forward_pence=tuple(0 if left else kept for left, kept, _ in pairs),
        returned_pence=tuple(back + kept if left else back for left, kept, back in pairs),
    )


def _shared(pence: int, weights: Sequence[int]) -> tuple[int, ...]:
    return split(pence, weights) if pence else (0,) * len(weights)


def _funding_weights(funding: Funding) -> tuple[int, ...]:
    """By agreed contributions, or by what was brought forward where nobody contributed."""
    contributions = funding.contributions_pence
    return contributions if any(contributions) else funding.brought_forward_pence


def _kept(agreement: Agreement, left_pence: int, contributed_pence: int) -> int:
    """How much of an underspend stays in the pool."""
    match agreement.rules.underspend:
        case "carry-forward":
            limit = portion(contributed_pence, agreement.carry_forward_limit_basis_points)
            return min(left_pence, limit)
        case "contingency":
            return left_pence
        case "return":
            return 0


def _each_its_own(agreement: Agreement, funding: Funding, spending: Spending) -> Settlement:
    """Every partner's own money against the cost attributed to it."""
    pairs = zip(funding.contributions_pence, funding.brought_forward_pence, strict=True)
    has = [contributed + brought for contributed, brought in pairs]
    left = [a - b for a, b in zip(has, spending.by_partner_pence, strict=True)]
    over = [max(0, pence) for pence in left]
    kept = [
        _kept(agreement, pence, contributed)
        for pence, contributed in zip(over, funding.contributions_pence, strict=True)
    ]
    return Settlement(
        overspend_pence=tuple(max(0, -pence) for pence in left),
        carried_forward_pence=tuple(kept),
        returned_pence=tuple(a - b for a, b in zip(over, kept, strict=True)),
    )


def _borne(
    agreement: Agreement, funding: Funding, spending: Spending
) -> tuple[dict[str, int], tuple[int, ...]]:
    """What the layers met, and what each partner bears of the rest, a scheme's by its weights."""
    rules = agreement.rules
    overspends, holds = _standing(rules, funding, spending)
    poured = pour(overspends, {layer: holds[layer] for layer in rules.waterfall})
    schemes = (*rules.schemes, SchemeShare(scheme="", budget_pence=0))
    total = (0,) * len(agreement.partners)
    for scheme, pence in zip(schemes, poured.outside_pence, strict=True):
        if pence:
            more = _by_weights(agreement, funding, scheme, pence)
            total = tuple(a + b for a, b in zip(total, more, strict=True))
    if any(total):
        total = _capped(agreement, funding, total)
    return poured.absorbed_pence, total


def _standing(
    rules: RiskShareRules, funding: Funding, spending: Spending
) -> tuple[list[int], dict[Layer, int]]:
    """The overspend of each scheme and, last, of what is in none; and what each layer holds.

    Budgets and a pool that the funding does not cover are no money: what is unspent of them first
    makes up for that.
    """
    costs = spending.by_scheme_pence
    left = [scheme.budget_pence - costs.get(scheme.scheme, 0) for scheme in rules.schemes]
    elsewhere = spending.total_pence - sum(costs.get(s.scheme, 0) for s in rules.schemes)
    has = sum(funding.contributions_pence) + sum(funding.brought_forward_pence)
    free = has - sum(s.budget_pence for s in rules.schemes) - rules.risk_pool_pence
    unspent, pool, unfunded = sum(p for p in left if p > 0), rules.risk_pool_pence, max(0, -free)
    unspent, unfunded = max(0, unspent - unfunded), max(0, unfunded - unspent)
    pool, unfunded = max(0, pool - unfunded), max(0, unfunded - pool)
    uncommitted = max(0, free) - elsewhere
    overspends = [*(max(0, -p) for p in left), max(0, -uncommitted) + unfunded]
    holds: dict[Layer, int] = {
        "other-underspends": unspent,
        "risk-pool": pool,
        "uncommitted": max(0, uncommitted),
    }
    return overspends, holds


def _overspend_weights(agreement: Agreement, funding: Funding) -> tuple[int, ...]:
    """Raises RiskShareNotAgreed."""
    weights = agreement.overspend_weights
    if agreement.rules.basis == "contributions":
        weights = _funding_weights(funding)
    if len(weights) != len(agreement.partners) or not any(weights):
        raise RiskShareNotAgreed("an overspend, and no risk share agreed between these partners")
    return weights


def _by_weights(
    agreement: Agreement, funding: Funding, scheme: SchemeShare, pence: int
) -> tuple[int, ...]:
    if scheme.weights:
        return split(pence, scheme.weights)
    return by_bands(pence, _overspend_weights(agreement, funding), agreement.rules.bands)


def _capped(
    agreement: Agreement, funding: Funding, shares_pence: tuple[int, ...]
) -> tuple[int, ...]:
    rules = agreement.rules
    if not rules.caps_pence:
        return shares_pence
    beyond = agreement.partners.index(rules.beyond_caps) if rules.beyond_caps else None
    weights = _overspend_weights(agreement, funding)
    return within_caps(shares_pence, weights, rules.caps_pence, beyond)


def spending_of(costs: Sequence[ElementCost], partners: int) -> Spending:
    """What every contract element came to, for each of so many partners and by scheme."""
    by_scheme: Counter[str] = Counter()
    for cost in costs:
        by_scheme[cost.scheme] += sum(cost.shares_pence)
    by_partner = tuple(sum(cost.shares_pence[n] for cost in costs) for n in range(partners))
    return Spending(
        total_pence=sum(by_partner), by_partner_pence=by_partner, by_scheme_pence=dict(by_scheme)
    )


def close_year(agreement: Agreement, funding: Funding, costs: Sequence[ElementCost]) -> Closing:
    """Everything the close of a year says, from what each contract element cost each partner.

    Shapes: `costs` in the order the true-ups shall have; every tuple parallel to the partners.
    """
    true_ups = [true_up(cost) for cost in costs]
    exact = [_trued(cost, change) for cost, change in zip(costs, true_ups, strict=True)]
    spending = spending_of(exact, len(agreement.partners))
    return Closing(
        true_ups=tuple(change for change in true_ups if change is not None),
        result_pence=result_pence(funding, spending.total_pence),
        settlement=settle(agreement, funding, spending),
    )


def _trued(cost: ElementCost, change: TrueUp | None) -> ElementCost:
    if change is None:
        return cost
    pairs = zip(cost.shares_pence, change.changes_pence, strict=True)
    return msgspec.structs.replace(cost, shares_pence=tuple(a + b for a, b in pairs))
