"""An extract's columns, dates and amounts, in all the ways in which they are written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.reconciliations.mapping import (
    ColumnMapping,
    DayOrder,
    Unclear,
    day,
    mapped,
    pence,
    proposed,
)
from services.gateway.reconciliations.tables import read_sheet
from shared.values.money import pounds
from tests.gateway.reconciliations.doors import as_csv, as_xlsx

APRIL = (date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,234.50", 123450), ("£1,234.50", 123450), ("-12.3", -1230), ("(12.30)", -1230),
        ("12.30-", -1230), ("12.30 DR", -1230), ("12.30CR", 1230), ("+7", 700), (".5", 50),
        (1234.5, 123450), (0.1 + 0.2, 30), (-3, -300), ("", None), ("1 234.50", 123450),
    ],
)  # fmt: skip
def test_an_amount_however_it_is_written(written: str | float, expected: int | None) -> None:
    assert pence(written, ".") == expected


def test_a_decimal_comma() -> None:
    assert pence("1.234,50", ",") == 123450


@pytest.mark.parametrize("written", ["twelve", "1.2.3", "--5", "1e5", "£", "NaN", date(2026, 1, 1)])
def test_what_is_no_amount_is_told(written: str | date) -> None:
    with pytest.raises(Unclear):
        pence(written, ".")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.005", "amount-not-whole-pence"),
        ("9" * 20, "amount-too-large"),
        (1e300, "amount-unreadable"),
    ],
)
def test_what_cannot_be_an_amount_has_a_code(written: str | float, code: str) -> None:
    with pytest.raises(Unclear) as told:
        pence(written, ".")
    assert told.value.code == code


@settings(deadline=None)
@given(st.integers(-(10**13), 10**13))
def test_what_we_write_we_read(amount: int) -> None:
    assert pence(pounds(amount), ".") == amount


@pytest.mark.parametrize(
    ("written", "order"),
    [
        ("03/04/2026", "dmy"), ("3.4.26", "dmy"), ("04/03/2026", "mdy"), ("2026-04-03", "dmy"),
        ("03 Apr 2026", "dmy"), ("3-Apr-26", "mdy"), ("Apr 3, 2026", "dmy"),
        ("03/04/2026 09:15:00", "dmy"), (date(2026, 4, 3), "mdy"),
    ],
)  # fmt: skip
def test_a_day_however_it_is_written(written: str | date, order: DayOrder) -> None:
    assert day(written, order) == date(2026, 4, 3)


@pytest.mark.parametrize("written", ["31/02/2026", "today", "13/13/2026", "99", ""])
def test_what_is_no_day_is_told(written: str) -> None:
    with pytest.raises(Unclear):
        day(written, "dmy")


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2068, 12, 31)), st.sampled_from(("dmy", "mdy", "ymd")))
def test_every_day_is_read_in_every_order(on: date, order: DayOrder) -> None:
    forms = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}
    assert day(on.strftime(forms[order]), order) == on


def test_orders_and_signs_are_seen_from_the_cells() -> None:
    american = read_sheet(as_csv([("04/13/2026", "x", "r", "1.00")]))
    assert proposed(american.headings, american.rows, None).day_order == "mdy"
    german = read_sheet(as_csv([("13.04.2026", "x", "r", "1.234,00")]))
    assert proposed(german.headings, german.rows, None).decimals == ","
    minus = read_sheet(b"Date,Debit,Credit\n01/04/2026,-5.00,\n02/04/2026,,7.00\n")
    mapping = proposed(minus.headings, minus.rows, None)
    read = mapped(minus.headings, minus.rows, mapping, 1, *APRIL)
    assert [one.amount_pence for one in read.lines] == [-500, 700]


def test_a_general_ledger_of_the_other_side_is_turned_round() -> None:
    sheet = read_sheet(
        b"Posting date;Document;Debit;Credit\n01.04.2026;D1;5,00;\n02.04.2026;D2;;7,00\n"
    )
    mapping = ColumnMapping(
        date="Posting date", reference="Document", debit="Debit", credit="Credit", decimals=",",
        turned=True,
    )  # fmt: skip
    read = mapped(sheet.headings, sheet.rows, mapping, 5, *APRIL)
    assert [(one.number, one.amount_pence, one.row) for one in read.lines] == [
        (5, 500, 2), (6, -700, 3),
    ]  # fmt: skip


def test_what_was_remembered_counts_only_while_the_file_has_its_columns() -> None:
    sheet = read_sheet(as_csv([("01/04/2026", "x", "r", "1.00")]))
    kept = ColumnMapping(date="Date", amount="Amount", text="Details")
    assert proposed(sheet.headings, sheet.rows, kept) is kept
    gone = ColumnMapping(date="Day", amount="Amount")
    assert proposed(sheet.headings, sheet.rows, gone).date == "Date"


def test_what_a_bank_writes_above_its_headings_is_passed_over() -> None:
    sheet = read_sheet(
        b"Alderbrook Council\nAccount ending 4321,as of 30 April\n\nDate,Details,Amount\n"
        b"01/04/2026,IN,5.00\n\n02/04/2026,OUT,-1.00\n"
    )
    assert sheet.headings == ("Date", "Details", "Amount")
    assert [row for row, _ in sheet.rows] == [5, 7]


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_usual_codings_are_read(coding: str) -> None:
    text = "Date,Details,Amount\n01/04/2026,Café £,£5.00\n"
    sheet = read_sheet(text.encode(coding))
    assert sheet.rows[0][1][1:] == ("Café £", "£5.00")


def test_headings_that_come_twice_have_names_of_their_own() -> None:
    sheet = read_sheet(b"Date,Amount,Amount,\n01/04/2026,1.00,2.00,3\n")
    assert sheet.headings == ("Date", "Amount", "Amount (2)", "Column 4")


CELLS = st.tuples(
    st.integers(0, 29).map(lambda n: APRIL[0] + timedelta(days=n)),
    st.integers(-(10**9), 10**9),
)


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=20))
def test_a_csv_and_a_workbook_of_the_same_say_the_same(rows: list[tuple[date, int]]) -> None:
    table = [(f"{on:%d/%m/%Y}", "x", "r", f"{sum / 100:.2f}") for on, sum in rows]
    book = [(on, "x", "r", sum / 100) for on, sum in rows]
    found: list[list[tuple[date, int]]] = []
    for content in (as_csv(table), as_xlsx(book)):
        sheet = read_sheet(content)
        mapping = ColumnMapping(date="Date", amount="Amount")
        read = mapped(sheet.headings, sheet.rows, mapping, 1, *APRIL)
        assert read.problems == ()
        found.append([(one.on, one.amount_pence) for one in read.lines])
    assert found[0] == found[1] == rows
