"""The nine stages of the cycle, and where in them children and young people took part. Pure.

Law: a stage counts only what is on record as heard from children and young people themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from services.needs.voices.views import ConsultationRow

STAGES: Mapping[int, tuple[str, str]] = {
    1: ("Assess", "Look at outcomes for children and young people"),
    2: ("Assess", "Look at particular groups of children"),
    3: ("Assess", "Assess needs with the views of users and staff"),
    4: ("Plan", "Identify resources and set priorities"),
    5: ("Plan", "Plan the pattern of services, with early help first"),
    6: ("Do", "Decide how to commission services"),
    7: ("Do", "Commission services, with pooled resources where they help"),
    8: ("Do", "Plan for the workforce and the market"),
    9: ("Review", "Monitor and review services and the process"),
}


class Participation(msgspec.Struct, frozen=True, kw_only=True):
    """One stage in one year. `told_back` counts consultations with a *you said, we did*."""

    stage: int
    activity: str
    title: str
    standing: Literal["heard", "asked", "missing"]
    consultations: int
    children_heard: int
    told_back: int


def participation(rows: Iterable[ConsultationRow], year: str) -> tuple[Participation, ...]:
    """Every stage of a financial year, in order, also those where nobody was asked."""
    by_stage: dict[int, list[ConsultationRow]] = {stage: [] for stage in STAGES}
    for row in rows:
        if row.year == year and "children" in row.asked:
            by_stage[row.stage].append(row)
    return tuple(_stage(stage, found) for stage, found in by_stage.items())


def _stage(stage: int, rows: list[ConsultationRow]) -> Participation:
    activity, title = STAGES[stage]
    heard = sum(one.answered for row in rows for one in row.heard if one.group == "children")
    return Participation(
        stage=stage, activity=activity, title=title,
        standing="heard" if heard else "asked" if rows else "missing",
        consultations=len(rows), children_heard=heard,
        told_back=sum(bool(row.responses) for row in rows),
    )  # fmt: skip
