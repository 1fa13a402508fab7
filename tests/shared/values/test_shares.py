"""A sum divided is a sum kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.shares import instalments, portion, split

sums = st.integers(min_value=-(10**15), max_value=10**15)
weightings = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12).filter(
    any
)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, (1, 1, 1), (34, 33, 33)),
        (101, (1, 1, 1), (34, 34, 33)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (1, (1, 2), (0, 1)),
        (1, (0, 1), (0, 1)),
        (0, (3, 4), (0, 0)),
        (24_250_001, (5000, 3875, 833, 292), (12_125_001, 9_396_875, 2_020_025, 708_100)),
        (24_249_999, (5000, 3875, 833, 292), (12_124_999, 9_396_875, 2_020_025, 708_100)),
    ],
)
def test_the_largest_remainders_take_the_odd_pence_and_ties_go_to_the_earlier(
    amount: int, weights: tuple[int, ...], shares: tuple[int, ...]
) -> None:
    assert split(amount, weights) == shares


@given(sums, weightings)
def test_the_shares_add_up_to_the_sum_exactly(amount: int, weights: list[int]) -> None:
    assert sum(split(amount, weights)) == amount


@given(sums, weightings)
def test_a_negative_sum_mirrors_the_positive_one(amount: int, weights: list[int]) -> None:
    assert split(-amount, weights) == tuple(-share for share in split(amount, weights))


@given(sums, weightings)
def test_no_share_is_a_penny_from_its_exact_part(amount: int, weights: list[int]) -> None:
    whole = sum(weights)
    for share, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(share * whole - amount * weight) < whole


@given(sums, weightings)
def test_who_has_no_weight_bears_nothing(amount: int, weights: list[int]) -> None:
    shares = split(amount, weights)
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)


@given(st.integers(min_value=0, max_value=10**9), weightings)
def test_of_two_equal_weights_the_earlier_never_has_less(amount: int, weights: list[int]) -> None:
    twins = [*weights, *weights]
    shares = split(amount, twins)
    half = len(weights)
    assert all(shares[n] >= shares[n + half] for n in range(half))


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1), (2, -1)])
def test_weights_that_divide_nothing_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, weights)


def test_the_earlier_instalments_take_the_odd_pence() -> None:
    assert instalments(50_000_001, 4) == (12_500_001, 12_500_000, 12_500_000, 12_500_000)
    assert instalments(38_750_003, 4) == (9_687_501, 9_687_501, 9_687_501, 9_687_500)


def test_no_instalments_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="weights"):
        instalments(100, 0)


def test_a_portion_is_rounded_down() -> None:
    assert portion(99_999_999, 200) == 1_999_999
    assert portion(9_999, 1) == 0
    assert portion(10_000, 1) == 1
    assert portion(12_345, 10_000) == 12_345


@pytest.mark.parametrize(("amount", "basis_points"), [(-1, 100), (100, -1)])
def test_a_portion_of_less_than_nothing_is_refused(amount: int, basis_points: int) -> None:
    with pytest.raises(ValueError, match="not negative"):
        portion(amount, basis_points)
