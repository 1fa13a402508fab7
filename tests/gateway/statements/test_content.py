"""What a statement says: worked by hand for a small year, and true of any."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.ledgers import accounts
from services.gateway.ledgers.position import position
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.statements.content import (
    CREDITOR,
    DEBTOR,
    EXPENDITURE,
    Sources,
    Statement,
    changes,
    statements,
)
from services.gateway.statements.shares import partner_shares, pool
from shared.values.closing import Agreement
from tests.gateway.ledgers import years as y
from tests.gateway.ledgers.test_random_years import Kind, Year, money, steps, weightings
from tests.gateway.ledgers.years import PARTNERS, WEIGHTS, YEAR, Books

QUARTERS = ("2025-26-Q1", "2025-26-Q2", "2025-26-Q3", "2025-26-Q4", "2026-27-Q1")
AGREEMENT = Agreement(partners=PARTNERS, attribution_weights=WEIGHTS, overspend_weights=WEIGHTS)


def on(books: Books, *dated: tuple[Any, date]) -> Books:
    for event, day in dated:
        books.post(replace(event, effective_on=day))
    return books


def small_year() -> Books:
    """Alder, Birch and Cedar share K9 by 50, 30 and 20; the second quarter is what is asked for."""
    books = Books([y.opened(), y.agreed("Alder", 400_00), y.agreed("Birch", 240_00)])
    books.post(y.agreed("Cedar", 160_00), y.signed({YEAR: 600_00}))
    return on(
        books,
        (y.invoiced("Alder", 100_00), date(2025, 4, 5)),
        (y.received("Alder", 100_00), date(2025, 4, 20)),
        (y.invoiced("Alder", 100_00), date(2025, 7, 5)),
        (y.received("Alder", 60_00), date(2025, 7, 20)),
        (y.certified("x1", 150_00), date(2025, 6, 30)),
        (y.certified("x2", 90_01), date(2025, 8, 1)),
        (y.paid("p1", 150_00), date(2025, 8, 2)),
        (y.kept_back("h1", "x2", 10_00), date(2025, 8, 3)),
    )


def said(one: Statement, section: str) -> list[tuple[str, int]]:
    return [(line.what, line.amount_pence) for line in one.lines if line.section == section]


def alders(books: Books, period: str = "2025-26-Q2", sources: Sources | None = None) -> Statement:
    return statements("F2", period, AGREEMENT, books.lines, sources or Sources())[0]


def test_a_quarter_from_its_opening_to_its_closing() -> None:
    found = alders(small_year())
    assert (found.partner, found.as_of) == ("Alder", date(2025, 9, 30))
    assert said(found, "opening") == [
        ("unspent", 25_00), ("owed-to-pool", 0), ("owed-by-pool", 0),
    ]  # fmt: skip
    assert said(found, "income") == [("contributions", 100_00)]
    assert said(found, "spend") == [("share-of-spend", 45_01)]
    assert said(found, "closing") == [
        ("unspent", 79_99), ("owed-to-pool", 40_00), ("owed-by-pool", 0),
    ]  # fmt: skip
    assert [line.number for line in found.lines] == list(range(1, len(found.lines) + 1))


def test_the_partners_part_of_what_the_pool_holds_and_owes() -> None:
    found = alders(small_year())
    # Its money in the bank is what the others have not put in yet: 16000 less 15000 paid in all.
    assert said(found, "share") == [
        ("bank", 85_00), ("owed-by-partner", 40_00), ("owed-to-contracts", -45_01),
    ]  # fmt: skip
    assert sum(pence for _, pence in said(found, "share")) == 79_99


def test_the_entries_to_expect_in_the_partners_own_ledger() -> None:
    found = alders(small_year())
    entries = [
        (line.what, line.account, line.amount_pence)
        for line in found.lines
        if line.section == "entry"
    ]
    assert entries == [
        ("contributions-due", EXPENDITURE, 100_00),
        ("contributions-due", CREDITOR, -100_00),
        ("paid-to-pool", CREDITOR, 60_00),
        ("paid-to-pool", "Bank", -60_00),
        ("unspent-share", "Prepayments:PooledFund", 54_99),
        ("unspent-share", EXPENDITURE, -54_99),
    ]


def test_ring_fenced_money_is_named_as_its_source() -> None:
    sources = Sources(spending={"K9": "public-health"}, fences={"Alder": ("public-health",)})
    spend = [line for line in alders(small_year(), sources=sources).lines if line.contract]
    assert [(line.contract, line.element, line.source) for line in spend] == [
        ("K9", "Block", "public-health")
    ]
    others = statements("F2", "2025-26-Q2", AGREEMENT, small_year().lines, sources)[1]
    assert {line.source for line in others.lines} == {""}


def test_what_changed_since_is_told_figure_by_figure() -> None:
    books = small_year()
    issued = alders(books)
    assert changes(issued, alders(books)) == ()
    on(books, (y.unmade("x2", 90_01), date(2025, 9, 30)))
    told = {
        (one.line.section, one.line.what): (one.issued_pence, one.now_pence)
        for one in changes(issued, alders(books))
    }
    assert told["spend", "share-of-spend"] == (45_01, 0)
    assert told["closing", "unspent"] == (79_99, 125_00)
    assert ("opening", "unspent") not in told


@st.composite
def dated(draw: st.DrawFn, lines: list[PostingLine]) -> list[PostingLine]:
    """The same lines on other days, all of one event on one; the funding is there at once."""
    days: dict[Any, date] = {}
    for line in lines:
        if line.code in ("contribution-agreed", "balance-brought-forward"):
            days[line.event_id] = y.START
        if line.event_id not in days:
            days[line.event_id] = y.START + timedelta(days=draw(st.integers(0, 450)))
    return [replace(line, effective_on=days[line.event_id]) for line in lines]


@settings(max_examples=60, deadline=None)
@given(weightings, money, money, steps, st.booleans(), st.data())
def test_any_year_is_stated_to_the_penny(
    weights: tuple[int, ...],
    contributions: tuple[int, ...],
    brought: tuple[int, ...],
    wishes: list[tuple[Kind, int, int]],
    close: bool,
    data: st.DataObject,
) -> None:
    year = Year(weights, weights, 300)
    year.fund(contributions, brought)
    for wish in wishes:
        year.step(*wish)
    if close:
        year.close()
    agreement = replace(year.books.fund.year(YEAR).agreement, overspend_weights=weights)
    lines = data.draw(dated(year.books.lines))
    told = [statements("F2", name, agreement, lines, Sources()) for name in QUARTERS]
    for quarter in told:
        for one in quarter:
            comes_to_its_closing(one)
    for earlier, later in pairwise(told):
        for before, after in zip(earlier, later, strict=True):
            assert said(before, "closing") == said(after, "opening")
    the_parts_are_the_whole(agreement, lines)
    for n, stands in enumerate(position(agreement, YEAR, lines).partners):
        own = own_ledger([quarter[n] for quarter in told])
        closing = dict(said(told[-1][n], "closing"))
        assert -own[CREDITOR] == closing["owed-to-pool"]
        assert own[DEBTOR] == closing["owed-by-pool"]
        if not any(line.year != YEAR for line in lines):
            assert own[EXPENDITURE] == stands.spend_pence
            assert -own[CREDITOR] == stands.owed_to_pool_pence


def comes_to_its_closing(one: Statement) -> None:
    opening, closing = dict(said(one, "opening")), dict(said(one, "closing"))
    income = sum(pence for _, pence in said(one, "income"))
    spend = sum(pence for _, pence in said(one, "spend"))
    assert closing["unspent"] == opening["unspent"] + income - spend
    assert sum(pence for _, pence in said(one, "share")) == closing["unspent"]
    assert sum(pence for _, pence in said(one, "entry")) == 0


def own_ledger(quarters: list[Statement]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in quarters:
        for line in one.lines:
            if line.section == "entry":
                found[line.account] += line.amount_pence
    return found


def the_parts_are_the_whole(agreement: Agreement, lines: list[PostingLine]) -> None:
    parts = partner_shares(agreement, pool(lines))
    found: Counter[str] = Counter()
    for line in lines:
        found[line.account.rpartition(":")[0] if line.contract else line.account] += (
            line.amount_pence
        )
    owed = sum(
        pence
        for account, pence in found.items()
        if f"{account}:" in (accounts.PAYABLE, accounts.WITHHELD, accounts.ACCRUED)
    )
    assert sum(one.bank_pence for one in parts) == sum(
        line.amount_pence for line in lines if line.account == accounts.BANK
    )
    assert sum(one.owed_to_contracts_pence for one in parts) == -owed
