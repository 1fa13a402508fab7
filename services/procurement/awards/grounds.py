"""The grounds on which the law lets an award be made directly, as dated data. Pure.

Sources: Procurement Act 2023 s.41 to s.43, s.51(3), s.84, Sch. 5; SI 2023/1348 reg. 6 to 9, 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from shared.law.duties import ACT_FROM, HEALTH_ACT, HEALTH_FROM
from shared.published.procurement import Regime

ACT = "Procurement Act 2023"
PUBLIC: frozenset[Regime] = frozenset({"full", "light-touch"})


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A ground, the regimes it holds in and where it stands.

    `no_standstill` is the section by which none is asked; `no_intention` that by which no intention
    is published before the award.
    """

    ground: str
    title: str
    regimes: frozenset[Regime]
    section: str
    from_date: date
    no_standstill: str = ""
    no_intention: str = ""


def _act(ground: str, title: str, section: str, no_standstill: str = "") -> Ground:
    return Ground(
        ground=ground, title=title, regimes=PUBLIC, section=f"{ACT} {section}",
        from_date=ACT_FROM, no_standstill=no_standstill and f"{ACT} {no_standstill}",
    )  # fmt: skip


def _health(ground: str, title: str, regulation: str, *, announced: bool) -> Ground:
    section = f"{HEALTH_ACT} {regulation}"
    return Ground(
        ground=ground, title=title, regimes=frozenset({"provider-selection"}), section=section,
        from_date=HEALTH_FROM, no_standstill="" if announced else section,
        no_intention="" if announced else section,
    )  # fmt: skip


GROUNDS: tuple[Ground, ...] = (
    _act("single-supplier-rights", "Only this provider holds the rights that are needed",
         "s.41, Sch. 5 para. 5"),
    _act("single-supplier-technical", "No competition for technical reasons",
         "s.41, Sch. 5 para. 6"),
    _act("additional", "More of a service that this provider gives, where another would not fit",
         "s.41, Sch. 5 para. 7"),
    _act("repeat", "The same again, as the earlier tender announced", "s.41, Sch. 5 para. 8"),
    _act("urgent", "Extreme and unavoidable urgency", "s.41, Sch. 5 para. 13", "s.51(3)(a)"),
    _act("user-choice", "The child or family chooses the provider of a light touch service",
         "s.41, Sch. 5 para. 15"),
    _act("protect-life", "Regulations to protect life or health", "s.42", "s.51(3)(a)"),
    _act("switched", "A tender brought no suitable bid", "s.43"),
    Ground(ground="below-threshold", title="Below the threshold, under the partner's own rules",
           regimes=frozenset({"below-threshold"}), section=f"{ACT} s.84", from_date=ACT_FROM),
    _health("process-a", "Only the existing provider is capable (process A)", "reg. 7",
            announced=False),
    _health("process-b", "The patient chooses among all who qualify (process B)", "reg. 8",
            announced=False),
    _health("process-c", "The existing provider does it well and little changes (process C)",
            "reg. 9", announced=True),
    _health("health-urgent", "Urgent, for health or safety", "reg. 14", announced=False),
)  # fmt: skip


def ground_on(code: str, on: date, rows: Sequence[Ground] = GROUNDS) -> Ground | None:
    """The row in force on a day; None where that is no ground of the law of that day."""
    found = [row for row in rows if row.ground == code and row.from_date <= on]
    return max(found, key=lambda row: row.from_date) if found else None
