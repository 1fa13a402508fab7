"""The nine stages of the cycle, and where in them children and young people took part. Pure.

Law: a stage counts only what is on record as heard from children and young people themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from services.needs.voices.views import ConsultationRow
from shared.values.cycle import STAGES, Stage


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
    by_stage: dict[int, list[ConsultationRow]] = {stage.number: [] for stage in STAGES}
    for row in rows:
        if row.year == year and "children" in row.asked:
            by_stage[row.stage].append(row)
    return tuple(_stage(stage, by_stage[stage.number]) for stage in STAGES)


def _stage(stage: Stage, rows: list[ConsultationRow]) -> Participation:
    heard = sum(one.answered for row in rows for one in row.heard if one.group == "children")
    return Participation(
        stage=stage.number, activity=stage.activity, title=stage.title,
        standing="heard" if heard else "asked" if rows else "missing",
        consultations=len(rows), children_heard=heard,
        told_back=sum(bool(row.responses) for row in rows),
    )  # fmt: skip
