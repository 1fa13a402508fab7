"""Which procurement law a service falls under on a day, and the section that says so. Pure.

Law is dated data: a row holds from its `from_date` until a later row of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from shared.eventsourcing.commands import Invalid, Refused
from shared.published.procurement import Regime

ServiceKind = Literal["health-care", "social-care", "education", "other"]
Buyer = Literal["central", "sub-central"]
Standing = Literal["statutory", "voluntary"]


def buyer_of(kind: str) -> Buyer:
    """NHS bodies buy under the threshold of central authorities, all others sub-central."""
    return "central" if kind.startswith("nhs-") else "sub-central"


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """From when on a contract worth so much, VAT included, is a public contract.

    `of` is `light-touch`, or the kind of buyer.
    """

    of: str
    from_date: date
    pence: int
    source: str


def _at(day: date, source: str, light: int, sub_central: int, central: int) -> list[Threshold]:
    """The thresholds of one day, in pounds."""
    pounds = {"light-touch": light, "sub-central": sub_central, "central": central}
    return [
        Threshold(of=of, from_date=day, pence=amount * 100, source=source)
        for of, amount in pounds.items()
    ]


THRESHOLDS: tuple[Threshold, ...] = (
    *_at(date(2025, 2, 24), "Procurement Act 2023 Sch. 1", 663_540, 214_904, 139_688),
    *_at(date(2026, 1, 1), "SI 2025/1200", 663_540, 207_720, 135_018),
)
PROVIDER_SELECTION_FROM = date(2024, 1, 1)
PROVIDER_SELECTION = "Provider Selection Regime (SI 2023/1348) reg. 3"
STRICTER: dict[Regime, frozenset[Regime]] = {
    "below-threshold": frozenset({"light-touch", "full"}),
    "light-touch": frozenset({"full"}),
    "full": frozenset(),
    "provider-selection": frozenset(),
}


class NoLawOnThatDay(Invalid):
    """The table of thresholds does not reach back to that day."""

    code = "no-law-on-that-day"


class RegimeMismatch(Refused):
    """The law of the day puts this service under another regime."""

    code = "regime-mismatch"


class RegimeFound(msgspec.Struct, frozen=True, kw_only=True):
    """A regime, the section it rests on, and why in a sentence."""

    regime: Regime
    section: str
    reason: str


def regime_of(kind: ServiceKind, value_pence: int, buyer: Buyer, on: date) -> RegimeFound:
    """The regime of a service worth so much over its whole term, VAT included.

    Refuses: NoLawOnThatDay.
    """
    if kind == "health-care" and on >= PROVIDER_SELECTION_FROM:
        return RegimeFound(
            regime="provider-selection",
            section=PROVIDER_SELECTION,
            reason="Health care is arranged under the Provider Selection Regime at any value.",
        )
    light = kind in ("social-care", "education", "health-care")
    threshold = threshold_on("light-touch" if light else buyer, on)
    limit = f"£{threshold.pence // 100:,}"
    if value_pence < threshold.pence:
        return RegimeFound(
            regime="below-threshold",
            section=f"Procurement Act 2023 s.3; {threshold.source}",
            reason=f"Worth less than {limit} over its term, VAT included.",
        )
    return RegimeFound(
        regime="light-touch" if light else "full",
        section=f"Procurement Act 2023 {'s.9' if light else 's.3'}; {threshold.source}",
        reason=f"Worth {limit} or more over its term, VAT included.",
    )


def threshold_on(of: str, on: date, rows: Sequence[Threshold] = THRESHOLDS) -> Threshold:
    """The row in force on a day. Refuses: NoLawOnThatDay."""
    in_force = [row for row in rows if row.of == of and row.from_date <= on]
    if not in_force:
        raise NoLawOnThatDay(f"No threshold is known for {on:%d %B %Y}.")
    return max(in_force, key=lambda row: row.from_date)


def standing_of(claimed: Regime, found: RegimeFound) -> Standing:
    """Whether the regime claimed is the law's own or a stricter one kept by choice.

    Refuses: RegimeMismatch, with what the law says instead.
    """
    if claimed == found.regime:
        return "statutory"
    if claimed in STRICTER[found.regime]:
        return "voluntary"
    raise RegimeMismatch(
        f"This is {found.regime}, not {claimed}: {found.reason} ({found.section})",
        pointer="/body/regime",
    )


def whole_term_pence(annual_pence: int, starts_on: date, ends_on: date) -> int:
    """The value over a term, both days included: full years, and days of the last by 365ths."""
    years, since = 0, starts_on
    over_on = ends_on + timedelta(days=1)
    while (following := same_day_in(starts_on, years + 1)) <= over_on:
        years, since = years + 1, following
    days = (over_on - since).days
    return annual_pence * years + -(-annual_pence * days // 365)


def same_day_in(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March where it must."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
