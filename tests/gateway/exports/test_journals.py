"""Any stretch of any journal is taken by both tools and comes to the ledger's own balances."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.exports.beancount import account_names, as_beancount
from services.gateway.exports.hledger import as_hledger
from services.gateway.exports.journals import Journal, Span, journal, payee
from services.gateway.ledgers.statements import balances
from services.gateway.ledgers.transactions import Code, PostingLine
from tests.gateway.exports.reading import (
    STRICT,
    beancount_entries,
    hledger,
    hledger_balances,
    needs_hledger,
    transactions,
)
from tests.gateway.ledgers.test_worked_year import Mapping, books, example
from tests.gateway.ledgers.years import Books

__all__ = ["books", "example"]  # fixtures of the worked year
TITLE = 'The "Alder" pool \\ 1'
DAY = date(2026, 4, 1)
ACCOUNTS = (
    "Assets:Pool:Bank", "Income:Pool:Contribution:alder.council", "Equity:Budget:Available",
    "Expenses:Pool:k:9:Block:Alder-council", "Expenses:Pool:K:9:Block:alder_council",
    "Liabilities:Pool:Payable:_x", "Equity:Budget:Commitment:0a",
)  # fmt: skip
codes: st.SearchStrategy[Code] = st.sampled_from(
    ("payment-made", "contribution-received", "contract-signed")
)
sums = st.integers(-(10**13), 10**13)


@st.composite
def journals(draw: st.DrawFn) -> list[PostingLine]:
    """Lines in the order they were recorded, whose halves balance; days come as they like."""
    lines: list[PostingLine] = []
    for number in range(draw(st.integers(0, 12))):
        budget = draw(st.booleans())
        names = [name for name in ACCOUNTS if name.startswith("Equity:Budget") is budget]
        amounts = draw(st.lists(sums, min_size=1, max_size=3))
        on = DAY + timedelta(days=draw(st.integers(0, 700)))
        event, code = UUID(int=draw(st.integers(0, 3))), draw(codes)
        reference = draw(st.text(max_size=12))
        year = draw(st.sampled_from(("2026/27", "2027/28")))
        lines += [
            PostingLine(
                fund="f1", year=year, effective_on=on,
                account=draw(st.sampled_from(names)), amount_pence=pence, code=code,
                event_id=event, transaction=number, reference=reference,
            )
            for pence in (*amounts, -sum(amounts))
        ]  # fmt: skip
    return lines


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(st.none() | st.dates(DAY - timedelta(days=9), DAY + timedelta(days=800)))
    last = first and first + timedelta(days=draw(st.integers(0, 400)))
    return Span(first=first, last=last, budget=draw(st.booleans()))


def ledger(lines: list[PostingLine], span: Span) -> dict[str, int]:
    """What the ledger itself says stands on each account at the end of the stretch."""
    found = balances(line for line in lines if span.last is None or line.effective_on <= span.last)
    return {
        account: pence
        for account, pence in found.items()
        if pence and (span.budget or not account.startswith("Equity:Budget"))
    }


def written_for_beancount(found: Journal, lines: list[PostingLine]) -> str:
    return as_beancount(found, account_names(line.account for line in lines))


@given(journals(), spans())
@settings(max_examples=60, deadline=None)
def test_beancount_comes_to_the_ledgers_balances(lines: list[PostingLine], span: Span) -> None:
    entries, errors = beancount_entries(written_for_beancount(journal(TITLE, lines, span), lines))
    assert errors == []
    own = {one.account: one.meta["ledger"] for one in entries if type(one).__name__ == "Open"}
    found: dict[str, int] = {}
    for _, postings in transactions(entries):
        for account, pence in postings:
            found[own[account]] = found.get(own[account], 0) + pence
    assert {account: pence for account, pence in found.items() if pence} == ledger(lines, span)


@needs_hledger
@given(journals(), spans())
@settings(max_examples=25, deadline=None)
def test_hledger_comes_to_the_ledgers_balances(lines: list[PostingLine], span: Span) -> None:
    text = as_hledger(journal(TITLE, lines, span))
    hledger(text, *STRICT)
    assert hledger_balances(text) == ledger(lines, span)


def test_a_stretch_opens_with_what_came_before_year_by_year(books: Books) -> None:
    whole = journal("", books.lines, Span(first=date(2025, 7, 1), last=date(2025, 9, 30)))
    opening, first, *_ = whole.entries
    assert (opening.payee, opening.on) == ("Opening balances 2025/26", date(2025, 7, 1))
    quarter = balances(line for line in books.lines if line.effective_on < date(2025, 7, 1))
    assert dict(opening.postings) == {name: pence for name, pence in quarter.items() if pence}
    assert first.payee == "Contribution invoiced Alder 2025-26-Q2"
    assert {entry.on for entry in whole.entries} <= {
        date(2025, 7, 1) + timedelta(days=n) for n in range(92)
    }


@needs_hledger
def test_the_worked_year_is_the_worked_journal_to_hledger(books: Books, example: Path) -> None:
    worked = (example / "example_underspend.journal").read_text(encoding="utf-8")
    ours = as_hledger(journal("Worked", books.lines, Span()))
    hledger(ours, *STRICT)
    for until in ("2025-07-01", "2026-04-01", "2026-05-01"):
        assert hledger_balances(ours, "-e", until) == hledger_balances(worked, "-e", until)


def test_the_worked_year_is_the_worked_journal_to_beancount(
    books: Books, example: Path, tmp_path: Path
) -> None:
    worked = (example / "example_underspend.beancount").read_text(encoding="utf-8")
    ours = written_for_beancount(journal("Worked", books.lines, Span()), books.lines)
    written = tmp_path / "ours.beancount"
    written.write_text(ours, encoding="utf-8")
    check = str(Path(sys.executable).with_name("bean-check"))
    checked = subprocess.run([check, str(written)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert transactions(beancount_entries(ours)[0]) == transactions(beancount_entries(worked)[0])


def test_left_out_the_budgets_half_leaves_the_rest_whole(books: Books) -> None:
    found = journal("", books.lines, Span(budget=False))
    assert not [name for name in found.closing if name.startswith("Equity:Budget")]
    assert all(sum(pence for _, pence in entry.postings) == 0 for entry in found.entries)


def test_accounts_called_alike_stay_apart() -> None:
    names = account_names(["Assets:a_b", "Assets:a.b", "Assets:A-b", "Assets:9:", "Assets:-x"])
    assert names == {
        "Assets:-x": "Assets:X-x", "Assets:9:": "Assets:9:0", "Assets:A-b": "Assets:A-b",
        "Assets:a.b": "Assets:A-b-2", "Assets:a_b": "Assets:A-b-3",
    }  # fmt: skip


def test_a_payee_says_what_happened_and_cannot_break_out_of_its_line() -> None:
    line = PostingLine(
        fund="f1", year="2026/27", effective_on=DAY, account="Assets:Pool:Bank", amount_pence=1,
        code="contribution-received", event_id=UUID(int=1), transaction=0, partner="alder",
        reference='R-1\n2026-01-01 * "x"  ; y|z\\',
    )  # fmt: skip
    assert payee([line]) == "Contribution received alder R-1 2026-01-01 * x y z"


def test_nothing_to_say_is_said_so_that_both_tools_take_it() -> None:
    empty = journal("Nothing", [], Span())
    assert beancount_entries(written_for_beancount(empty, []))[1] == []
    assert "2026" not in as_hledger(empty)
    assert Mapping().books.lines == []
