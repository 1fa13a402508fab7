"""Vulnerable groups: found by gap, beyond chance, and said without a small number."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.needs.assessments.figures import Figure, guarded
from services.needs.assessments.gaps import Gap, gaps


def group(name: str, value: object, base: int | None, period: str = "2024") -> Figure:
    return Figure("Alder", period, Decimal(str(value)), "given", "ethnicity", name, base)


def whole(value: object, period: str = "2024", base: int | None = 1000) -> Figure:
    return Figure("Alder", period, Decimal(str(value)), "given", "all", "", base)


def found(*figures: Figure, unit: str = "percent", direction: str = "higher") -> tuple[Gap, ...]:
    return gaps("i1", figures, "Alder", unit, direction)  # type: ignore[arg-type]


def test_a_group_is_found_where_chance_would_not_bring_it_so_low() -> None:
    few, many = group("Few", 50, 20), group("Many", 50, 200)
    assert [one.group for one in found(whole(60), few, many)] == ["Many"]
    (one,) = found(whole(60), many)
    assert (one.value, one.whole, one.gap, one.base) == (50, 60, 10, 200)
    assert (one.found_by, one.suppressed) == ("chance", False)


def test_polarity_says_which_way_is_worse() -> None:
    high = group("High", 80, 200)
    assert found(whole(60), high) == ()
    assert [one.group for one in found(whole(60), high, direction="lower")] == ["High"]
    assert found(whole(60), high, direction="neutral") == ()


def test_without_a_base_a_gap_of_a_tenth_counts_and_counts_are_not_compared() -> None:
    near, wide = group("Near", 55, None), group("Wide", 54, None)
    assert [one.group for one in found(whole(60), near, wide)] == ["Wide"]
    assert found(whole(60), wide, unit="number") == ()


def test_the_newest_period_with_both_is_compared() -> None:
    old, new = group("G", 10, 500, "2023"), group("G", 60, 500, "2025")
    (one,) = found(whole(60, "2023"), old, new)
    assert one.period == "2023"


def test_a_small_group_is_named_without_its_number_and_so_are_those_beside_it() -> None:
    told = found(whole(90), group("Small", 0, 7), group("Large", 50, 300))
    assert {one.group: (one.value, one.gap, one.base) for one in told} == {
        "Small": (None, None, None),
        "Large": (None, None, None),
    }
    assert all(one.suppressed for one in told)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 40)), min_size=1, max_size=6))
def test_no_number_is_said_that_may_not_leave(groups: list[tuple[int, int]]) -> None:
    figures = [whole(95, base=500)]
    figures += [group(str(n), value, base) for n, (value, base) in enumerate(groups)]
    leaving = {one.group: one.value for one in guarded(figures, "percent")}
    for one in found(*figures):
        assert one.value == leaving[one.group]
        assert one.suppressed == (leaving[one.group] is None)
