"""The Board's report and the memorandum account: the ledger's figures, in order, to the penny."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from services.gateway.exports.tables import SPREADSHEET
from services.gateway.ledgers.position import position
from services.gateway.statements.reports import budget_report, memorandum
from shared.testing.houses import Caller, RunningHouse
from tests.gateway import story
from tests.gateway.ledgers.test_random_years import Kind, Year, money, steps, weightings
from tests.gateway.ledgers.test_worked_year import books, example
from tests.gateway.ledgers.years import YEAR, Books

__all__ = ["books", "example"]  # fixtures of the worked year
REPORT, MEMORANDUM = "/v1/ledgers/f1/report", "/v1/ledgers/f1/memorandum"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await running.set_clock(datetime(2026, 8, 1, 9, tzinfo=UTC))
        await story.reported_and_paid(running)
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


def test_the_worked_years_memorandum(books: Books, example: Path) -> None:
    worked = json.loads((example / "example_underspend.expected.json").read_text(encoding="utf-8"))
    found = memorandum(books.fund.year(YEAR).agreement, YEAR, books.lines)
    result = worked["notes"]["result"]
    assert found.spend_pence == result["expenditure_p"]
    assert found.funding_pence == result["contributions_p"] + result["brought_forward_p"]
    assert found.result_pence == -result["overspend_p"]
    assert {one.partner: one.carried_forward_pence for one in found.partners} == worked["notes"][
        "carried_forward_p"
    ]
    assert {one.partner: one.returned_pence for one in found.partners} == worked["notes"][
        "returned_p"
    ]
    assert [(one.what, one.amount_pence) for one in found.holdings] == [("bank", 19_999_99)]
    assert found.unspent_pence == sum(one.carried_forward_pence for one in found.partners)


@settings(max_examples=40, deadline=None)
@given(weightings, money, money, steps)
def test_what_is_left_of_any_year_is_what_was_put_in_and_not_used(
    weights: tuple[int, ...],
    contributions: tuple[int, ...],
    brought: tuple[int, ...],
    wishes: list[tuple[Kind, int, int]],
) -> None:
    year = Year(weights, weights, 300)
    year.fund(contributions, brought)
    for wish in wishes:
        year.step(*wish)
    year.close()
    found = memorandum(year.books.fund.year(YEAR).agreement, YEAR, year.books.lines)
    returned = sum(one.returned_pence for one in found.partners)
    assert found.unspent_pence == found.result_pence - returned
    assert found.spend_pence == sum(one.spend_pence for one in found.partners)
    assert sum(one.pooling_difference_pence for one in found.partners) == 0
    for one in found.spending:
        assert sum(one.shares_pence) == one.spend_pence


def test_a_report_sets_each_figure_beside_the_one_before(books: Books) -> None:
    agreement = books.fund.year(YEAR).agreement

    def stood(day: date) -> Any:
        return position(agreement, YEAR, [li for li in books.lines if li.effective_on <= day])

    now, before = stood(date(2025, 9, 30)), stood(date(2025, 6, 30))
    alone, compared = budget_report(now, None), budget_report(now, before)
    assert {one.before_pence for one in alone.figures} == {None}
    figures = {(f.section, f.subject, f.what): f for f in compared.figures}
    actual = figures["fund", "", "actual"]
    assert (actual.amount_pence, actual.before_pence) == (490_000_00, 245_000_00)
    alder = figures["partner", "Alder", "spend"]
    assert (alder.amount_pence, alder.before_pence) == (245_000_00, 122_500_00)
    assert figures["contract", "K9", "committed"].before_pence == 735_000_00


async def test_the_board_reads_where_the_fund_stands_and_what_moved(ida: Caller) -> None:
    content = (await ida.get(f"{REPORT}?since=2026-06-30")).json()
    figures = {(f["section"], f["subject"], f["what"]): f for f in content["figures"]}
    actual = figures["fund", "", "actual"]
    assert (actual["amount_pence"], actual["before_pence"]) == (22_500_00, 0)
    assert figures["partner", "icb", "would-carry-forward"]["amount_pence"] > 0
    assert content["names"] == {
        "council": "Council", "icb": "ICB", "c1": "Counselling", "c2": "Counselling",
    }  # fmt: skip
    assert content["broken_identities"] == []
    early = (await ida.get(f"{REPORT}?since=2020-01-01")).json()
    assert {one["before_pence"] for one in early["figures"]} == {None}
    wrong = await ida.get(f"{REPORT}?since=2026-07-01&as_of=2026-06-30")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")


async def test_the_memorandum_says_what_the_position_says(ida: Caller) -> None:
    content = (await ida.get(MEMORANDUM)).json()
    fund = (await ida.get("/v1/ledgers/f1")).json()
    assert content["spend_pence"] == fund["actual_pence"] + fund["accrued_pence"]
    assert {one["what"]: one["amount_pence"] for one in content["holdings"]} == {
        "bank": -22_000_00, "withheld": -500_00,
    }  # fmt: skip
    assert content["unspent_pence"] == content["result_pence"] == -22_500_00


@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        (REPORT, ["Fund", "Partners", "Contracts"]),
        (MEMORANDUM, ["Partners", "Spending", "Holdings"]),
    ],
)
async def test_both_come_as_tables_and_spreadsheets(
    ida: Caller, path: str, sheets: list[str]
) -> None:
    table = await ida.get(path, accept="text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert sum(row["amount_pence"] == "2250000" for row in rows) >= 1
    book: Any = load_workbook(io.BytesIO((await ida.get(path, accept=SPREADSHEET)).content))
    assert book.sheetnames == sheets
    assert 22_500 in [cell.value for sheet in book for row in sheet.rows for cell in row]


async def test_both_are_the_partners_alone(house: RunningHouse) -> None:
    for path in (REPORT, MEMORANDUM):
        assert (await house.caller("elsewhere", "p-1", "finance").get(path)).status_code == 404
        assert (await house.caller("acorn", "p-9", "provider").get(path)).status_code == 403
        assert (await house.caller("council", "p-1", "board-member").get(path)).is_success
