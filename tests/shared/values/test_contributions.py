"""Instalments as agreed, and what a contribution would be next year."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.contributions import NUMBER, Instalments, due_pence, proposed

MONTHS = [f"2026-27-M{n:02d}" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("agreed", "due"),
    [
        ("annual", [10, 10, 10, 10]),
        ("half-yearly", [5, 5, 10, 10]),
        ("quarterly", [3, 6, 8, 10]),
        ("monthly", [3, 6, 9, 10]),
    ],
)
def test_an_instalment_is_due_once_its_part_of_the_year_begins(
    agreed: Instalments, due: list[int]
) -> None:
    quarters = [f"2026-27-Q{n}" for n in range(1, 5)]
    assert [due_pence(10, agreed, quarter) for quarter in quarters] == due
    assert due_pence(10, agreed, "2026-27-M12") == 10


@given(st.integers(0, 10**14), st.sampled_from(list(NUMBER)))
def test_what_is_due_only_grows_and_comes_to_the_whole(pence: int, agreed: Instalments) -> None:
    due = [due_pence(pence, agreed, month) for month in MONTHS]
    assert due == sorted(due)
    assert due[-1] == pence


def test_next_year_is_base_and_changes_with_uplift_less_efficiency() -> None:
    found = proposed(100_001, -10_000, 250, 110)
    assert (found.uplift_pence, found.efficiency_pence) == (2_250, 990)
    assert found.annual_pence == 100_001 - 10_000 + 2_250 - 990
