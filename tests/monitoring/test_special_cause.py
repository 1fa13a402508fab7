"""Special cause beside a flag, with the rebases that were approved and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from services.monitoring.flags.evidence import special_cause_beside
from services.monitoring.flags.views import FlagRow, Point, SeriesRow
from services.monitoring.rebases.views import RebaseRead, RebasesRow
from shared.published.monitoring import Miss
from shared.published.terms import Reading
from tests.monitoring.agreed import SEEN, TEXT

NOW = datetime(2027, 5, 4, 9, tzinfo=UTC)
MONTHS = [f"{year}-M{month:02}" for year in ("2025-26", "2026-27") for month in range(1, 13)]
BEFORE, SINCE = (40, 42, 39, 41), (20, 22, 19, 21)
"""Seen each month, over and over: a year at about 40, then a year at about 20."""
FLAG = FlagRow(
    flag="c1:seen:1", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    measure="seen", rule="threshold", raised_at=NOW, sanctions_live_on=None,
    misses=(
        Miss(period="2026-27-Q4", return_version=1, value=Decimal(60), target=Decimal(120)),
    ),
)  # fmt: skip
SERIES = SeriesRow(
    contract="c1", partnership="p1", provider="acorn", commissioner="council", measure=SEEN,
    points=tuple(
        Point(
            reading=Reading(
                measure="seen", period=month, value=Decimal((BEFORE if n < 12 else SINCE)[n % 4])
            ),
            return_period="2026-27-Q4", return_version=1, known_at=NOW,
        )
        for n, month in enumerate(MONTHS)
    ),
)  # fmt: skip


def rebased(
    from_period: str,
    status: Literal["proposed", "approved", "refused"] = "approved",
    measure: str = "seen",
) -> RebasesRow:
    one = RebaseRead(
        measure=measure, from_period=from_period, status=status, reason=TEXT, proposed_by="mo",
        proposed_at=NOW,
    )  # fmt: skip
    return RebasesRow(contract="c1", rebases=(one,))


def test_a_fall_is_special_cause_until_somebody_approves_that_the_process_is_another() -> None:
    fallen = special_cause_beside(FLAG, SERIES)
    assert fallen is not None
    assert (fallen["special"], fallen["meaning"]) == (True, "concern")
    settled = special_cause_beside(FLAG, SERIES, rebased("2026-27-Q1"))
    assert settled is not None
    assert (settled["special"], settled["meaning"]) == (False, "common")
    assert settled["warnings"] == ["trial-limits"]


def test_a_rebase_that_is_only_proposed_or_refused_or_anothers_changes_nothing() -> None:
    fallen = special_cause_beside(FLAG, SERIES)
    for other in (
        rebased("2026-27-Q1", "proposed"),
        rebased("2026-27-Q1", "refused"),
        rebased("2026-27-Q1", measure="better"),
        rebased("2027-28-Q1"),
        rebased("2025-26-M01"),
    ):
        assert special_cause_beside(FLAG, SERIES, other) == fallen
