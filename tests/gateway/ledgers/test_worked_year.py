"""The worked year: neutral events in, every balance by account, quarter and partner out."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.gateway.ledgers.book import LedgerEvent
from services.gateway.ledgers.position import position
from shared.published import contracts as c
from shared.published.terms import Share
from shared.values.closing import Closing, close_year
from shared.values.shares import instalments
from tests.gateway.ledgers.years import FUND, YEAR, Books, closed, signed

pytestmark = pytest.mark.usefixtures("shared_material")
Neutral = dict[str, Any]
QUARTERS = {"Q1": 0, "Q2": 1, "Q3": 2, "Q4": 3}


class Mapping:
    """Turns the neutral events into ours; open sums are worked out as contracts would."""

    def __init__(self) -> None:
        self.books = Books()
        self.annual: dict[str, int] = {}
        self.partners: tuple[str, ...] = ()

    def read(self, neutral: Neutral) -> None:
        on = date.fromisoformat(neutral["effective_on"])
        for event in self._events(neutral["type"], neutral["data"], on):
            self.books.post(event)

    def _events(self, kind: str, data: Neutral, on: date) -> Iterator[LedgerEvent]:
        match kind:
            case "pool.opened":
                yield from self._opened(data, on)
            case "year.closed":
                yield from self._closed(on)
            case "contract.awarded":
                yield signed({YEAR: data["terms"]["annual_p"]}, data["contract"])
            case "return.accepted" | "payment.made" | "commitment.released":
                yield self._contract_event(kind, data, on)
            case "underspend.returned":
                share = Share(partner=data["partner"], pence=data["amount_p"])
                yield c.UnderspendReturned(
                    fund=FUND, year=YEAR, shares=(share,), step="paid", effective_on=on
                )
            case _:
                yield self._contribution(kind, data, on)

    def _opened(self, data: Neutral, on: date) -> Iterator[LedgerEvent]:
        self.partners = tuple(data["partners"])
        yield c.PooledFundOpened(
            fund=FUND,
            year=data["year"],
            partnership="P1",
            host=data["host"],
            partners=self.partners,
            attribution_weights=tuple(data["attribution_weights"][p] for p in self.partners),
            effective_on=on,
        )
        yield c.RiskShareAgreed(
            fund=FUND,
            year=data["year"],
            overspend_weights=tuple(data["overspend_weights"][p] for p in self.partners),
            carry_forward_limit_basis_points=data["carry_forward_limit_bps"],
            effective_on=on,
        )

    def _contribution(self, kind: str, data: Neutral, on: date) -> LedgerEvent:
        partner = data["partner"]
        match kind:
            case "contribution.agreed":
                self.annual[partner] = data["annual_p"]
                return c.ContributionAgreed(
                    fund=FUND,
                    year=YEAR,
                    partner=partner,
                    annual_pence=data["annual_p"],
                    legal_basis="section-75",
                    effective_on=on,
                )
            case "contribution.invoiced":
                quarter = QUARTERS[data["quarter"]]
                return c.ContributionInvoiced(
                    fund=FUND,
                    year=YEAR,
                    partner=partner,
                    period=f"2025-26-{data['quarter']}",
                    amount_pence=instalments(self.annual[partner], 4)[quarter],
                    effective_on=on,
                )
            case "contribution.received":
                return c.ContributionReceived(
                    fund=FUND,
                    year=YEAR,
                    partner=partner,
                    amount_pence=data["amount_p"],
                    reference=data["ref"],
                    effective_on=on,
                )
            case _:
                raise AssertionError(kind)

    def _contract_event(self, kind: str, data: Neutral, on: date) -> LedgerEvent:
        contract = data["contract"]
        match kind:
            case "return.accepted":
                return c.PaymentCertified(
                    contract=contract,
                    fund=FUND,
                    year=YEAR,
                    certificate=f"{contract}-{data['quarter']}",
                    element="Block",
                    amount_pence=data["amount_p"],
                    period=f"2025-26-{data['quarter']}",
                    effective_on=on,
                )
            case "payment.made":
                return c.PaymentMade(
                    contract=contract,
                    fund=FUND,
                    year=YEAR,
                    payment=data["ref"],
                    certificates=tuple(f"{contract}-{quarter}" for quarter in QUARTERS),
                    amount_pence=data["amount_p"],
                    prepared_by="O3",
                    approved_by="O4",
                    effective_on=on,
                )
            case _:
                left = -self.books.balance(f"Equity:Budget:Commitment:{contract}")
                return c.CommitmentReleased(
                    contract=contract, fund=FUND, year=YEAR, amount_pence=left, effective_on=on
                )

    def _closed(self, on: date) -> Iterator[LedgerEvent]:
        closing = self.closing()
        assert closing.true_ups == ()
        yield closed(closing.result_pence)
        yield c.UnderspendCarriedForward(
            fund=FUND,
            year=YEAR,
            shares=self._shares(closing.settlement.carried_forward_pence),
            effective_on=on,
        )
        yield c.UnderspendReturned(
            fund=FUND,
            year=YEAR,
            shares=self._shares(closing.settlement.returned_pence),
            step="due",
            effective_on=on,
        )

    def _shares(self, pence: tuple[int, ...]) -> tuple[Share, ...]:
        return tuple(Share(partner=p, pence=n) for p, n in zip(self.partners, pence, strict=True))

    def closing(self) -> Closing:
        year = self.books.fund.year(YEAR)
        return close_year(year.agreement, year.funding(), self.books.fund.element_costs(YEAR))


@pytest.fixture
def example(shared_material: Path) -> Path:
    return shared_material / "examples" / "pooled_fund"


@pytest.fixture
def expected(example: Path) -> Neutral:
    return json.loads((example / "example_underspend.expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def books(example: Path) -> Books:
    mapping = Mapping()
    events = (example / "example_underspend.events.jsonl").read_text(encoding="utf-8")
    for line in events.splitlines():
        mapping.read(json.loads(line))
    return mapping.books


@pytest.mark.parametrize("until", ["2025-06-30", "2026-03-31", "2026-04-30"])
def test_every_balance_is_the_worked_one(books: Books, expected: Neutral, until: str) -> None:
    assert books.balances(date.fromisoformat(until)) == expected["balances"][until]


def test_the_books_themselves_say_what_their_lines_say(books: Books, expected: Neutral) -> None:
    assert books.fund.year(YEAR).balances == expected["balances"]["2026-04-30"]


def test_every_branch_of_the_chart_comes_to_the_worked_subtotal(
    books: Books, expected: Neutral
) -> None:
    for until, subtotals in expected["subtotals"].items():
        balances = books.balances(date.fromisoformat(until))
        for branch, pence in subtotals.items():
            found = sum(n for name, n in balances.items() if name.startswith(branch))
            assert (until, branch, found) == (until, branch, pence)


def test_each_certificate_is_shared_as_worked(books: Books, expected: Neutral) -> None:
    for quarter, event in (("Q1", "e015"), ("Q2", "e024"), ("Q3", "e033"), ("Q4", "e042")):
        shared = {
            line.partner: line.amount_pence
            for line in books.lines
            if line.reference == f"K9-{quarter}" and line.partner
        }
        assert shared == expected["event_amounts"][event][0]["shares_p"]


def test_every_partner_stands_where_it_was_worked_to_stand(books: Books, expected: Neutral) -> None:
    stood = position(books.fund.year(YEAR).agreement, YEAR, books.lines)
    for partner in stood.partners:
        worked = expected["partners"][partner.partner]
        assert partner.brought_forward_pence == worked["brought_forward_applied_p"]
        assert partner.contribution_invoiced_pence == worked["contributions_invoiced_p"]
        assert partner.contribution_received_pence == worked["contributions_received_p"]
        assert partner.contribution_owed_pence == worked["contribution_debtor_p"]
        assert partner.risk_share_pence == worked["risk_share_due_p"]
        assert partner.carried_forward_pence == worked["underspend_carried_forward_p"]
        assert partner.returned_pence == worked["underspend_returned_p"]
        assert partner.spend_pence == worked["attributed_expenditure_p"]
        assert partner.funding_applied_pence == worked["funding_applied_p"]
        assert partner.pooling_difference_pence == worked["pooling_difference_p"]
        own = worked["expected_partner_gl"]
        assert partner.own_expenditure_pence == own["expenditure_p"]
        assert partner.owed_to_pool_pence == own["creditor_to_pool_p"]


def test_the_next_year_opens_with_what_was_carried_forward(books: Books, expected: Neutral) -> None:
    """And the money stands in one year only: the bank holds it once."""
    opening = expected["opening_next_year"]
    partners = books.fund.year(YEAR).partners
    books.post(
        c.PooledFundOpened(
            fund=FUND,
            year="2026/27",
            partnership="P1",
            host="Alder",
            partners=partners,
            attribution_weights=(1, 1, 1, 1),
            effective_on=date(2026, 4, 1),
        )
    )
    for partner in partners:
        books.post(
            c.BalanceBroughtForward(
                fund=FUND,
                year="2026/27",
                partner=partner,
                amount_pence=-opening[f"Equity:Pool:CarriedForward:{partner}"],
                effective_on=date(2026, 4, 30),
            )
        )
    opened = books.fund.year("2026/27").balances
    assert {k: v for k, v in opened.items() if "Budget" not in k} == opening
    assert books.fund.balance("Assets:Pool:Bank") == opening["Assets:Pool:Bank"]
    assert books.balance("Assets:Pool:Bank") == 0
