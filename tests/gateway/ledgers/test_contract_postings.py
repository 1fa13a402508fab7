"""What contracts do to the books: promise, certify, accrue, withhold, reverse."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from services.gateway.ledgers.book import (
    AlreadyPosted,
    Unknown,
    YearNotOpen,
)
from shared.published.terms import Share, TextRef
from tests.gateway.ledgers.years import (
    FUND,
    NEXT,
    PARTNERS,
    YEAR,
    Books,
    accrued,
    agreed,
    c,
    certified,
    forfeited,
    given_up,
    kept_back,
    let_go,
    opened,
    paid,
    signed,
    tame_year,
    terms,
    trued_up,
    unaccrued,
    unmade,
    with_vat,
)

COMMITMENT = "Equity:Budget:Commitment:K9"
CONSUMED = "Equity:Budget:Consumed:K9"
AVAILABLE = "Equity:Budget:Available"
PAYABLE = "Liabilities:Pool:Payable:K9"
WITHHELD = "Liabilities:Pool:Withheld:K9"
BANK = "Assets:Pool:Bank"


def expenses(books: Books, element: str = "Block", contract: str = "K9") -> tuple[int, ...]:
    return tuple(
        books.balance(f"Expenses:Pool:{contract}:{element}:{partner}") for partner in PARTNERS
    )


def test_a_certificate_uses_the_promise_first_and_then_what_is_available() -> None:
    books = tame_year().post(certified("C1", 100_001), certified("C2", 30_000))
    assert books.balance(COMMITMENT) == 0
    assert books.balance(CONSUMED) == -130_001
    assert books.balance(AVAILABLE) == -1_000_000 + 130_001
    assert books.balance(PAYABLE) == -130_001
    assert expenses(books) == (65_001, 39_000, 26_000)


def test_a_contract_of_several_years_commits_the_open_year_only() -> None:
    books = tame_year().post(signed({YEAR: 1_000, NEXT: 2_000, "2027/28": 3_000}, "K5"))
    assert books.balance("Equity:Budget:Commitment:K5") == -1_000
    assert books.balance(AVAILABLE) == -1_000_000 + 120_000 + 1_000
    assert books.fund.contract("K5").memorandum == {NEXT: 2_000, "2027/28": 3_000}


def test_memorandum_is_committed_when_its_year_opens() -> None:
    books = tame_year().post(signed({NEXT: 2_000, "2027/28": 3_000}, "K5"), opened(NEXT))
    assert books.balance("Equity:Budget:Commitment:K5", NEXT) == -2_000
    assert books.balance(AVAILABLE, NEXT) == 2_000
    assert books.fund.contract("K5").memorandum == {"2027/28": 3_000}
    line = books.lines[-1]
    assert (line.code, line.reference, line.year) == ("commitment-opened", "K5", NEXT)


def test_a_contract_signed_before_the_fund_opens_waits_as_memorandum() -> None:
    books = Books([signed({YEAR: 500})])
    assert books.lines == []
    assert books.post(opened()).balance(COMMITMENT) == -500


def test_a_variation_moves_open_years_and_memorandum_alike() -> None:
    varied = c.ContractVaried(
        contract="K5",
        terms=terms({}),
        commitment_changes={YEAR: -400, NEXT: 50, "2027/28": -3_000},
        reason=TextRef(text=UUID(int=7), digest="d"),
        varied_by="O2",
        effective_on=date(2025, 8, 1),
    )
    books = tame_year().post(signed({YEAR: 1_000, NEXT: 2_000, "2027/28": 3_000}, "K5"), varied)
    assert books.balance("Equity:Budget:Commitment:K5") == -600
    assert books.post(opened(NEXT)).balance("Equity:Budget:Commitment:K5", NEXT) == -2_050
    assert books.fund.contract("K5").memorandum == {"2027/28": 0}


def test_a_promise_of_nothing_leaves_no_line() -> None:
    books = tame_year()
    before = len(books.lines)
    assert len(books.post(signed({YEAR: 0, NEXT: 0}, "K5")).lines) == before


def test_a_variation_may_change_how_vat_is_treated_and_what_is_paid_for() -> None:
    books = Books([opened(), agreed("Alder", 9), agreed("Birch", 9, "schools")])
    books.post(signed({YEAR: 9}), certified("C1", 80, vat=16))
    new = msgspec.structs.replace(terms({}, spending="schools"), vat="standard-recoverable")
    books.post(
        c.ContractExtended(
            contract="K9",
            terms=new,
            commitment_changes={},
            extended_by="O2",
            effective_on=date(2025, 8, 1),
        )
    )
    before = expenses(books)
    books.post(certified("C2", 100, vat=20))
    after = expenses(books)
    assert [b - a for a, b in zip(before, after, strict=True)] == [50, 30, 20]
    assert before[1] == 0
    assert books.balance("Assets:Pool:VATRecoverable") == 20


def test_a_released_promise_is_available_again() -> None:
    books = tame_year().post(certified("C1", 20_000), let_go(100_000))
    assert books.balance(COMMITMENT) == 0
    assert books.balance(AVAILABLE) == -1_000_000 + 20_000


def test_a_promise_of_a_year_not_open_is_released_from_memorandum() -> None:
    books = tame_year().post(signed({NEXT: 2_000}, "K5"), let_go(1_500, "K5", NEXT), opened(NEXT))
    assert books.balance("Equity:Budget:Commitment:K5", NEXT) == -500


def test_a_restatement_after_payment_negates_every_line_and_posts_anew() -> None:
    books = tame_year().post(certified("C1", 130_001), paid("P1", 130_001))
    before = books.fund.year(YEAR).balances
    books.post(unmade("C1", 130_001))
    original = [line for line in books.lines if line.code == "payment-certified"]
    reversal = [line for line in books.lines if line.code == "certification-reversed"]
    assert [(li.account, -li.amount_pence) for li in original] == [
        (li.account, li.amount_pence) for li in reversal
    ]
    assert {line.effective_on for line in reversal} == {date(2025, 9, 30)}
    assert before[PAYABLE] == 0
    assert books.balance(PAYABLE) == 130_001
    assert books.balance(COMMITMENT) == -120_000
    books.post(certified("C2", 119_999))
    assert books.balance(PAYABLE) == 10_002
    assert expenses(books) == (59_999, 36_000, 24_000)
    assert books.balance(COMMITMENT) == -1


def test_a_certificate_of_an_old_year_is_reversed_in_the_open_one() -> None:
    books = tame_year().post(certified("C1", 130_001), opened(NEXT, (1, 1, 1)))
    books.post(unmade("C1", 130_001, NEXT))
    assert books.balance("Expenses:Pool:K9:Block:Alder", NEXT) == -65_001
    assert books.balance("Expenses:Pool:K9:Block:Alder") == 65_001
    assert books.fund.balance(PAYABLE) == 0


def test_what_is_withheld_is_owed_no_longer_until_it_is_released() -> None:
    books = tame_year().post(certified("C1", 10_000), kept_back("W1", "C1", 300))
    assert (books.balance(PAYABLE), books.balance(WITHHELD)) == (-9_700, -300)
    books.post(given_up("W1", 100))
    assert (books.balance(PAYABLE), books.balance(WITHHELD)) == (-9_800, -200)
    assert expenses(books) == (5_000, 3_000, 2_000)


def test_what_is_forfeited_lowers_the_cost_by_shares_and_is_available_again() -> None:
    books = tame_year().post(certified("C1", 10_000), kept_back("W1", "C1", 301))
    books.post(forfeited("W1", "C1", 301))
    assert books.balance(WITHHELD) == 0
    assert expenses(books) == (5_000 - 151, 3_000 - 90, 2_000 - 60)
    assert books.balance(CONSUMED) == -9_699
    assert books.balance(COMMITMENT) == -110_000
    assert books.balance(AVAILABLE) == -880_000 - 301


def test_an_accrual_is_reversed_exactly_when_the_return_comes() -> None:
    books = tame_year()
    before = books.fund.year(YEAR).balances
    books.post(accrued("A1", 777))
    assert books.balance("Liabilities:Pool:Accrued:K9") == -777
    assert expenses(books, "Activity") == (389, 233, 155)
    assert books.balance(COMMITMENT) == -120_000 + 777
    books.post(unaccrued("A1", 777))
    after = books.fund.year(YEAR).balances
    assert {k: v for k, v in after.items() if v} == {k: v for k, v in before.items() if v}


def test_recoverable_vat_is_owed_to_the_provider_and_is_no_cost() -> None:
    books = tame_year().post(with_vat(signed({YEAR: 1_000}, "K5"), recoverable=True))
    books.post(certified("C1", 1_000, "K5", vat=200))
    assert books.balance("Assets:Pool:VATRecoverable") == 200
    assert books.balance("Liabilities:Pool:Payable:K5") == -1_200
    assert expenses(books, contract="K5") == (500, 300, 200)
    books.post(paid("P1", 1_200, "K5"))
    assert books.balance(BANK) == 1_000_000 - 1_200


def test_irrecoverable_vat_is_a_cost_and_shared() -> None:
    books = tame_year().post(with_vat(signed({YEAR: 1_000}, "K5"), recoverable=False))
    books.post(certified("C1", 1_000, "K5", vat=200))
    assert books.balance("Assets:Pool:VATRecoverable") == 0
    assert expenses(books, contract="K5") == (600, 360, 240)
    assert books.balance("Equity:Budget:Consumed:K5") == -1_200


def test_ring_fenced_money_bears_no_cost_but_its_own() -> None:
    books = Books([opened(), agreed("Alder", 100), agreed("Birch", 100, "public-health")])
    books.post(agreed("Cedar", 100), agreed("Cedar", 100, "schools"))
    books.post(signed({YEAR: 100}), signed({YEAR: 100}, "K5", spending="public-health"))
    books.post(certified("C1", 700), certified("C2", 1_000, "K5"))
    assert expenses(books) == (500, 0, 200)
    assert expenses(books, contract="K5") == (500, 300, 200)


def test_what_was_earned_above_the_cap_is_noted_and_never_posted() -> None:
    capped = c.PaymentCertified(
        contract="K9",
        fund=FUND,
        year=YEAR,
        certificate="C1",
        element="Outcome",
        amount_pence=500,
        capped_pence=9_999,
        period="2025-26-Q1",
        effective_on=date(2025, 6, 30),
    )
    books = tame_year().post(capped)
    assert expenses(books, "Outcome") == (250, 150, 100)
    assert books.balance(PAYABLE) == -500


def test_a_pound_walks_back_to_its_cause() -> None:
    books = tame_year().post(certified("C1", 10_000))
    line = next(li for li in books.lines if li.account == "Expenses:Pool:K9:Block:Birch")
    assert (line.contract, line.partner, line.element) == ("K9", "Birch", "Block")
    assert (line.reference, line.period, line.code) == ("C1", "2025-26-Q1", "payment-certified")
    assert line.event_id.int == books.count
    assert line.effective_on == date(2025, 6, 30)


@pytest.mark.parametrize("pence", [0, 1, 2, 10**15 + 1])
def test_the_smallest_and_the_largest_sums_are_shared_whole(pence: int) -> None:
    assert sum(expenses(tame_year().post(certified("C1", pence)))) == pence


def test_what_the_fund_has_never_heard_of_is_not_posted() -> None:
    for event in (
        certified("C1", 1, "K404"),
        unmade("C404", 1),
        unaccrued("A404", 1),
        given_up("W404", 1),
        kept_back("W1", "C404", 1),
        forfeited("W404", "C404", 1),
        let_go(1, "K404"),
        paid("P1", 1, "K404"),
        agreed("Elm", 1),
        msgspec.structs.replace(paid("P1", 1), certificates=("C404",)),
        msgspec.structs.replace(trued_up((0, 0, 0)), changes=(Share(partner="Elm", pence=0),)),
    ):
        with pytest.raises(Unknown):
            tame_year().post(event)


def test_nothing_is_posted_twice() -> None:
    books = tame_year().post(certified("C1", 10), accrued("A1", 10), kept_back("W1", "C1", 1))
    books.post(certified("C2", 5), unmade("C2", 5))
    for event in (
        certified("C1", 10),
        accrued("A1", 10),
        kept_back("W1", "C1", 1),
        unmade("C2", 5),
        signed({YEAR: 1}),
        opened(),
    ):
        with pytest.raises(AlreadyPosted):
            books.post(event)


def test_no_money_moves_in_a_year_not_open() -> None:
    for event in (certified("C1", 10, year=NEXT), agreed("Alder", 1, year=NEXT)):
        with pytest.raises(YearNotOpen):
            tame_year().post(event)
