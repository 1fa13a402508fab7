"""The grounds on which the law has a provider excluded, as dated data. Pure.

Law: who stands under a mandatory ground is given no award; under a discretionary one it may be, and
whoever awards says why. A ground is looked at for five years from the day of what happened.
Sources: Procurement Act 2023 s.57, s.58, Sch. 6, Sch. 7; SI 2023/1348 reg. 20 applies them to
health care.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from services.procurement.regimes import same_day_in

ACT_FROM = date(2025, 2, 24)
LOOKED_BACK_YEARS = 5


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A ground, from when it is law, and where it stands."""

    ground: str
    title: str
    mandatory: bool
    section: str
    from_date: date = ACT_FROM


def _grounds(schedule: str, said: Mapping[str, str], *, mandatory: bool) -> list[Ground]:
    section = f"Procurement Act 2023 s.57, {schedule}"
    return [
        Ground(ground=code, title=title, mandatory=mandatory, section=section)
        for code, title in said.items()
    ]


MANDATORY: Mapping[str, str] = {
    "corporate-manslaughter": "Corporate manslaughter or homicide",
    "terrorism": "Terrorism",
    "theft-fraud-bribery": "Theft, fraud or bribery",
    "labour-offences": "Labour market, slavery or human trafficking offences",
    "organised-crime": "Organised crime",
    "tax-offences": "Tax offences",
    "cartel-offence": "The cartel offence",
    "tax-misconduct": "Misconduct in relation to tax",
    "competition-infringement": "Competition law infringements",
    "no-cooperation": "Failure to cooperate with an investigation",
}
DISCRETIONARY: Mapping[str, str] = {
    "labour-misconduct": "Labour market misconduct",
    "environmental-misconduct": "Environmental misconduct",
    "insolvency": "Insolvency or bankruptcy",
    "potential-competition-infringement": "Potential competition infringements",
    "professional-misconduct": "Professional misconduct",
    "poor-performance": "Breach of contract and poor performance",
    "acting-improperly": "Acting improperly in procurement",
    "national-security": "National security",
}
GROUNDS: tuple[Ground, ...] = (
    *_grounds("Sch. 6", MANDATORY, mandatory=True),
    *_grounds("Sch. 7", DISCRETIONARY, mandatory=False),
)


def ground_on(code: str, on: date, rows: Sequence[Ground] = GROUNDS) -> Ground | None:
    """The row in force on a day; None where that is no ground of the law of that day."""
    found = [row for row in rows if row.ground == code and row.from_date <= on]
    return max(found, key=lambda row: row.from_date) if found else None


def stands_until(happened_on: date) -> date:
    """The last day on which what happened may still be held against a provider."""
    return same_day_in(happened_on, LOOKED_BACK_YEARS)
