"""Returns that come as files: the same rules, and nothing in them is ever evaluated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from services.monitoring.returns.files import (
    FileUnreadable,
    FormulaRefused,
    HasRowProblems,
    MacrosRefused,
    TooLarge,
    body_of,
    read_file,
)
from services.monitoring.returns.template import (
    TemplateStale,
    WrongContract,
    check_template,
    make_template,
    template_id,
)
from shared.testing.houses import Caller, RunningHouse
from tests.monitoring.agreed import BETTER, Q1, Q2, SEEN, TERMS, body
from tests.monitoring.door import AFTER_Q1, AT, People, signed_house

COLUMNS = (
    "part,measure,period,value,numerator,denominator,status,breakdown,group,count,"
    "element,budget_pence,spent_pence,forecast_pence,rule,text,name,entry"
)


def table(content: dict[str, Any], **cells: str) -> bytes:
    """A return's body as CSV; `cells` replaces one value by another text."""
    lines = [COLUMNS]
    names = COLUMNS.split(",")
    parts = [("readings", row) for row in content["readings"]]
    parts += [("breakdowns", row) for row in content["breakdowns"]]
    parts += [("budget", row) for row in content["budget"]]
    parts += [("other", {"name": n, "entry": content[n]}) for n in ("complaints", "story")]
    for part, row in parts:
        cell = {"part": part} | {k: "" if v is None else str(v) for k, v in row.items()}
        lines.append(",".join(cell.get(name, "") for name in names))
    text = "\n".join(lines)
    for old, new in cells.items():
        text = text.replace(old, new)
    return text.encode()


def filled(terms: Any = TERMS, period: str = Q1, formula: str = "") -> bytes:
    """The contract's template as a provider fills it in."""
    book = load_workbook(io.BytesIO(make_template("c1", terms, period)))
    content = body(period)
    by_key = {(row["measure"], row["period"]): row for row in content["readings"]}
    for row in book["readings"].iter_rows(min_row=2):
        reading = by_key[row[0].value, row[1].value]
        for cell, name in zip(row[2:5], ("value", "numerator", "denominator"), strict=True):
            if reading[name] is not None:
                book["readings"][cell.coordinate] = float(reading[name])
    if formula:
        book["readings"]["C2"].value = formula
    for n, part in enumerate(content["breakdowns"], 2):
        for m, name in enumerate(("measure", "breakdown", "group", "count"), 1):
            book["breakdowns"].cell(n, m).value = part[name]
    for m, name in enumerate(("budget_pence", "spent_pence", "forecast_pence"), 2):
        book["budget"].cell(2, m).value = content["budget"][0][name]
    book["other"]["B2"].value = 1
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_entry(content: bytes, name: str, entry: bytes) -> bytes:
    """The same archive with one more entry."""
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(name, entry)
    return made.getvalue()


def parsed(content: bytes, name: str = "q1.csv") -> dict[str, Any]:
    return body_of(read_file(name, content)).model_dump(mode="json")


def test_a_csv_file_says_what_json_says() -> None:
    shown = parsed(table(body()))
    assert [row["value"] for row in shown["readings"][:4]] == ["13", "11", "12", "33"]
    assert (shown["complaints"], shown["story"]) == (1, "It went well.")
    assert len(shown["breakdowns"]) == 2


def test_a_filled_template_says_what_json_says() -> None:
    filed = read_file("q1.xlsx", filled())
    assert filed.template == template_id("c1", TERMS, Q1)
    shown = body_of(filed).model_dump()
    expected = body_of(read_file("q1.csv", table(body()))).model_dump()
    assert [row["value"] for row in shown["readings"]] == [
        row["value"] for row in expected["readings"]
    ]
    assert shown["breakdowns"] == expected["breakdowns"]
    assert shown["budget"] == expected["budget"]


def test_an_empty_template_holds_no_figures() -> None:
    filed = read_file("q1.xlsx", make_template("c1", TERMS, Q1))
    assert body_of(filed).model_dump()["readings"] == ()


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-SUM(A1)"])
def test_a_formula_is_refused_wherever_it_stands(formula: str) -> None:
    with pytest.raises(FormulaRefused) as caught:
        read_file("q1.csv", table(body(), **{"It went well.": formula}))
    assert caught.value.pointer == "/file/14"


def test_a_signed_number_and_a_dash_are_no_formula() -> None:
    content = table(body(), **{"It went well.": "- two (of ten) moved"})
    assert parsed(content)["story"] == "- two (of ten) moved"
    assert read_file("q1.csv", b"part,value\nreadings,-5\n").parts["readings"] == [{"value": "-5"}]


def test_a_formula_in_a_spreadsheet_is_refused_at_its_row() -> None:
    with pytest.raises(FormulaRefused) as caught:
        read_file("q1.xlsx", filled(formula="=SUM(A1:A2)"))
    assert caught.value.pointer == "/file/readings/2"


