"""Who bears an overspend, as partners agree it: percentages, bands, schemes, caps, a waterfall.

Law: what is shared is shared whole: nobody is charged above a cap while another may still bear it,
and where nobody may, the agreement names who does or the sharing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from shared.values.shares import split

Basis = Literal["weights", "contributions", "own"]
Layer = Literal["other-underspends", "risk-pool", "uncommitted"]
UnderspendRule = Literal["carry-forward", "contingency", "return"]


class RiskShareNotAgreed(ValueError):
    """An overspend, and nothing agreed that says who bears it."""


class CapsReached(ValueError):
    """Everyone who bears a part is at its cap, and nobody is named for the rest."""


class Band(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who bears the part of an overspend above a sum, up to the next band's."""

    above_pence: int
    weights: tuple[int, ...]


class SchemeShare(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who bears what a scheme, a named group of contracts, spends above its budget.

    Without weights: as the fund's overspend is borne.
    """

    scheme: str
    budget_pence: int
    weights: tuple[int, ...] = ()


class RiskShareRules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How a result goes to the partners, beside the overspend weights and the limit.

    `basis`: by agreed weights, by contributions, or each bears its own. Weights and caps are
    parallel to the partners; a cap of None is none. `beyond_caps` bears what is above all caps.
    `waterfall` is what meets an overspent scheme first, in this order; the rest is borne outside.
    """

    basis: Basis = "weights"
    bands: tuple[Band, ...] = ()
    schemes: tuple[SchemeShare, ...] = ()
    caps_pence: tuple[int | None, ...] = ()
    beyond_caps: str = ""
    waterfall: tuple[Layer, ...] = ()
    risk_pool_pence: int = 0
    underspend: UnderspendRule = "carry-forward"


def misfit(rules: RiskShareRules, partners: Sequence[str]) -> str:
    """What is wrong with the rules for these partners, as a sentence; empty where they fit."""
    weighted = [band.weights for band in rules.bands]
    weighted += [scheme.weights for scheme in rules.schemes if scheme.weights]
    names = [scheme.scheme for scheme in rules.schemes]
    above = [band.above_pence for band in rules.bands]
    sums = [rules.risk_pool_pence, *(scheme.budget_pence for scheme in rules.schemes)]
    sums += [cap for cap in rules.caps_pence if cap is not None]
    if any(len(w) != len(partners) or min(w) < 0 or not any(w) for w in weighted):
        return "Each band and scheme has one weight for each partner, one above nothing."
    if above != sorted(set(above)) or any(pence <= 0 for pence in above):
        return "Bands begin above nothing, each higher than the one before."
    if len(set(names)) != len(names) or "" in names:
        return "Each scheme has a name of its own."
    if min(sums) < 0:
        return "Budgets, caps and the risk pool are not below nothing."
    if rules.caps_pence and len(rules.caps_pence) != len(partners):
        return "There is one cap for each partner, or none for anyone."
    if rules.beyond_caps and rules.beyond_caps not in partners:
        return "Who bears what is above the caps is one of the partners."
    if len(set(rules.waterfall)) != len(rules.waterfall):
        return "Each step of a waterfall comes once."
    if rules.basis == "own" and (rules.bands or rules.schemes or rules.caps_pence):
        return "Where each bears its own there are no bands, schemes or caps."
    if rules.waterfall and not rules.schemes:
        return "A waterfall is between schemes: name them and their budgets."
    return ""


def by_bands(amount_pence: int, weights: Sequence[int], bands: Sequence[Band]) -> tuple[int, ...]:
    """Each band's part of a sum by its own weights, the part below the first by `weights`."""
    starts = [0, *(band.above_pence for band in bands)]
    every = [weights, *(band.weights for band in bands)]
    ends = [*starts[1:], max(amount_pence, starts[-1])]
    total = (0,) * len(weights)
    for start, end, by in zip(starts, ends, every, strict=True):
        part = max(0, min(amount_pence, end) - start)
        if part:
            total = tuple(a + b for a, b in zip(total, split(part, by), strict=True))
    return total


def within_caps(
    shares_pence: Sequence[int],
    weights: Sequence[int],
    caps_pence: Sequence[int | None],
    beyond: int | None,
) -> tuple[int, ...]:
    """Takes what is above a cap off its bearer and shares it among those below theirs, again until
    it is borne. A weight of nothing bears none of it. Raises CapsReached where everyone is at a
    cap and no `beyond` (a partner's place) takes the rest.
    """
    if not caps_pence:
        return tuple(shares_pence)
    found = list(shares_pence)
    while excess := _clipped(found, caps_pence):
        room = [
            weight if cap is None or found[n] < cap else 0
            for n, (weight, cap) in enumerate(zip(weights, caps_pence, strict=True))
        ]
        if not any(room):
            if beyond is None:
                raise CapsReached(f"{excess} pence above every cap")
            found[beyond] += excess
            break
        found = [a + b for a, b in zip(found, split(excess, room), strict=True)]
    return tuple(found)


def _clipped(found: list[int], caps_pence: Sequence[int | None]) -> int:
    """Cuts every share to its cap and says how much that took off."""
    excess = 0
    for n, cap in enumerate(caps_pence):
        if cap is not None and found[n] > cap:
            excess += found[n] - cap
            found[n] = cap
    return excess


class Poured(msgspec.Struct, frozen=True, kw_only=True):
    """What each layer met of the overspends, and what of each scheme is left to be borne."""

    absorbed_pence: dict[str, int]
    outside_pence: tuple[int, ...]


def pour(overspends_pence: Sequence[int], layers: Mapping[str, int]) -> Poured:
    """Each layer in turn meets what it can, every overspend in proportion to what is left of it."""
    left = tuple(overspends_pence)
    absorbed: dict[str, int] = {}
    for layer, holds_pence in layers.items():
        met = min(holds_pence, sum(left))
        if met <= 0:
            continue
        absorbed[layer] = met
        left = tuple(a - b for a, b in zip(left, split(met, left), strict=True))
    return Poured(absorbed_pence=absorbed, outside_pence=left)
