"""Years of age added up into a partnership's own bands, and never more than is known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.assessments.bands import Ages, ages_of, banded
from services.needs.assessments.figures import Figure

BANDS = ("0-7", "8-12", "13+")
AGES = [*map(str, range(20)), "20+"]


def year(age: str, value: object, status: str = "given", base: int | None = None) -> Figure:
    amount = None if value is None else Decimal(str(value))
    return Figure("Alder", "2024", amount, status, "age", age, base)  # type: ignore[arg-type]


def bands_of(figures: list[Figure], unit: str = "number") -> dict[str, tuple[object, str]]:
    made = banded(figures, BANDS, unit)  # type: ignore[arg-type]
    return {one.group: (one.value, one.status) for one in made if one.breakdown == "age-band"}


@pytest.mark.parametrize(
    ("label", "ages"),
    [
        ("7", Ages(7, 7)), ("0-7", Ages(0, 7)), ("8\u201312", Ages(8, 12)), ("13+", Ages(13, 120)),
        ("12-8", None), ("121", None), ("teenagers", None), ("", None),
    ],
)  # fmt: skip
def test_an_age_is_a_year_a_range_or_an_open_end(label: str, ages: Ages | None) -> None:
    assert ages_of(label) == ages


@given(st.lists(st.integers(0, 10**6), min_size=len(AGES), max_size=len(AGES)))
def test_the_bands_of_a_count_add_up_to_all_its_years(counts: list[int]) -> None:
    found = bands_of([year(age, n) for age, n in zip(AGES, counts, strict=True)])
    assert found == {
        "0-7": (sum(counts[:8]), "given"),
        "8-12": (sum(counts[8:13]), "given"),
        "13+": (sum(counts[13:]), "given"),
    }


@pytest.mark.parametrize("status", ["missing", "suppressed"])
def test_a_year_that_is_not_to_be_had_leaves_its_band_so_and_no_other(status: str) -> None:
    years = [year(age, 1) for age in AGES if age != "9"] + [year("9", None, status)]
    assert bands_of(years) == {"0-7": (8, "given"), "8-12": (None, status), "13+": (8, "given")}


def test_an_unlisted_year_is_nobody_only_where_the_listed_ones_are_everybody() -> None:
    years = [year("9", 40), year("10", 50), year("unknown", 10)]
    assert bands_of(years)["8-12"] == (None, "missing")
    whole = Figure("Alder", "2024", Decimal(100))
    assert bands_of([*years, whole])["8-12"] == (90, "given")
    more = Figure("Alder", "2024", Decimal(101))
    assert bands_of([*years, more])["8-12"] == (None, "missing")


def test_a_percentage_of_a_band_is_that_of_all_its_children() -> None:
    years = [year(str(age), 50, base=10) for age in range(8, 12)] + [year("12", 100, base=60)]
    assert bands_of(years, "percent")["8-12"] == (Decimal("80.0"), "given")
    unknown = [*years[:-1], year("12", 100)]
    assert bands_of(unknown, "percent")["8-12"] == (None, "missing")


def test_nobody_to_count_is_not_nought() -> None:
    nobody = [year(str(age), None, "nil") for age in range(8, 13)]
    assert bands_of(nobody)["8-12"] == (None, "nil")
    some = [*nobody[:-1], year("12", 0)]
    assert bands_of(some)["8-12"] == (0, "given")


def test_years_that_reach_over_an_edge_give_no_band_and_a_recorded_band_stands() -> None:
    assert bands_of([year("5-9", 40), year("10", 1)])["8-12"] == (None, "missing")
    own = Figure("Alder", "2024", Decimal(7), "given", "age-band", "8-12")
    years = [year(str(age), 1) for age in range(8, 13)]
    assert bands_of([*years, own])["8-12"] == (7, "given")
