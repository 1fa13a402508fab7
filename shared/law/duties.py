"""Which notices and steps the law asks for, as dated data. Pure.

Law is a row that holds from its `from_date` until a later row of the same notice and regime. What a
row says is statutory may still not apply for a reason of the contract itself; whoever knows the
contract says so: the public record of what is known of it, procurement of what it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from shared.published.procurement import Regime

NoticeType = Literal["UK1", "UK2", "UK3", "UK4", "UK5", "UK6", "UK7", "UK8", "UK9", "UK10", "UK11"]
Step = Literal[
    "time-for-bids",
    "standstill",
    "kpis",
    "payment-compliance",
    "psr-intention",
    "psr-award",
    "psr-change",
    "psr-abandonment",
]
"""What is owed beside the notices UK1 to UK11."""
Standing = Literal["statutory", "voluntary", "not-applicable"]

ACT_FROM = date(2025, 2, 24)
PERFORMANCE_FROM = date(2026, 1, 1)
PAYMENTS_FROM = date(2026, 4, 1)
HEALTH_FROM = date(2024, 1, 1)
HEALTH_ACT = "SI 2023/1348"

TITLES: dict[NoticeType, str] = {
    "UK1": "Pipeline notice",
    "UK2": "Preliminary market engagement notice",
    "UK3": "Planned procurement notice",
    "UK4": "Tender notice",
    "UK5": "Transparency notice",
    "UK6": "Contract award notice",
    "UK7": "Contract details notice",
    "UK8": "Contract payment notice",
    "UK9": "Contract performance notice",
    "UK10": "Contract change notice",
    "UK11": "Contract termination notice",
}
STEPS: dict[Step, str] = {
    "time-for-bids": "Time for bids",
    "standstill": "Standstill before the contract",
    "kpis": "Key performance indicators in the contract",
    "payment-compliance": "Payments compliance notice (UK17)",
    "psr-intention": "Notice of the intention to award (Provider Selection Regime)",
    "psr-award": "Notice of the award (Provider Selection Regime)",
    "psr-change": "Notice of a changed contract (Provider Selection Regime)",
    "psr-abandonment": "Notice that an award was given up (Provider Selection Regime)",
}


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What the law of a day says of a notice in a regime; `days` is its clock, where it has one."""

    notice: NoticeType | Step
    regimes: frozenset[Regime]
    from_date: date
    standing: Standing
    section: str
    reason: str
    days: int | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the law from a day on: pence, or basis points of value or of term."""

    of: Literal["light-touch", "pipeline", "spend", "kpis", "payment", "change"]
    from_date: date
    figure: int
    section: str


PUBLIC_CONTRACTS: frozenset[Regime] = frozenset({"light-touch", "full"})
LIGHT: frozenset[Regime] = frozenset({"light-touch"})
FULL: frozenset[Regime] = frozenset({"full"})
BELOW: frozenset[Regime] = frozenset({"below-threshold"})
HEALTH: frozenset[Regime] = frozenset({"provider-selection"})


def _duty(
    notice: NoticeType | Step, regimes: frozenset[Regime], standing: Standing, section: str,
    reason: str, *, since: date = ACT_FROM, days: int | None = None,
    act: str = "Procurement Act 2023",
) -> Duty:  # fmt: skip
    return Duty(
        notice=notice, regimes=regimes, from_date=since, standing=standing,
        section=f"{act} {section}", reason=reason, days=days,
    )  # fmt: skip


DUTIES: tuple[Duty, ...] = (
    _duty("UK1", PUBLIC_CONTRACTS, "statutory", "s.93",
          "Contracts over the limit are announced from 1 April to 26 May."),
    _duty("UK2", PUBLIC_CONTRACTS, "voluntary", "s.17",
          "Only where the market is engaged before the tender; else the tender notice says why."),
    _duty("UK3", PUBLIC_CONTRACTS, "voluntary", "s.15",
          "Shortens the time for bids where published 40 days to a year before."),
    _duty("UK4", PUBLIC_CONTRACTS, "statutory", "s.21", "A competitive procedure begins with it."),
    _duty("UK4", BELOW, "statutory", "s.87(1)",
          "Where a contract below the threshold is advertised at all, it is so advertised."),
    _duty("UK5", PUBLIC_CONTRACTS, "statutory", "s.44", "Before a direct award.", days=0),
    _duty("UK6", PUBLIC_CONTRACTS, "statutory", "s.50", "Before the contract is signed.", days=0),
    _duty("UK7", FULL, "statutory", "s.53(1)", "Within 30 days of the contract.", days=30),
    _duty("UK7", LIGHT, "statutory", "s.53(1)",
          "Within 120 days of a light touch contract.", days=120),
    _duty("UK7", BELOW, "statutory", "s.87(3)",
          "As soon as reasonably practicable after a notifiable contract."),
    _duty("UK8", PUBLIC_CONTRACTS, "statutory", "s.70",
          "Within 30 days of the end of a quarter with a payment over the limit.",
          since=PAYMENTS_FROM, days=30),
    _duty("UK9", FULL, "statutory", "s.71",
          "Every 12 months where key performance indicators are set, and within 30 days of a "
          "breach or of a failure to improve.", since=PERFORMANCE_FROM, days=30),
    _duty("UK9", LIGHT, "statutory", "s.71(3) to (5)",
          "Within 30 days of a breach or of a failure to improve; a light touch contract has no "
          "yearly assessment, since s.52 sets it no indicators.", since=PERFORMANCE_FROM, days=30),
    _duty("UK10", FULL, "statutory", "s.75", "Before the contract is changed.", days=0),
    _duty("UK10", LIGHT, "not-applicable", "s.75(6)(b)",
          "A light touch contract is changed without a notice."),
    _duty("UK11", PUBLIC_CONTRACTS, "statutory", "s.80",
          "Within 30 days of the contract's end, by whatever means.", days=30),
    _duty("time-for-bids", FULL, "statutory", "s.54",
          "At least 25 days from the tender notice, 10 after a planned procurement notice.",
          days=25),
    _duty("time-for-bids", LIGHT, "not-applicable", "s.54",
          "A light touch contract has no least time for bids."),
    _duty("standstill", FULL, "statutory", "s.51",
          "Eight working days beginning with the day the award notice is published.", days=8),
    _duty("standstill", LIGHT, "voluntary", "s.51(3)",
          "A light touch contract needs none; one may be kept by choice.", days=8),
    _duty("standstill", HEALTH, "statutory", "reg. 12",
          "To midnight of the eighth working day after the day the intention is published.",
          since=HEALTH_FROM, days=8, act=HEALTH_ACT),
    _duty("kpis", FULL, "statutory", "s.52",
          "At least three where the contract is worth more than the limit.",
          since=PERFORMANCE_FROM),
    _duty("kpis", LIGHT, "not-applicable", "s.52",
          "A light touch contract is set no indicators by law; it may have them by agreement.",
          since=PERFORMANCE_FROM),
    _duty("payment-compliance", PUBLIC_CONTRACTS, "statutory", "s.69",
          "Within 30 days of each half-year, on how many bills were paid within 30 days.",
          days=30),
    _duty("psr-intention", HEALTH, "statutory", "reg. 11",
          "Before the award; the standstill counts from it.", since=HEALTH_FROM, act=HEALTH_ACT),
    _duty("psr-award", HEALTH, "statutory", "reg. 11",
          "Within 30 days of the contract.", since=HEALTH_FROM, days=30, act=HEALTH_ACT),
    _duty("psr-change", HEALTH, "statutory", "reg. 13",
          "Within 30 days of a change that is not insubstantial.",
          since=HEALTH_FROM, days=30, act=HEALTH_ACT),
    _duty("psr-abandonment", HEALTH, "statutory", "reg. 14",
          "Within 30 days of the decision to give the award up.",
          since=HEALTH_FROM, days=30, act=HEALTH_ACT),
)  # fmt: skip

LIMITS: tuple[Limit, ...] = (
    Limit(of="light-touch", from_date=ACT_FROM, figure=663_540_00,
          section="Procurement Act 2023 Sch. 1"),
    Limit(of="pipeline", from_date=ACT_FROM, figure=2_000_000_00,
          section="Procurement Act 2023 s.93(1)"),
    Limit(of="spend", from_date=ACT_FROM, figure=100_000_000_00,
          section="Procurement Act 2023 s.93(3)"),
    Limit(of="kpis", from_date=PERFORMANCE_FROM, figure=5_000_000_00,
          section="Procurement Act 2023 s.52(1)"),
    Limit(of="payment", from_date=PAYMENTS_FROM, figure=30_000_00,
          section="Procurement Act 2023 s.70(1)"),
    Limit(of="change", from_date=ACT_FROM, figure=1_000, section="Procurement Act 2023 s.75(4)"),
)  # fmt: skip


def duty_on(
    notice: NoticeType | Step, regime: Regime, on: date, rows: Sequence[Duty] = DUTIES
) -> Duty:
    """The row in force on a day; where there is none, the notice does not apply."""
    in_force = [
        row for row in rows
        if row.notice == notice and regime in row.regimes and row.from_date <= on
    ]  # fmt: skip
    if in_force:
        return max(in_force, key=lambda row: row.from_date)
    return Duty(
        notice=notice, regimes=frozenset({regime}), from_date=on, standing="not-applicable",
        section=_why_not(notice, regime), reason=_no_duty(notice, regime, on),
    )  # fmt: skip


def _why_not(notice: NoticeType | Step, regime: Regime) -> str:
    if regime in HEALTH:
        return HEALTH_ACT
    if notice.startswith("psr-"):
        return f"{HEALTH_ACT} reg. 3"
    return "Procurement Act 2023 s.3" if regime in BELOW else "Procurement Act 2023 s.127"


def _no_duty(notice: NoticeType | Step, regime: Regime, on: date) -> str:
    if regime in HEALTH:
        return "The Provider Selection Regime has notices of its own."
    if notice.startswith("psr-"):
        return "Only health care is arranged under the Provider Selection Regime."
    if regime in BELOW:
        return "A contract below the threshold is no public contract."
    return f"No duty of {notice} was in force on {on:%d %B %Y}."


def limit_on(of: str, on: date, rows: Sequence[Limit] = LIMITS) -> Limit | None:
    """The figure in force on a day; None before there was one."""
    in_force = [row for row in rows if row.of == of and row.from_date <= on]
    return max(in_force, key=lambda row: row.from_date) if in_force else None
