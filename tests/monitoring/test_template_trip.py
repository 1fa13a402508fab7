"""The spreadsheet goes out with its lists, comes back filled in, and nothing of it is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from services.monitoring.returns.files import body_of, read_file
from services.monitoring.returns.rules import RULES
from services.monitoring.returns.template import make_template
from shared.published.terms import Frequency
from tests.monitoring.agreed import Q1, TERMS

PERIODS: list[tuple[Frequency, str, int]] = [
    ("quarterly", Q1, 4), ("monthly", "2026-27-M05", 1), ("annual", "2026-27-Y", 1),
]  # fmt: skip


def lists_of(content: bytes) -> dict[tuple[str, str], list[Any]]:
    """What each column may be chosen from, by sheet and column."""
    book: Any = load_workbook(io.BytesIO(content))
    found: dict[tuple[str, str], list[Any]] = {}
    for sheet in book.worksheets:
        for rule in sheet.data_validations.dataValidation:
            cells = rule.formula1.partition("!")[2].replace("$", "")
            column = str(rule.sqref)[0]
            words = [row[0].value for row in book["template"][cells]]
            found[sheet.title, sheet[f"{column}1"].value] = words
    return found


def test_every_column_with_known_words_offers_them() -> None:
    lists = lists_of(make_template("c1", TERMS, Q1, ["girls", "unknown", "girls", "boys"]))
    assert lists["readings", "status"] == ["given", "missing", "not-applicable"]
    assert lists["breakdowns", "measure"] == ["seen", "better"]
    assert lists["breakdowns", "breakdown"] == ["sex"]
    assert lists["breakdowns", "group"] == ["girls", "boys", "unknown"]
    assert lists["explanations", "rule"] == [rule.code for rule in RULES if rule.stage == "soft"]
    assert ("readings", "measure") not in lists  # it stands there, locked


@pytest.mark.parametrize(("frequency", "period", "each"), PERIODS)
def test_a_template_asks_for_its_own_periods(frequency: Frequency, period: str, each: int) -> None:
    book = load_workbook(io.BytesIO(make_template("c1", replace(TERMS, returns=frequency), period)))
    rows = list(book["readings"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(TERMS.measures) * each
    assert rows[-1][1] == period


def test_everything_that_is_filled_in_comes_back() -> None:
    book: Any = load_workbook(io.BytesIO(make_template("c1", TERMS, Q1)))
    book["readings"]["C2"] = 13
    book["readings"]["F3"] = "missing"
    for n, cell in enumerate(("seen", "sex", "not asked", 13), 1):
        book["breakdowns"].cell(2, n).value = cell
    for n, cell in enumerate(("missing-without-reason", "seen", "- The office moved.\nTwice."), 1):
        book["explanations"].cell(2, n).value = cell
    for n, cell in enumerate((10000, 2500, 9900), 2):
        book["budget"].cell(2, n).value = cell
    for n, cell in enumerate((1, 2, "It went well.", "false"), 2):
        book["other"].cell(n, 2).value = cell
    saved = io.BytesIO()
    book.save(saved)
    body = body_of(read_file("q1.xlsx", saved.getvalue())).model_dump(mode="json")
    assert [(one["value"], one["status"]) for one in body["readings"]] == [
        ("13", "given"), (None, "missing"),
    ]  # fmt: skip
    assert body["breakdowns"] == [
        {"measure": "seen", "breakdown": "sex", "group": "not asked", "count": 13}
    ]
    assert body["explanations"] == [
        {"rule": "missing-without-reason", "measure": "seen", "text": "- The office moved.\nTwice."}
    ]
    assert body["budget"][0]["spent_pence"] == 2500
    assert (body["complaints"], body["compliments"], body["story"], body["nil"]) == (
        1, 2, "It went well.", False,
    )  # fmt: skip
