"""Risk shares as partners agree them: bands, caps, schemes, waterfalls, each its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.closing import Agreement, Funding, Settlement, Spending, settle
from shared.values.risk_shares import (
    Band,
    CapsReached,
    Layer,
    RiskShareRules,
    SchemeShare,
    by_bands,
    misfit,
    pour,
    within_caps,
)

PARTNERS = ("Alder", "Birch", "Cedar")
LAYERS: tuple[Layer, ...] = ("other-underspends", "risk-pool", "uncommitted")
ALDER_ALONE = SchemeShare(scheme="hospital", budget_pence=400, weights=(1, 0, 0))
YOUTH = SchemeShare(scheme="youth", budget_pence=500)
pennies = st.integers(0, 10**14)


def agreement(
    rules: RiskShareRules, weights: tuple[int, ...] = (2, 1, 1), limit: int = 10_000
) -> Agreement:
    return Agreement(
        partners=PARTNERS[: len(weights)],
        attribution_weights=weights,
        overspend_weights=weights,
        carry_forward_limit_basis_points=limit,
        rules=rules,
    )


def settled(rules: RiskShareRules, schemes: dict[str, int], elsewhere: int = 0) -> Settlement:
    """£10 contributed as 6, 3 and 1; what is spent lands on the partners by 2, 1, 1."""
    total = sum(schemes.values()) + elsewhere
    funding = Funding(contributions_pence=(600, 300, 100), brought_forward_pence=(0, 0, 0))
    spending = Spending(
        total_pence=total,
        by_partner_pence=(total - 2 * (total // 4), total // 4, total // 4),
        by_scheme_pence=schemes | {"": elsewhere},
    )
    return settle(agreement(rules), funding, spending)


def test_pro_rata_bears_an_overspend_as_the_contributions_were() -> None:
    found = settled(RiskShareRules(basis="contributions"), {}, 1_010)
    assert found.overspend_pence == (6, 3, 1)


def test_a_percentage_changes_with_the_size_of_the_overspend() -> None:
    rules = RiskShareRules(bands=(Band(above_pence=100, weights=(0, 1, 0)),))
    assert settled(rules, {}, 1_100).overspend_pence == (50, 25, 25)
    assert settled(rules, {}, 1_140).overspend_pence == (50, 65, 25)


def test_what_is_above_a_cap_is_borne_by_those_below_theirs() -> None:
    rules = RiskShareRules(caps_pence=(40, None, None))
    assert settled(rules, {}, 1_100).overspend_pence == (40, 30, 30)


def test_where_everyone_is_at_a_cap_the_one_named_bears_the_rest_or_nobody_settles() -> None:
    caps = (10, 10, 10)
    named = RiskShareRules(caps_pence=caps, beyond_caps="Birch")
    assert settled(named, {}, 1_100).overspend_pence == (10, 80, 10)
    with pytest.raises(CapsReached):
        settled(RiskShareRules(caps_pence=caps), {}, 1_100)


def test_each_bears_its_own_and_keeps_its_own() -> None:
    found = settled(RiskShareRules(basis="own"), {}, 1_000)
    assert found.overspend_pence == (0, 0, 150)
    assert found.carried_forward_pence == (100, 50, 0)


def test_a_scheme_is_borne_by_its_own_percentages_while_another_has_money_left() -> None:
    rules = RiskShareRules(schemes=(ALDER_ALONE, YOUTH))
    found = settled(rules, {"hospital": 460, "youth": 440})
    assert found.overspend_pence == (60, 0, 0)
    assert sum(found.carried_forward_pence) == 160


def test_a_waterfall_meets_a_scheme_in_its_order_and_the_rest_is_borne_outside() -> None:
    rules = RiskShareRules(schemes=(ALDER_ALONE, YOUTH), waterfall=LAYERS, risk_pool_pence=30)
    found = settled(rules, {"hospital": 490, "youth": 460})
    assert found.absorbed_pence == {"other-underspends": 40, "risk-pool": 30, "uncommitted": 20}
    assert found.overspend_pence == (0, 0, 0)
    found = settled(rules, {"hospital": 700, "youth": 460})
    assert sum(found.absorbed_pence.values()) == 140
    assert found.overspend_pence == (160, 0, 0)


def test_what_is_not_spent_is_kept_as_contingency_or_returned_in_whole() -> None:
    kept = settled(RiskShareRules(underspend="contingency"), {}, 900)
    assert kept.carried_forward_pence == (60, 30, 10)
    back = settled(RiskShareRules(underspend="return"), {}, 900)
    assert back.returned_pence == (60, 30, 10)


def test_budgets_nobody_paid_for_are_no_money_to_give_back() -> None:
    rules = RiskShareRules(
        schemes=(SchemeShare(scheme="youth", budget_pence=5_000),), risk_pool_pence=70
    )
    found = settled(rules, {"youth": 900})
    assert found.overspend_pence == (0, 0, 0)
    assert sum(found.carried_forward_pence) == 100


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (RiskShareRules(bands=(Band(above_pence=5, weights=(1, 1)),)), "one weight"),
        (RiskShareRules(bands=(Band(above_pence=5, weights=(0, 0, 0)),)), "one weight"),
        (RiskShareRules(bands=(Band(above_pence=0, weights=(1, 1, 1)),)), "above nothing"),
        (RiskShareRules(schemes=(YOUTH, YOUTH)), "name of its own"),
        (RiskShareRules(caps_pence=(1, -1, None)), "below nothing"),
        (RiskShareRules(caps_pence=(1,)), "one cap"),
        (RiskShareRules(beyond_caps="Rowan"), "one of the partners"),
        (RiskShareRules(waterfall=LAYERS), "name them"),
        (RiskShareRules(waterfall=("risk-pool", "risk-pool"), schemes=(YOUTH,)), "once"),
        (RiskShareRules(basis="own", schemes=(YOUTH,)), "bears its own"),
    ],
)
def test_rules_that_do_not_fit_say_why(rules: RiskShareRules, says: str) -> None:
    assert says in misfit(rules, PARTNERS)
    assert misfit(RiskShareRules(), PARTNERS) == ""


weightings = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@given(weightings, st.data(), pennies)
def test_no_cap_is_passed_unless_everyone_is_at_theirs(
    weights: list[int], data: st.DataObject, amount: int
) -> None:
    n = len(weights)
    cap = st.one_of(st.none(), st.integers(0, 10**13))
    caps = data.draw(st.lists(cap, min_size=n, max_size=n))
    shares = by_bands(amount, weights, ())
    borne = within_caps(shares, weights, caps, beyond=0)
    assert sum(borne) == amount
    room = [
        weight
        for weight, cap, share in zip(weights, caps, borne, strict=True)
        if weight and (cap is None or share < cap)
    ]
    for place, (cap, share) in enumerate(zip(caps, borne, strict=True)):
        if cap is not None and share > cap:
            assert place == 0
            assert not room
    assert all(share == 0 for share, w in list(zip(borne, weights, strict=True))[1:] if not w)


@given(st.lists(pennies, min_size=1, max_size=12), st.lists(pennies, min_size=0, max_size=3))
def test_a_waterfall_meets_no_more_than_it_holds_and_no_scheme_more_than_its_overspend(
    overspends: list[int], holds: list[int]
) -> None:
    poured = pour(overspends, {str(n): pence for n, pence in enumerate(holds)})
    assert sum(poured.outside_pence) + sum(poured.absorbed_pence.values()) == sum(overspends)
    assert sum(poured.outside_pence) == max(0, sum(overspends) - sum(holds))
    for left, had in zip(poured.outside_pence, overspends, strict=True):
        assert 0 <= left <= had


@given(
    pennies,
    st.lists(st.integers(1, 10**14), max_size=4, unique=True).map(sorted),
    st.lists(st.integers(0, 99), min_size=3, max_size=3).filter(any),
)
def test_bands_share_every_penny(amount: int, above: list[int], weights: list[int]) -> None:
    bands = tuple(Band(above_pence=pence, weights=tuple(weights[::-1])) for pence in above)
    assert sum(by_bands(amount, weights, bands)) == amount


rules = st.builds(
    RiskShareRules,
    basis=st.sampled_from(["weights", "contributions"]),
    schemes=st.one_of(
        st.just(()),
        st.tuples(
            st.builds(
                SchemeShare, scheme=st.just("hospital"), budget_pence=pennies,
                weights=st.sampled_from([(), (0, 0, 1), (7, 0, 2)]),
            ),
            st.builds(SchemeShare, scheme=st.just("youth"), budget_pence=pennies),
        ),
    ),
    waterfall=st.lists(st.sampled_from(LAYERS), unique=True).map(tuple),
    risk_pool_pence=pennies,
    underspend=st.sampled_from(["carry-forward", "contingency", "return"]),
    caps_pence=st.one_of(st.just(()), st.tuples(pennies, pennies, pennies)),
    beyond_caps=st.just("Cedar"),
)  # fmt: skip
own = st.builds(RiskShareRules, basis=st.just("own"))
three = st.tuples(pennies, pennies, pennies)


@given(st.one_of(rules, own), three.filter(any), three, three, st.integers(0, 10_000))
def test_whatever_is_agreed_every_penny_of_the_result_goes_to_a_partner(
    rules: RiskShareRules,
    contributed: tuple[int, ...],
    brought: tuple[int, ...],
    schemes: tuple[int, ...],
    limit: int,
) -> None:
    funding = Funding(contributions_pence=contributed, brought_forward_pence=brought)
    total = sum(schemes)
    spending = Spending(
        total_pence=total,
        by_partner_pence=(total, 0, 0),
        by_scheme_pence=dict(zip(("hospital", "youth", ""), schemes, strict=True)),
    )
    found = settle(agreement(rules, limit=limit), funding, spending)
    result = sum(contributed) + sum(brought) - total
    kept, back = sum(found.carried_forward_pence), sum(found.returned_pence)
    assert kept + back - sum(found.overspend_pence) == result
    every = (*found.overspend_pence, *found.carried_forward_pence, *found.returned_pence)
    assert min(every) >= 0
    if set(rules.waterfall) == set(LAYERS):
        assert sum(found.overspend_pence) == max(0, -result)
