"""What a year would come to if a contract ended, a contribution were cut, a volume changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.ledgers.position import FundPosition, position
from services.gateway.ledgers.statements import judged
from services.gateway.ledgers.what_ifs import (
    BelowNothing,
    Change,
    ContractEnded,
    ContributionChanged,
    UnknownInYear,
    VolumeChanged,
    branch,
    forecasts,
)
from tests.gateway.ledgers.years import (
    FUND,
    YEAR,
    Books,
    certified,
    contributions,
    opened,
    risk_shared,
    signed,
    tame_year,
)

TODAY = date(2025, 9, 30)
MIDDLE = date(2025, 12, 31)  # 90 of the 182 days that are left come after it
Days = st.dates(date(2025, 4, 1), date(2026, 6, 30))


def stands(books: Books) -> FundPosition:
    return position(books.fund.year(YEAR).agreement, YEAR, books.lines)


def landing(books: Books, *changes: Change, today: date = TODAY) -> FundPosition:
    added = branch(stands(books), FUND, changes, today)
    return position(books.fund.year(YEAR).agreement, YEAR, [*books.lines, *added])


def volume(basis_points: int, floor: int = 0, cap: int = 10**12) -> VolumeChanged:
    return VolumeChanged(contract="K9", basis_points=basis_points, floor_pence=floor, cap_pence=cap)


def test_a_contract_that_ends_frees_what_falls_after_its_last_day() -> None:
    books = tame_year().post(certified("C1", 30_000))
    ended = ContractEnded(contract="K9", on=MIDDLE)
    then = landing(books, ended)
    assert stands(books).committed_pence == 90_000
    assert then.committed_pence == 90_000 - 90_000 * 90 // 182
    assert then.available_pence == stands(books).available_pence + 90_000 * 90 // 182
    assert then.actual_pence == 30_000
    assert landing(books, ContractEnded(contract="K9", on=TODAY)).committed_pence == 0
    assert landing(books, ended, ended).committed_pence < then.committed_pence


def test_a_contribution_that_is_cut_is_borne_as_the_partners_agreed() -> None:
    books = Books([opened(), risk_shared((45, 45, 10)), *contributions(50, 30, 20)])
    books = books.post(signed({YEAR: 100}))
    then = landing(books, ContributionChanged(partner="Birch", change_pence=-20))
    assert then.budget_pence == 80
    assert then.variance_pence == 20
    assert [one.would_owe_pence for one in then.partners] == [9, 9, 2]
    with pytest.raises(BelowNothing):
        landing(books, ContributionChanged(partner="Birch", change_pence=-31))


def test_more_volume_costs_more_up_to_the_cap_and_less_no_less_than_the_floor() -> None:
    books = tame_year().post(certified("C1", 30_000))
    assert landing(books, volume(1_000)).forecast_outturn_pence == 129_000
    assert landing(books, volume(1_000, cap=125_000)).forecast_outturn_pence == 125_000
    assert landing(books, volume(-1_000)).forecast_outturn_pence == 111_000
    assert landing(books, volume(-10_000, floor=50_000)).forecast_outturn_pence == 50_000
    assert landing(books, volume(-20_000)).forecast_outturn_pence == 30_000


def test_what_the_year_does_not_have_cannot_change() -> None:
    books = tame_year()
    for change in (
        ContractEnded(contract="K1", on=MIDDLE),
        ContributionChanged(partner="Dean", change_pence=1),
    ):
        with pytest.raises(UnknownInYear):
            landing(books, change)


def test_a_rate_of_spending_says_where_the_year_lands_once_it_has_one() -> None:
    stood = stands(tame_year().post(certified("C1", 30_000)))
    assert [one.outturn_pence for one in forecasts(stood, date(2025, 6, 28))] == [120_000]
    promised, rate = forecasts(stood, date(2025, 6, 29))
    assert (promised.outturn_pence, rate.outturn_pence) == (120_000, 30_000 * 365 // 90)
    assert forecasts(stood, date(2027, 1, 1))[1].outturn_pence == 30_000


@given(
    st.lists(
        st.one_of(
            st.builds(ContractEnded, contract=st.just("K9"), on=Days),
            st.builds(
                ContributionChanged,
                partner=st.sampled_from(("Alder", "Birch", "Cedar")),
                change_pence=st.integers(-1_000, 10**9),
            ),
            st.integers(-20_000, 20_000).map(volume),
        ),
        max_size=5,
    ),
    Days,
)
def test_a_branch_keeps_the_identities_and_touches_nothing(
    changes: list[Change], today: date
) -> None:
    books = tame_year().post(certified("C1", 30_000))
    before = stands(books)
    added = branch(before, FUND, changes, today)
    lines = [*books.lines, *added]
    then = position(books.fund.year(YEAR).agreement, YEAR, lines)
    found = judged(lines, then, closed=False, kept=None)
    assert [one.name for one in found if one.holds is False] == []
    assert stands(books) == before
    assert {line.transaction for line in added} <= set(range(len(changes)))
