"""Books that do not balance go no further, and say what is wrong."""

from collections.abc import Callable

import pytest

from services.gateway.ledgers.book import FundBook, evolve
from services.gateway.ledgers.identities import (
    BOTH_HALVES,
    CONSUMED,
    NOT_BELOW,
    POOLED,
    PROMISED,
    REVERSED,
    SHARES,
    WITHHELD,
    BooksDoNotBalance,
    check,
)
from services.gateway.ledgers.postings import transactions
from services.gateway.ledgers.transactions import Entry, Transaction
from tests.gateway.ledgers.years import (
    NEXT,
    YEAR,
    Books,
    LedgerEvent,
    accrued,
    agreed,
    brought,
    carried,
    certified,
    closed,
    due_back,
    forfeited,
    given_up,
    kept_back,
    let_go,
    msgspec,
    paid,
    signed,
    tame_year,
    trued_up,
    unaccrued,
    unmade,
)


def year_at_work() -> Books:
    books = tame_year().post(certified("C1", 10_000), kept_back("W1", "C1", 300))
    return books.post(accrued("A1", 50), signed({NEXT: 700}, "K5"))


@pytest.mark.parametrize(
    ("event", "identity"),
    [
        (certified("C2", -1), NOT_BELOW),
        (certified("C2", 1, vat=-1), NOT_BELOW),
        (agreed("Alder", -1), NOT_BELOW),
        (brought("Alder", -1), NOT_BELOW),
        (paid("P1", -1), NOT_BELOW),
        (let_go(-1), NOT_BELOW),
        (let_go(109_951), PROMISED),
        (let_go(701, "K5", NEXT), PROMISED),
        (unmade("C1", 9_999), REVERSED),
        (unmade("C1", 10_000, contract="K5"), REVERSED),
        (unaccrued("A1", 51), REVERSED),
        (given_up("W1", 301), WITHHELD),
        (forfeited("W1", "C1", 301), WITHHELD),
        (msgspec.structs.replace(given_up("W1", 1), contract="K5"), WITHHELD),
    ],
)
def test_a_fact_that_cannot_be_so_is_refused_by_name(event: LedgerEvent, identity: str) -> None:
    books = year_at_work()
    before = books.fund
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(event)
    assert broken.value.identity == identity
    assert books.fund is before


def test_a_true_up_that_makes_or_loses_a_penny_is_refused() -> None:
    with pytest.raises(BooksDoNotBalance) as broken:
        year_at_work().post(trued_up((1, 0, 0)))
    assert broken.value.identity == BOTH_HALVES


def test_the_whole_that_may_be_given_up_or_let_go_is() -> None:
    books = year_at_work().post(let_go(109_950), let_go(700, "K5", NEXT), given_up("W1", 300))
    assert books.balance("Equity:Budget:Commitment:K9") == 0


Tamper = Callable[[Transaction], Transaction]


def without(account: str) -> Tamper:
    return lambda posted: msgspec.structs.replace(
        posted, entries=tuple(e for e in posted.entries if not e.account.startswith(account))
    )


def with_entries(*entries: Entry) -> Tamper:
    return lambda posted: msgspec.structs.replace(posted, entries=(*posted.entries, *entries))


@pytest.mark.parametrize(
    ("tamper", "identity"),
    [
        (without("Liabilities"), BOTH_HALVES),
        (without("Equity:Budget:Consumed"), BOTH_HALVES),
        (without("Equity"), CONSUMED),
        (
            with_entries(
                Entry("Expenses:Pool:K9:Block:Alder", 1, "K9", "Alder", "Block"),
                Entry("Assets:Pool:Bank", -1),
                Entry("Equity:Budget:Available", 1),
                Entry("Equity:Budget:Consumed:K9", -1, "K9"),
            ),
            SHARES,
        ),
    ],
)
def test_a_posting_rule_gone_wrong_is_caught(tamper: Tamper, identity: str) -> None:
    before = tame_year().fund
    event = certified("C1", 101)
    posted = tuple(tamper(transaction) for transaction in transactions(before, event))
    with pytest.raises(BooksDoNotBalance) as broken:
        check(before, event, posted, evolve(before, event, posted))
    assert broken.value.identity == identity


def test_the_rules_as_they_are_pass() -> None:
    before = tame_year().fund
    event = certified("C1", 101)
    posted = transactions(before, event)
    check(before, event, posted, evolve(before, event, posted))


def cut_short(book: FundBook, year: str) -> FundBook:
    """The books with a penny of spending gone from them after the close."""
    open_year = book.year(year)
    costs = {"Block": (59_999, 36_000, 24_000)}
    contract = msgspec.structs.replace(open_year.contracts["K9"], costs=costs)
    bent = msgspec.structs.replace(open_year, contracts=open_year.contracts | {"K9": contract})
    return msgspec.structs.replace(book, years=book.years | {year: bent})


def test_pooling_that_loses_a_penny_is_caught_when_all_is_settled() -> None:
    books = tame_year().post(certified("C1", 120_000), closed(880_000))
    books.post(carried((10_000, 6_000, 4_000)))
    event = due_back((430_000, 258_000, 172_000))
    before = books.fund
    posted = transactions(before, event)
    after = evolve(before, event, posted)
    check(before, event, posted, after)
    bent = cut_short(after, YEAR)
    with pytest.raises(BooksDoNotBalance) as broken:
        check(before, event, (), bent)
    assert broken.value.identity == POOLED


def test_running_shares_that_part_from_the_balances_are_caught() -> None:
    before = tame_year().post(certified("C1", 120_000)).fund
    event = certified("C2", 1)
    posted = transactions(before, event)
    bent = cut_short(evolve(before, event, posted), YEAR)
    with pytest.raises(BooksDoNotBalance) as broken:
        check(before, event, posted, bent)
    assert broken.value.identity == SHARES


def test_what_was_given_up_before_cannot_be_given_up_again() -> None:
    books = year_at_work().post(given_up("W1", 200))
    with pytest.raises(BooksDoNotBalance) as broken:
        books.post(forfeited("W1", "C1", 101))
    assert broken.value.identity == WITHHELD


def test_a_violation_names_its_identity_and_the_sums() -> None:
    with pytest.raises(BooksDoNotBalance, match="no more is used or released") as broken:
        year_at_work().post(let_go(200_000))
    assert "90050" in str(broken.value)
