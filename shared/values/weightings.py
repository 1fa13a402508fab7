"""Who shares a pooled fund's year, and by which weights a cost of a day is split.

Law: weights count from a day on; what was split before keeps its split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from shared.values.risk_shares import RiskShareRules


class Weighting(msgspec.Struct, frozen=True, kw_only=True):
    """Attribution weights from a day on, as partners join and leave within the year."""

    from_on: date
    weights: tuple[int, ...]


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """What the partners agreed for a year. Weights are parallel to `partners`.

    `partners` are all who ever were in the year, in the order they came; `changes` replace the
    weights from a day on. `aligned`: each holds its own budget and no money is pooled. Whoever has
    `left` leaves nothing in the pool.
    """

    partners: tuple[str, ...]
    attribution_weights: tuple[int, ...]
    overspend_weights: tuple[int, ...] = ()
    carry_forward_limit_basis_points: int = 0
    rules: RiskShareRules = RiskShareRules()
    changes: tuple[Weighting, ...] = ()
    aligned: bool = False
    left: tuple[str, ...] = ()

    def weighting_on(self, day: date) -> int:
        """Which weights count on a day: 0 the year's first, 1 those of the first change …"""
        places = [n for n, change in enumerate(self.changes, 1) if change.from_on <= day]
        return max(places, default=0)

    def weights_of(self, weighting: int) -> tuple[int, ...]:
        return self.changes[weighting - 1].weights if weighting else self.attribution_weights

    @property
    def latest_weights(self) -> tuple[int, ...]:
        return self.weights_of(len(self.changes))


def _padded(weights: Sequence[int], length: int) -> tuple[int, ...]:
    return (*weights, *(0,) * (length - len(weights)))


def changed(
    agreement: Agreement,
    partners: tuple[str, ...],
    weights: tuple[int, ...],
    from_on: date,
    left: tuple[str, ...],
) -> Agreement:
    """The agreement after partners joined or left. Whoever joins bears no overspend, and no band's
    or scheme's, until a risk share is agreed again.
    """
    n = len(partners)
    over, rules = agreement.overspend_weights, agreement.rules
    earlier = (replace(c, weights=_padded(c.weights, n)) for c in agreement.changes)
    return replace(
        agreement,
        partners=partners,
        attribution_weights=_padded(agreement.attribution_weights, n),
        overspend_weights=_padded(over, n) if over else (),
        rules=_rules_for(rules, n),
        changes=(*earlier, Weighting(from_on=from_on, weights=weights)),
        left=left,
    )


def with_risk_share(
    agreement: Agreement,
    overspend_weights: tuple[int, ...],
    limit_basis_points: int,
    rules: RiskShareRules,
) -> Agreement:
    n = len(agreement.partners)
    return replace(
        agreement,
        overspend_weights=_padded(overspend_weights, n),
        carry_forward_limit_basis_points=limit_basis_points,
        rules=_rules_for(rules, n),
    )


def _rules_for(rules: RiskShareRules, n: int) -> RiskShareRules:
    caps = rules.caps_pence
    return replace(
        rules,
        bands=tuple(replace(band, weights=_padded(band.weights, n)) for band in rules.bands),
        schemes=tuple(
            replace(scheme, weights=_padded(scheme.weights, n)) if scheme.weights else scheme
            for scheme in rules.schemes
        ),
        caps_pence=(*caps, *(None,) * (n - len(caps))) if caps else (),
    )


def eligible_weights(
    agreement: Agreement,
    ring_fences: Mapping[str, Sequence[str]],
    spending: str,
    *,
    holder: str = "",
    weighting: int | None = None,
) -> tuple[int, ...]:
    """The weights of those whose money may be spent on this, nothing for the others.

    `ring_fences` has for each partner what each of its contributions is fenced to, "" being not
    at all; a partner that has agreed none yet is not shut out. Of aligned budgets the `holder`
    bears all. `weighting` is the latest unless stated.
    """
    if agreement.aligned:
        return tuple(int(partner == holder) for partner in agreement.partners)
    chosen = len(agreement.changes) if weighting is None else weighting
    return tuple(
        weight if _may_bear(ring_fences.get(partner, ()), spending) else 0
        for partner, weight in zip(agreement.partners, agreement.weights_of(chosen), strict=True)
    )


def bearing_weights(
    agreement: Agreement,
    ring_fences: Mapping[str, Sequence[str]],
    spending: str,
    *,
    holder: str,
    weighting: int,
) -> tuple[int, ...]:
    """How a cost is split: by the eligible weights of its time, or where nobody of that time may
    bear it, of the latest time at which somebody may.
    """
    found: tuple[int, ...] = ()
    for one in (weighting, *range(len(agreement.changes), -1, -1)):
        found = eligible_weights(agreement, ring_fences, spending, holder=holder, weighting=one)
        if any(found):
            break
    return found


def _may_bear(fences: Sequence[str], spending: str) -> bool:
    return not fences or "" in fences or spending in fences
