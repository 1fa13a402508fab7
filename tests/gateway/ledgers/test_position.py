"""Where a fund stands: what is spent, promised and left, and who would owe what."""

from datetime import date

from services.gateway.ledgers.position import FORECAST_METHOD, FundPosition, position
from tests.gateway.ledgers.years import (
    CLOSE,
    FUND,
    NEXT,
    YEAR,
    Books,
    accrued,
    brought,
    certified,
    contributions,
    kept_back,
    opened,
    paid,
    risk_shared,
    signed,
    tame_year,
    unaccrued,
)


def stands(books: Books, until: date = CLOSE) -> FundPosition:
    lines = [line for line in books.lines if line.effective_on <= until]
    return position(books.fund.year(YEAR).agreement, YEAR, lines)


def test_a_fund_shows_budget_actual_accrued_committed_and_where_it_will_land() -> None:
    books = tame_year().post(certified("C1", 30_000), accrued("A1", 5_000), paid("P1", 10_000))
    stood = stands(books)
    assert stood.budget_pence == stood.contributions_agreed_pence == 1_000_000
    assert stood.contributions_received_pence == 1_000_000
    assert (stood.actual_pence, stood.accrued_pence) == (30_000, 5_000)
    assert (stood.committed_pence, stood.available_pence) == (85_000, 880_000)
    assert stood.forecast_outturn_pence == 120_000
    assert stood.variance_pence == -880_000
    assert stood.bank_pence == 990_000
    assert stood.forecast_method == FORECAST_METHOD


def test_an_accrual_reversed_is_promised_again() -> None:
    books = tame_year().post(accrued("A1", 5_000), unaccrued("A1", 5_000))
    stood = stands(books)
    assert (stood.actual_pence, stood.accrued_pence, stood.committed_pence) == (0, 0, 120_000)


def test_lines_to_a_date_give_the_position_at_that_date() -> None:
    books = tame_year().post(certified("C1", 30_000), paid("P1", 10_000))
    assert stands(books, date(2025, 6, 29)).actual_pence == 0
    assert stands(books, date(2025, 6, 30)).actual_pence == 30_000
    assert stands(books, date(2025, 7, 30)).bank_pence == 1_000_000


def test_if_the_year_lands_over_each_partner_sees_what_it_would_owe() -> None:
    books = Books([opened(), risk_shared((45, 45, 10)), *contributions(50, 30, 20)])
    stood = stands(books.post(signed({YEAR: 111})))
    assert stood.variance_pence == 11
    assert [partner.would_owe_pence for partner in stood.partners] == [5, 5, 1]
    assert [partner.would_get_back_pence for partner in stood.partners] == [0, 0, 0]


def test_if_the_year_lands_under_each_partner_sees_what_it_would_keep_and_get_back() -> None:
    books = Books([opened(), risk_shared(limit=1_000), *contributions(50, 30, 20)])
    books.post(brought("Cedar", 7), signed({YEAR: 93}))
    stood = stands(books)
    assert stood.brought_forward_pence == 7
    assert stood.budget_pence == 107
    assert [partner.would_carry_forward_pence for partner in stood.partners] == [5, 3, 2]
    assert [partner.would_get_back_pence for partner in stood.partners] == [2, 1, 1]
    assert [partner.brought_forward_pence for partner in stood.partners] == [0, 0, 7]


def test_budget_promises_forecast_and_variance_of_the_partners_add_up_to_the_funds() -> None:
    books = Books([opened(), risk_shared(limit=1_000), *contributions(51, 31, 19)])
    books.post(brought("Cedar", 7), signed({YEAR: 98}), certified("C1", 41))
    stood = stands(books)
    for whole, parts in (
        (stood.budget_pence, [one.budget_pence for one in stood.partners]),
        (stood.committed_pence, [one.committed_pence for one in stood.partners]),
        (stood.forecast_outturn_pence, [one.forecast_outturn_pence for one in stood.partners]),
        (stood.variance_pence, [one.variance_pence for one in stood.partners]),
    ):
        assert sum(parts) == whole
        assert len(set(parts)) > 1
    assert stood.committed_pence == 57


def test_an_overspend_nobody_agreed_to_bear_is_said_to_be_so() -> None:
    books = Books([opened(), *contributions(1, 1, 1), signed({YEAR: 4})])
    stood = stands(books)
    assert stood.risk_share_missing
    assert [partner.would_owe_pence for partner in stood.partners] == [0, 0, 0]


def test_each_contract_stands_by_itself() -> None:
    books = tame_year().post(signed({YEAR: 500}, "K5"), certified("C1", 400, "K5"))
    books.post(certified("C2", 10_000), kept_back("W1", "C2", 1_000), paid("P1", 4_000))
    k5, k9 = stands(books).contracts
    assert (k5.contract, k5.actual_pence, k5.committed_pence, k5.payable_pence) == (
        "K5",
        400,
        100,
        400,
    )
    assert (k9.payable_pence, k9.withheld_pence, k9.paid_pence) == (5_000, 1_000, 4_000)
    assert k9.forecast_pence == 120_000


def test_another_years_lines_are_not_counted() -> None:
    books = tame_year().post(signed({NEXT: 5}, "K5"), opened(NEXT))
    assert stands(books).forecast_outturn_pence == 120_000
    assert position(books.fund.year(NEXT).agreement, NEXT, books.lines).committed_pence == 5
    assert books.fund.fund == FUND
