"""The close of a year: who bears, who keeps, who gets back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.closing import (
    Agreement,
    ElementCost,
    Funding,
    Settlement,
    Spending,
    charge,
    close_year,
    settle,
    true_up,
)
from shared.values.shares import split
from shared.values.weightings import eligible_weights

AGREEMENT = Agreement(
    partners=("Alder", "Birch", "Cedar", "Dogwood"),
    attribution_weights=(5000, 3875, 833, 292),
    overspend_weights=(4500, 4500, 700, 300),
    carry_forward_limit_basis_points=200,
)
FUNDING = Funding(
    contributions_pence=(50_000_001, 38_750_003, 8_333_333, 2_916_662),
    brought_forward_pence=(0, 0, 0, 0),
)
pennies = st.integers(min_value=0, max_value=10**11)
four = st.tuples(pennies, pennies, pennies, pennies)


def cost(total: int) -> ElementCost:
    weights = AGREEMENT.attribution_weights
    return ElementCost(
        contract="K9", element="Block", shares_pence=split(total, weights), weights=weights
    )


def test_an_underspend_is_kept_up_to_the_limit_and_the_rest_returned() -> None:
    closing = close_year(AGREEMENT, FUNDING, [cost(97_500_000)])
    assert closing.true_ups == ()
    assert closing.result_pence == 2_499_999
    assert closing.settlement == Settlement(
        overspend_pence=(0, 0, 0, 0),
        carried_forward_pence=(999_999, 775_000, 166_667, 58_333),
        returned_pence=(250_000, 193_750, 41_667, 14_583),
    )


def test_an_overspend_is_borne_by_the_overspend_weights() -> None:
    closing = close_year(AGREEMENT, FUNDING, [cost(100_000_010)])
    assert closing.result_pence == -11
    assert closing.settlement.overspend_pence == (5, 5, 1, 0)
    assert closing.settlement.carried_forward_pence == (0, 0, 0, 0)


def test_a_year_that_comes_out_even_settles_nothing() -> None:
    settlement = close_year(AGREEMENT, FUNDING, [cost(99_999_999)]).settlement
    assert not any(settlement.overspend_pence + settlement.returned_pence)


def test_a_true_up_makes_the_annual_share_exact_however_many_events_it_came_in() -> None:
    shares: tuple[int, ...] = ()
    for _ in range(4):
        shares = charge(shares, 1, (1, 1, 1))
    assert shares == (4, 0, 0)
    changed = true_up(
        ElementCost(contract="K9", element="Fee", shares_pence=shares, weights=(1, 1, 1))
    )
    assert changed is not None
    assert changed.changes_pence == (-2, 1, 1)


def test_what_nobody_contributed_to_goes_back_by_what_was_brought_forward() -> None:
    funding = Funding(contributions_pence=(0, 0), brought_forward_pence=(30, 10))
    agreement = Agreement(partners=("Alder", "Birch"), attribution_weights=(1, 1))
    spending = Spending(total_pence=32)
    assert settle(agreement, funding, spending).returned_pence == (6, 2)


def test_an_overspend_nobody_agreed_to_bear_is_refused() -> None:
    agreement = Agreement(partners=("Alder", "Birch"), attribution_weights=(1, 1))
    funding = Funding(contributions_pence=(5, 5), brought_forward_pence=(0, 0))
    with pytest.raises(ValueError, match="no risk share"):
        settle(agreement, funding, Spending(total_pence=11))


def test_ring_fenced_money_bears_only_what_it_is_fenced_to() -> None:
    fences = {"Alder": ("",), "Birch": ("public-health",), "Cedar": ("schools", "")}
    assert eligible_weights(AGREEMENT, fences, "public-health") == (5000, 3875, 833, 292)
    assert eligible_weights(AGREEMENT, fences, "schools") == (5000, 0, 833, 292)
    assert eligible_weights(AGREEMENT, fences, "") == (5000, 0, 833, 292)


@given(four.filter(any), four, pennies)
def test_every_penny_of_a_result_goes_to_a_partner(
    contributions: tuple[int, ...], brought_forward: tuple[int, ...], spent: int
) -> None:
    funding = Funding(contributions_pence=contributions, brought_forward_pence=brought_forward)
    closing = close_year(AGREEMENT, funding, [cost(spent)])
    settled = closing.settlement
    assert closing.result_pence == sum(contributions) + sum(brought_forward) - spent
    assert sum(settled.overspend_pence) == max(0, -closing.result_pence)
    kept = sum(settled.carried_forward_pence)
    assert kept + sum(settled.returned_pence) == max(0, closing.result_pence)
    assert kept * 10_000 <= sum(contributions) * 200


@given(st.lists(pennies, min_size=1, max_size=20))
def test_after_the_true_up_no_share_is_off_its_exact_part(sums: list[int]) -> None:
    weights = AGREEMENT.attribution_weights
    shares: tuple[int, ...] = ()
    for pence in sums:
        shares = charge(shares, pence, weights)
    running = ElementCost(contract="K9", element="Block", shares_pence=shares, weights=weights)
    change = true_up(running)
    changes = change.changes_pence if change else (0,) * 4
    assert sum(changes) == 0
    exact = tuple(a + b for a, b in zip(shares, changes, strict=True))
    assert exact == split(sum(sums), weights)
