"""What a payment mechanism comes to, by year and by instalment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.contracts import prices
from shared.published.terms import Block, FeePlusOutcomes, Rate, Reading
from shared.values.quarters import first_day, last_day, year_of, years
from shared.values.shares import split

starts = st.dates(date(2020, 1, 1), date(2035, 12, 31))
annuals = st.integers(0, 10**9)


@given(annuals, starts, st.integers(1, 6))
def test_the_years_of_a_contract_of_whole_years_add_up_to_its_value(
    annual: int, starts_on: date, whole: int
) -> None:
    if (starts_on.month, starts_on.day) == (2, 29):
        starts_on += timedelta(days=1)
    ends_on = starts_on.replace(year=starts_on.year + whole) - timedelta(days=1)
    parts = [prices.in_year(annual, y, starts_on, ends_on) for y in years(starts_on, ends_on)]
    assert sum(parts) == whole * annual
    assert all(0 <= part <= annual for part in parts)


@given(annuals, starts, st.integers(0, 2500))
def test_no_year_is_worth_more_than_the_annual_sum(annual: int, starts_on: date, days: int) -> None:
    ends_on = starts_on + timedelta(days=days)
    for year in years(starts_on, ends_on):
        part = prices.in_year(annual, year, starts_on, ends_on)
        assert 0 <= part <= annual
        if starts_on <= first_day(year) and last_day(year) <= ends_on:
            assert part == annual


@given(annuals, starts, st.integers(1, 2500), st.integers(0, 2500))
def test_what_is_owed_after_an_early_end_is_never_more(
    annual: int, starts_on: date, days: int, served: int
) -> None:
    agreed = starts_on + timedelta(days=days)
    ended = min(agreed, starts_on + timedelta(days=served))
    for year in years(starts_on, agreed):
        part = prices.in_year(annual, year, starts_on, agreed)
        left = prices.served(part, year, starts_on, agreed, ended)
        assert 0 <= left <= part
        if ended == agreed:
            assert left == part


@given(annuals, starts, st.integers(1, 1500), st.sampled_from(["monthly", "quarterly"]))
def test_the_instalments_of_a_year_add_up_to_it(
    annual: int, starts_on: date, days: int, frequency: str
) -> None:
    ends_on = starts_on + timedelta(days=days)
    payment = Block(annual_pence=annual, instalments=frequency)  # type: ignore[arg-type]
    for year in years(starts_on, ends_on):
        named = prices.periods_in(year, prices.instalments(payment) or "annual", starts_on, ends_on)
        assert {year_of(period) for period in named} == {year}
        part = prices.in_year(annual, year, starts_on, ends_on)
        parts = split(part, prices.weights(named, starts_on, ends_on))
        assert sum(parts) == part


def test_whole_quarters_take_equal_instalments_and_the_earlier_the_odd_pence() -> None:
    named = prices.periods_in("2026/27", "quarterly", date(2026, 4, 1), date(2027, 3, 31))
    weights = prices.weights(named, date(2026, 4, 1), date(2027, 3, 31))
    assert split(10, weights) == (3, 3, 2, 2)


def test_months_count_where_the_whole_period_is_not_stated() -> None:
    payment = FeePlusOutcomes(
        fee_annual_pence=1, rates=(Rate(measure="m1", price_pence=333),), outcome_cap_annual_pence=9
    )
    months = (
        Reading(measure="m1", period="2026-27-M01", value=Decimal("1.5")),
        Reading(measure="m1", period="2026-27-M02", value=Decimal(1)),
        Reading(measure="m1", period="2026-27-M03", status="missing"),
        Reading(measure="m2", period="2026-27-M03", value=Decimal(90)),
    )
    whole = Reading(measure="m1", period="2026-27-Q1", value=Decimal(2))
    assert prices.earned(payment, "2026-27-Q1", months) == ("Outcome", 832)
    assert prices.earned(payment, "2026-27-Q1", (*months, whole)) == ("Outcome", 666)


def test_vat_nobody_gives_back_is_part_of_the_cost() -> None:
    on = date(2026, 4, 1)
    assert prices.vat_pence(1_01, "standard-recoverable", on) == 20
    assert prices.cost_pence(1_01, "standard-recoverable", on) == 1_01
    assert prices.cost_pence(1_01, "standard-irrecoverable", on) == 1_21
    assert prices.vat_pence(1_01, "exempt", on) == 0
