"""The map of services, the shift to early help by year, and what one percent would change. Pure.

Law: every sum is whole pence and adds up to what was recorded; an effect is an assumption and is
never shown without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

from services.needs.resources.events import EffectAssumed, ResourceOffered

EARLY = frozenset({1, 2})
"""For everyone and early help, as against targeted and specialist."""
TENTH = Decimal("0.1")


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One year by tier. `moved_basis_points` is the early share less that of the year before."""

    year: str
    by_tier_pence: dict[int, int]
    total_pence: int
    early_basis_points: int | None
    moved_basis_points: int | None


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """What there is for a need; more than one provider at one tier may overlap."""

    need: str
    services: tuple[str, ...]
    providers: tuple[str, ...]
    annual_pence: int
    overlapping: tuple[int, ...]


class Margin(msgspec.Struct, frozen=True, kw_only=True):
    """What 1 % of a service's money would change, one way or the other.

    `per_result_pence` is what one more result costs at the margin, at the least and the most
    effect assumed; None where the effect may be nothing.
    """

    service: str
    annual_pence: int
    percent_pence: int
    assumed: EffectAssumed | None
    least_change: Decimal | None
    most_change: Decimal | None
    average_pence: int | None
    per_result_pence: tuple[int | None, int | None]


def shift(resources: Iterable[ResourceOffered]) -> tuple[Shift, ...]:
    """By year, the earliest first; a share is of that year's whole."""
    by_year: dict[str, dict[int, int]] = {}
    for one in resources:
        tiers = by_year.setdefault(one.year, dict.fromkeys((1, 2, 3, 4), 0))
        tiers[one.tier] += one.annual_pence
    found: list[Shift] = []
    before: int | None = None
    for year in sorted(by_year):
        tiers = by_year[year]
        total = sum(tiers.values())
        early = sum(pence for tier, pence in tiers.items() if tier in EARLY)
        share = round(Decimal(10_000 * early) / total) if total else None
        moved = share - before if share is not None and before is not None else None
        found.append(
            Shift(
                year=year, by_tier_pence=tiers, total_pence=total, early_basis_points=share,
                moved_basis_points=moved,
            )
        )  # fmt: skip
        before = share
    return tuple(found)


def cover(needs: Sequence[str], resources: Iterable[ResourceOffered]) -> tuple[Covered, ...]:
    """Each need with what serves it, those found first; services for no need are the last line."""
    every = list(resources)
    named = list(dict.fromkeys([*needs, *(one.need for one in every if one.need)]))
    named += [""] if any(not one.need for one in every) else []
    return tuple(_covered(need, [one for one in every if one.need == need]) for need in named)


def _covered(need: str, serving: Sequence[ResourceOffered]) -> Covered:
    at_tier: dict[int, set[str]] = {}
    for one in serving:
        at_tier.setdefault(one.tier, set()).add(one.provider)
    several = sorted(tier for tier, providers in at_tier.items() if len(providers) > 1)
    return Covered(
        need=need,
        services=tuple(dict.fromkeys(one.service for one in serving)),
        providers=tuple(dict.fromkeys(one.provider for one in serving)),
        annual_pence=sum(one.annual_pence for one in serving),
        overlapping=tuple(several) if need else (),
    )


def margins(
    resources: Iterable[ResourceOffered], assumed: Iterable[EffectAssumed]
) -> tuple[Margin, ...]:
    """Every service of one year at its margin, the dearest first."""
    money: dict[str, int] = {}
    for one in resources:
        money[one.service] = money.get(one.service, 0) + one.annual_pence
    effects = {one.service: one for one in assumed}
    found = [_margin(service, pence, effects.get(service)) for service, pence in money.items()]
    return tuple(sorted(found, key=lambda one: (-one.annual_pence, one.service)))


def _margin(service: str, pence: int, effect: EffectAssumed | None) -> Margin:
    percent = int((Decimal(pence) / 100).quantize(Decimal(1), ROUND_HALF_EVEN))
    least = None if effect is None else effect.achieved * effect.least / 100
    most = None if effect is None else effect.achieved * effect.most / 100
    achieved = effect.achieved if effect else 0
    return Margin(
        service=service,
        annual_pence=pence,
        percent_pence=percent,
        assumed=effect,
        least_change=_tenths(least),
        most_change=_tenths(most),
        average_pence=round(Decimal(pence) / achieved) if achieved else None,
        per_result_pence=(_per_result(percent, least), _per_result(percent, most)),
    )


def _tenths(change: Decimal | None) -> Decimal | None:
    return None if change is None else change.quantize(TENTH, ROUND_HALF_EVEN)


def _per_result(percent_pence: int, change: Decimal | None) -> int | None:
    return round(percent_pence / change) if change else None
