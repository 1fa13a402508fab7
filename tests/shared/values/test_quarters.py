"""Every day has its year, quarter and month, from April to March."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.quarters import (
    Frequency,
    financial_year,
    first_day,
    frequency_of,
    last_day,
    months_of,
    next_period,
    next_year,
    parse_period,
    parse_year,
    period_of,
    periods,
    previous_period,
    previous_year,
    whole_year,
    year_of,
    years,
)

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
frequencies: st.SearchStrategy[Frequency] = st.sampled_from(("monthly", "quarterly", "annual"))


@pytest.mark.parametrize(
    ("day", "year", "quarter", "month"),
    [
        (date(2026, 4, 1), "2026/27", "2026-27-Q1", "2026-27-M01"),
        (date(2026, 6, 30), "2026/27", "2026-27-Q1", "2026-27-M03"),
        (date(2026, 12, 31), "2026/27", "2026-27-Q3", "2026-27-M09"),
        (date(2027, 1, 1), "2026/27", "2026-27-Q4", "2026-27-M10"),
        (date(2027, 3, 31), "2026/27", "2026-27-Q4", "2026-27-M12"),
        (date(2099, 4, 1), "2099/00", "2099-00-Q1", "2099-00-M01"),
    ],
)
def test_a_day_lies_in_its_year_quarter_and_month(
    day: date, year: str, quarter: str, month: str
) -> None:
    assert financial_year(day) == year
    assert period_of(day, "quarterly") == quarter
    assert period_of(day, "monthly") == month
    assert period_of(day, "annual") == whole_year(year)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-27-Q1", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-27-Q4", date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-28-M11", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-27-M09", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-27-Y", date(2026, 4, 1), date(2027, 3, 31)),
        ("2026/27", date(2026, 4, 1), date(2027, 3, 31)),
    ],
)
def test_a_period_has_its_first_and_last_day(name: str, first: date, last: date) -> None:
    assert (first_day(name), last_day(name)) == (first, last)


@given(days, frequencies)
def test_a_day_lies_within_its_period_and_its_period_within_its_year(
    day: date, frequency: Frequency
) -> None:
    period = period_of(day, frequency)
    assert first_day(period) <= day <= last_day(period)
    assert year_of(period) == financial_year(day)
    assert frequency_of(period) == frequency


@given(days, frequencies)
def test_periods_follow_one_another_without_a_gap(day: date, frequency: Frequency) -> None:
    period = period_of(day, frequency)
    assert first_day(next_period(period)) == last_day(period) + timedelta(days=1)
    assert previous_period(next_period(period)) == period


def test_a_contract_has_every_period_it_touches() -> None:
    assert periods(date(2026, 6, 30), date(2027, 1, 1), "quarterly") == (
        "2026-27-Q1",
        "2026-27-Q2",
        "2026-27-Q3",
        "2026-27-Q4",
    )
    assert periods(date(2026, 4, 1), date(2026, 4, 1), "monthly") == ("2026-27-M01",)
    assert periods(date(2026, 4, 2), date(2026, 4, 1), "annual") == ()
    assert years(date(2026, 4, 1), date(2028, 4, 1)) == ("2026/27", "2027/28", "2028/29")


def test_a_quarter_is_made_of_its_three_months() -> None:
    assert months_of("2026-27-Q4") == ("2026-27-M10", "2026-27-M11", "2026-27-M12")
    assert len(months_of("2026-27-Y")) == 12
    assert months_of("2026-27-M05") == ("2026-27-M05",)


def test_years_follow_one_another_over_a_century() -> None:
    assert next_year("2099/00") == "2100/01"
    assert previous_year("2026/27") == "2025/26"


@pytest.mark.parametrize("year", ["2026/28", "2026-27", "26/27", "2026/27 ", ""])
def test_what_is_no_financial_year_is_refused(year: str) -> None:
    with pytest.raises(ValueError, match="financial year"):
        parse_year(year)


@pytest.mark.parametrize(
    "period",
    ["2026-27-Q5", "2026-27-M13", "2026-27-M00", "2026-28-Q1", "2026-27", "2026-27-M1", "x"],
)
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="period"):
        parse_period(period)
