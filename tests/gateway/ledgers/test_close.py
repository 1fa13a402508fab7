"""The close of a year: overspend, underspend, and what may happen after."""

import pytest

from services.gateway.ledgers.book import Unknown, YearIsClosed, YearNotClosed
from services.gateway.ledgers.identities import (
    ATTRIBUTED,
    AVAILABLE,
    BROUGHT_FORWARD,
    INVOICED,
    RESULT,
    RETURNED,
    SETTLED,
    BooksDoNotBalance,
)
from services.gateway.ledgers.position import position
from shared.published.terms import Share
from shared.values.closing import close_year
from tests.gateway.ledgers.years import (
    NEXT,
    PARTNERS,
    YEAR,
    Books,
    LedgerEvent,
    agreed,
    borne,
    brought,
    c,
    carried,
    certified,
    closed,
    contributions,
    due_back,
    forfeited,
    given_up,
    invoiced,
    kept_back,
    let_go,
    msgspec,
    opened,
    paid,
    paid_back,
    received,
    risk_shared,
    signed,
    tame_year,
    trued_up,
    unmade,
)


def overspent() -> Books:
    """£100 brought forward, £10,000 contributed, £10,100.11 spent: 11 pence over."""
    books = Books([opened(), risk_shared((45, 45, 10))])
    books.post(brought("Alder", 2_000), brought("Alder", 4_000), brought("Cedar", 4_000))
    books.post(*contributions(500_000, 300_000, 200_000), signed({YEAR: 1_000_000}))
    return books.post(certified("C1", 1_000_000), certified("C2", 10_011))


def underspent() -> Books:
    """£10,000 contributed, £9,700 spent: £200 may be kept, £100 goes back."""
    return tame_year().post(certified("C1", 120_000), certified("C2", 850_000))


def settled_underspend() -> Books:
    books = underspent().post(closed(30_000), carried((10_000, 6_000, 4_000)))
    return books.post(due_back((5_000, 3_000, 2_000)))


def test_an_overspend_is_owed_by_the_risk_share_and_nobody_elses_measure() -> None:
    books = overspent()
    year = books.fund.year(YEAR)
    closing = close_year(year.agreement, year.funding(), books.fund.element_costs(YEAR))
    assert closing.result_pence == -11
    assert closing.settlement.overspend_pence == (5, 5, 1)
    books.post(trued_up([0, 0, 0]), closed(-11), borne((5, 5, 1)))
    assert books.balance("Equity:Budget:Available") == 11
    assert books.balance("Assets:Pool:Receivable:RiskShare:Birch") == 5
    assert books.balance("Income:Pool:RiskShare:Cedar") == -1
    stood = position(books.fund.year(YEAR).agreement, YEAR, books.lines)
    assert [partner.owed_to_pool_pence for partner in stood.partners] == [5, 5, 1]
    assert stood.partners[0].own_expenditure_pence == 500_005
    differences = [partner.pooling_difference_pence for partner in stood.partners]
    assert differences == [-999, 2_998, -1_999]
    assert sum(differences) == 0


def test_a_true_up_moves_the_annual_share_to_its_exact_part() -> None:
    books = Books([opened(weights=(1, 1, 1)), risk_shared(), *contributions(3, 3, 3)])
    books.post(signed({YEAR: 9}), certified("C1", 1), certified("C2", 1), certified("C3", 1))
    books.post(let_go(6))
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(closed(6))
    assert broken.value.identity == ATTRIBUTED
    books.post(trued_up((-2, 1, 1)), closed(6))
    assert books.fund.year(YEAR).attributed_pence() == (1, 1, 1)


def test_the_risk_share_is_collected_after_the_close() -> None:
    books = overspent().post(closed(-11), borne((5, 5, 1)))
    late = msgspec.structs.replace(received("Birch", 5), towards="risk-share")
    books.post(late)
    assert books.balance("Assets:Pool:Receivable:RiskShare:Birch") == 0
    assert books.lines[-1].code == "risk-share-received"


def test_an_underspend_is_kept_and_returned_and_paid_partner_by_partner() -> None:
    books = settled_underspend()
    share = c.UnderspendReturned(
        fund="F2",
        year=YEAR,
        shares=paid_back((5_000, 0, 0)).shares[:1],
        step="paid",
        effective_on=paid_back((0, 0, 0)).effective_on,
    )
    books.post(share)
    assert books.balance("Liabilities:Pool:Returnable:Alder") == 0
    assert books.balance("Liabilities:Pool:Returnable:Birch") == -3_000
    assert books.balance("Assets:Pool:Bank") == 1_000_000 - 5_000
    assert books.balance("Equity:Pool:ResultForYear") == 20_000


