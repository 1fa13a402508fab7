"""Which regime holds for a contract of several parts, each of its own kind. Pure.

Sources: Procurement Act 2023 s.5 (parts above and below a threshold) and s.10 (parts under a
special regime); SI 2023/1348 reg. 3 (health care with other services).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from services.procurement.regimes import (
    PROVIDER_SELECTION_FROM,
    Buyer,
    RegimeFound,
    ServiceKind,
    regime_of,
)
from shared.eventsourcing.commands import Invalid


class NothingToBuy(Invalid):
    """A contract has at least one part."""

    code = "no-parts"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a contract: its kind, and its value over the whole term, VAT included."""

    kind: ServiceKind
    value_pence: int


def regime_of_parts(
    parts: Sequence[Part], buyer: Buyer, on: date, *, separable: bool
) -> RegimeFound:
    """The regime of the whole. `separable`: the parts could reasonably be bought apart.

    Refuses: NothingToBuy, NoLawOnThatDay.
    """
    by_kind = _by_kind(parts)
    if not by_kind:
        raise NothingToBuy
    whole = sum(by_kind.values())
    if len(by_kind) == 1:
        return regime_of(next(iter(by_kind)), whole, buyer, on)
    health = by_kind.get("health-care", 0) if on >= PROVIDER_SELECTION_FROM else 0
    if health > whole - health and not separable:
        found = regime_of("health-care", whole, buyer, on)
        return _said(found, "The greater part is health care and the rest cannot reasonably be "
                     "bought apart, so the whole is arranged as health care.")  # fmt: skip
    if separable:
        return _apart(by_kind, whole, buyer, on)
    light = sum(pence for kind, pence in by_kind.items() if kind != "other")
    kind: ServiceKind = "social-care" if light > whole - light else "other"
    main = "services to people" if kind == "social-care" else "other services"
    found = regime_of(kind, whole, buyer, on)
    return _said(found, f"It is mainly for {main} and cannot reasonably be bought apart.",
                 "Procurement Act 2023 s.9, s.10")  # fmt: skip


def _by_kind(parts: Sequence[Part]) -> dict[ServiceKind, int]:
    found: dict[ServiceKind, int] = {}
    for part in parts:
        found[part.kind] = found.get(part.kind, 0) + part.value_pence
    return found


def _apart(by_kind: dict[ServiceKind, int], whole: int, buyer: Buyer, on: date) -> RegimeFound:
    """Parts that could be bought apart, yet are bought in one: the strictest of them holds."""
    others = {kind: pence for kind, pence in by_kind.items() if kind != "other"}
    kind: ServiceKind = "other" if len(others) < len(by_kind) else "social-care"
    alone = [
        regime_of(_act(part), pence, buyer, on).regime for part, pence in by_kind.items()
    ]  # fmt: skip
    found = regime_of(kind, whole, buyer, on)
    if found.regime != "below-threshold" and set(alone) == {"below-threshold"}:
        why = "Its parts could be bought apart, but bought in one their values count together."
    else:
        why = "Its parts could be bought apart; bought in one, the strictest law of them holds."
    return _said(found, why, "Procurement Act 2023 s.5, s.10")


def _act(kind: ServiceKind) -> ServiceKind:
    """Health care bought with what could be bought apart is no health care arrangement (reg. 3)."""
    return "social-care" if kind == "health-care" else kind


def _said(found: RegimeFound, why: str, section: str = "") -> RegimeFound:
    return RegimeFound(
        regime=found.regime,
        section="; ".join(part for part in (section, found.section) if part),
        reason=f"{why} {found.reason}",
    )
