"""Expenditure in the lines of a Better Care Fund return: words from contracts, sums from books."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openpyxl import load_workbook

from services.gateway.exports.expenditure import expenditure
from services.gateway.exports.tables import SPREADSHEET, Table, as_spreadsheet
from shared.testing.houses import Caller, RunningHouse
from tests.gateway import story
from tests.gateway.ledgers import years as y

AT = "/v1/ledgers/f1/expenditure"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


async def test_a_line_says_who_pays_whom_for_what_and_what_came_of_it(ida: Caller) -> None:
    content = (await ida.get(AT)).json()
    assert content["year"] == "2026/27"
    first = content["expenditure"][0]
    assert first == {
        "scheme": "s1", "scheme_name": "Counselling", "sub_type": "contract", "area_of_spend": "",
        "commissioner": "Council", "provider": "Acorn Counselling", "source_of_funding": "Council",
        "planned_pence": 60_000_00, "actual_pence": 15_000_00,
        "outputs": "Children seen: 30 (2026-27-Q1)", "contract": "c1",
    }  # fmt: skip
    assert [(one["contract"], one["source_of_funding"]) for one in content["expenditure"]] == [
        ("c1", "Council"), ("c1", "ICB"), ("c2", "Council"), ("c2", "ICB"),
    ]  # fmt: skip


async def test_its_sums_are_the_books(ida: Caller) -> None:
    content = (await ida.get(AT)).json()
    fund = (await ida.get("/v1/ledgers/f1")).json()
    found = content["expenditure"]
    spent = fund["actual_pence"] + fund["accrued_pence"]
    assert sum(one["actual_pence"] for one in found) == spent
    assert sum(one["planned_pence"] for one in found) == 100_000_00
    june = (await ida.get(f"{AT}?as_of=2026-06-30")).json()["expenditure"]
    assert {one["actual_pence"] for one in june} == {0}


async def test_it_comes_as_a_table_and_as_a_spreadsheet(ida: Caller) -> None:
    table = await ida.get(AT, accept="text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["planned_pence"] for row in rows] == ["6000000", "3000000", "666667", "333333"]
    file = await ida.get(AT, accept=SPREADSHEET)
    assert 'filename="expenditure-f1-2026-27.xlsx"' in file.headers["content-disposition"]
    sheet: Any = load_workbook(io.BytesIO(file.content))["Expenditure"]
    assert [cell.value for cell in sheet["H"]] == ["Planned (£)", 60000, 30000, 6666.67, 3333.33]


async def test_it_is_the_partners_alone(house: RunningHouse) -> None:
    assert (await house.caller("elsewhere", "p-1", "finance").get(AT)).status_code == 404
    assert (await house.caller("acorn", "p-9", "provider").get(AT)).status_code == 403


def test_a_release_does_not_lessen_what_was_planned() -> None:
    books = y.Books()
    for event in (
        y.opened(), y.agreed("Alder", 1_000), y.signed({y.YEAR: 1_000}), y.certified("x", 301),
        y.let_go(699),
    ):  # fmt: skip
        books.post(event)
    agreement = books.fund.year(y.YEAR).agreement
    found = expenditure(agreement, y.YEAR, books.lines, {}, {})
    assert [(o.source_of_funding, o.planned_pence, o.actual_pence) for o in found] == [
        ("Alder", 500, 151), ("Birch", 300, 90), ("Cedar", 200, 60),
    ]  # fmt: skip
    assert {(one.scheme, one.provider, one.outputs) for one in found} == {("", "", "")}


def test_the_same_tables_give_the_same_file_and_no_formula() -> None:
    wicked = Table(name="T", columns=("a", "b_pence"), rows=(("=1+1", -105), ("x", None)))
    made = as_spreadsheet("T", [wicked])
    assert made == as_spreadsheet("T", [wicked])
    sheet: Any = load_workbook(io.BytesIO(made))["T"]
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["A", "B (£)"], ["=1+1", -1.05], ["x", ""],
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"