def test_no_more_is_paid_back_than_is_due() -> None:
    with pytest.raises(BooksDoNotBalance) as broken:
        settled_underspend().post(paid_back((5_000, 3_001, 2_000)))
    assert broken.value.identity == RETURNED


@pytest.mark.parametrize("result", [30_001, 29_999, -30_000, 0])
def test_a_result_the_books_do_not_show_is_refused(result: int) -> None:
    with pytest.raises(BooksDoNotBalance) as broken:
        underspent().post(closed(result))
    assert broken.value.identity == RESULT


def test_a_year_does_not_close_on_promises_nobody_released() -> None:
    with pytest.raises(BooksDoNotBalance) as broken:
        tame_year().post(certified("C1", 119_999), closed(880_001))
    assert broken.value.identity == AVAILABLE


def test_a_year_does_not_close_before_what_was_agreed_is_invoiced() -> None:
    books = Books([opened(), agreed("Alder", 10), invoiced("Alder", 9)])
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(closed(10))
    assert broken.value.identity == INVOICED


@pytest.mark.parametrize(
    "wrong",
    [
        carried((10_001, 5_999, 4_000)),
        carried((10_001, 6_000, 4_000)),
        carried((9_999, 6_000, 4_000)),
        due_back((4_999, 3_001, 2_000)),
        due_back((5_000, 3_000, 1_999)),
        borne((1, 0, 0)),
    ],
)
def test_a_settlement_the_agreement_does_not_give_is_refused(wrong: LedgerEvent) -> None:
    with pytest.raises(BooksDoNotBalance) as broken:
        underspent().post(closed(30_000), wrong)
    assert broken.value.identity == SETTLED


def test_an_overspend_nobody_agreed_to_bear_is_not_settled() -> None:
    books = Books([opened(), *contributions(1, 1, 1), signed({YEAR: 4}), certified("C1", 4)])
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(closed(-1), borne((1, 0, 0)))
    assert broken.value.identity == SETTLED


@pytest.mark.parametrize(
    "late",
    [
        certified("C3", 1),
        unmade("C1", 120_000),
        let_go(1),
        forfeited("W1", "C1", 1),
        agreed("Alder", 1),
        invoiced("Alder", 1),
        brought("Alder", 1),
        trued_up((1, -1, 0)),
        risk_shared(),
        signed({YEAR: 1}, "K5"),
        closed(30_000),
    ],
)
def test_what_a_closed_year_came_to_is_never_touched(late: LedgerEvent) -> None:
    books = tame_year().post(certified("C1", 120_000), kept_back("W1", "C1", 10))
    books.post(certified("C2", 850_000), closed(30_000))
    before = books.fund
    with pytest.raises(YearIsClosed):
        books.post(late)
    assert books.fund is before


def test_a_closed_years_debts_are_still_paid_and_collected() -> None:
    books = tame_year().post(certified("C1", 120_000), kept_back("W1", "C1", 10))
    books.post(certified("C2", 850_000), closed(30_000))
    books.post(given_up("W1", 10), paid("P1", 970_000), received("Alder", 1))
    assert books.balance("Liabilities:Pool:Payable:K9") == 0


def test_no_result_is_settled_before_the_close() -> None:
    for early in (borne((1, 1, 1)), carried((1, 1, 1)), due_back((1, 1, 1))):
        with pytest.raises(YearNotClosed):
            underspent().post(early)


def test_a_share_of_nobody_in_the_fund_is_not_posted() -> None:
    stranger = Share(partner="Elm", pence=0)
    odd = msgspec.structs.replace(carried((10_000, 6_000, 4_000)), shares=(stranger,))
    with pytest.raises(Unknown):
        underspent().post(closed(30_000), odd)


def test_no_more_is_brought_forward_than_was_carried_forward() -> None:
    books = settled_underspend().post(opened(NEXT), brought("Alder", 10_000, NEXT))
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(brought("Birch", 6_001, NEXT))
    assert broken.value.identity == BROUGHT_FORWARD
    books.post(brought("Birch", 6_000, NEXT), brought("Cedar", 3_999, NEXT))
    with pytest.raises(BooksDoNotBalance):
        books.post(brought("Cedar", 2, NEXT))
    books.post(brought("Cedar", 1, NEXT))
    assert books.balance("Assets:Pool:Bank", NEXT) == 20_000
    assert books.fund.balance("Assets:Pool:Bank") == 1_000_000
    assert position(books.fund.year(YEAR).agreement, YEAR, books.lines).bank_pence == 1_000_000


def test_pooling_gains_and_losses_come_to_nothing_once_all_is_settled() -> None:
    year = settled_underspend().fund.year(YEAR)
    gains = [
        a - f for a, f in zip(year.attributed_pence(), year.funding_applied_pence(), strict=True)
    ]
    assert sum(gains) == 0
    assert len(gains) == len(PARTNERS)