def test_macros_are_refused_by_name_and_by_content() -> None:
    with pytest.raises(MacrosRefused):
        read_file("q1.xlsm", filled())
    with pytest.raises(MacrosRefused):
        read_file("q1.xlsx", with_entry(filled(), "xl/vbaProject.bin", b"x"))


def test_what_unpacks_too_large_or_names_a_document_type_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_file("q1.csv", b"x" * (2 * 1024 * 1024 + 1))
    with pytest.raises(TooLarge):
        read_file("q1.xlsx", with_entry(filled(), "xl/big.xml", b" " * (31 * 1024 * 1024)))
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    with pytest.raises(FileUnreadable):
        read_file("q1.xlsx", with_entry(filled(), "xl/bomb.xml", bomb))


@pytest.mark.parametrize("content", [b"PK nothing", b"\xff\xfe", b"a,b\n1,2\n", b""])
def test_what_is_no_return_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_file("q1.csv", content)


def test_a_cell_of_the_wrong_kind_is_told_by_row_and_column() -> None:
    with pytest.raises(HasRowProblems) as caught:
        parsed(table(body(), **{"seen,2026-27-M02,11": "seen,2026-27-M02,many"}))
    (found,) = caught.value.found
    assert (found.row, found.column, found.code) == (3, "value", "decimal-parsing")
    assert "many" not in found.message


@pytest.mark.parametrize("line", ["nonsense,seen", "other,,,,,,,,,,,,,,,,surprise,1"])
def test_a_row_of_no_known_part_is_told(line: str) -> None:
    with pytest.raises(HasRowProblems):
        parsed(f"{COLUMNS}\n{line}\n".encode())


def test_a_template_is_of_one_contract_one_period_and_one_set_of_terms() -> None:
    mine = template_id("c1", TERMS, Q1)
    check_template(mine, "c1", TERMS, Q1)
    varied = replace(TERMS, measures=(SEEN, replace(BETTER, title="Better")))
    with pytest.raises(TemplateStale):
        check_template(mine, "c1", varied, Q1)
    with pytest.raises(TemplateStale):
        check_template("", "c1", TERMS, Q1)
    for contract, period in (("c2", Q1), ("c1", Q2)):
        with pytest.raises(WrongContract):
            check_template(mine, contract, TERMS, period)


def test_a_title_is_written_as_text_and_headers_are_locked() -> None:
    odd = replace(TERMS, measures=(replace(SEEN, measure="=1+1"),))
    book = load_workbook(io.BytesIO(make_template("c1", odd, Q1)))
    cell = book["readings"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    sheet = book["readings"]
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["C2"].protection.locked
    assert book["template"].sheet_state == "veryHidden"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        await running.set_clock(AFTER_Q1)
        yield running


async def send(caller: Caller, path: str, name: str, content: bytes) -> httpx.Response:
    request = httpx.Request("POST", "http://test", files={"file": (name, content)})
    return await caller.post_raw(path, request.read(), request.headers["content-type"])


async def test_a_template_is_fetched_filled_in_and_handed_in(house: RunningHouse) -> None:
    people = People(house)
    fetched = await people.ann.get("/v1/returns/c1/template.xlsx")
    assert read_file("x.xlsx", fetched.content).template == template_id("c1", TERMS, Q1)
    tried = (await send(people.ann, f"{AT}/file?dry_run=true", "q1.xlsx", filled())).json()
    assert (tried["created"], tried["problems"]) == (11, [])
    taken = await send(people.ann, f"{AT}/file", "q1.xlsx", filled())
    assert (taken.status_code, taken.json()["return_version"]) == (201, 1)
    stale = filled(replace(TERMS, payment_days=14))
    refused = await send(people.ann, f"{AT}/file", "q1.xlsx", stale)
    assert (refused.status_code, refused.json()["code"]) == (422, "template-stale")


async def test_a_problem_in_a_file_is_told_at_its_line(house: RunningHouse) -> None:
    people = People(house)
    before = await house.house.log.head()
    wrong = table(body(), **{"seen,2026-27-M02,11": "seen,2026-27-M02,-11"})
    refused = await send(people.ann, f"{AT}/file", "q1.csv", wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "return-has-errors")
    assert refused.json()["errors"] == [
        {
            "code": "value-out-of-range",
            "pointer": "/file/3/value",
            "detail": "The figure is outside what is possible.",
        }
    ]
    tried = (await send(people.ann, f"{AT}/file?dry_run=true", "q1.csv", wrong)).json()
    assert [(p["row"], p["column"]) for p in tried["problems"]] == [(3, "value")]
    assert (await people.ann.post(f"{AT}/file", {})).json()["code"] == "file-unreadable"
    assert await house.house.log.head() == before
    taken = await send(people.ann, f"{AT}/file", "q1.csv", table(body()))
    assert taken.status_code == 201
