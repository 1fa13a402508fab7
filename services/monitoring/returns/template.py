"""The spreadsheet that a return may come in: made for one contract, its terms and one period.

Law: what is written is text and numbers, never a formula; headers are locked, and a hidden id says
which terms the template is of.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.monitoring.returns.files import (
    COLUMNS,
    OTHER,
    PREPARED,
    TEMPLATE_SHEET,
    TemplateStale,
    WrongContract,
)
from services.monitoring.returns.looks import elements, reported_periods
from services.monitoring.returns.rules import RULES
from services.monitoring.returns.soft_rules import UNKNOWN
from shared.published.terms import ContractId, ContractTerms, Period

PREPARED_ROWS = 300
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATUSES = ["given", "missing", "not-applicable"]
MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)  # the same terms give the same file


def template_id(contract: ContractId, terms: ContractTerms, period: Period) -> str:
    """Names the contract, the period and, by a hash, the terms."""
    digest = hashlib.sha256(msgspec.json.encode(terms, order="sorted")).hexdigest()
    return f"{contract}|{period}|{digest[:16]}"


def check_template(given: str, contract: ContractId, terms: ContractTerms, period: Period) -> None:
    """Refuses: WrongContract, TemplateStale; also a spreadsheet that is no template of ours."""
    present = template_id(contract, terms, period)
    if given == present:
        return
    if given.rpartition("|")[0] not in ("", present.rpartition("|")[0]):
        raise WrongContract
    raise TemplateStale


def make_template(
    contract: ContractId, terms: ContractTerms, period: Period, groups: Sequence[str] = ()
) -> bytes:
    """The .xlsx file, its rows prepared for every measure, month and element; `groups` are those
    that earlier returns had, offered beside whatever else is typed.
    """
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]  (heavy, and it has none)

    content = io.BytesIO()
    book: Any = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties({"created": MADE_AT, "title": f"Return {period}"})
    styles = {
        "locked": book.add_format({"bold": True, "locked": True, "bg_color": "#F3F2F1"}),
        "open": book.add_format({"locked": False}),
    }
    choices = _choices(terms, groups)
    for part, rows in _rows(terms, period).items():
        _sheet(book, styles, part, rows, _lists(choices))
    hidden = book.add_worksheet(TEMPLATE_SHEET)
    hidden.write_string(0, 0, template_id(contract, terms, period))
    for at, words in enumerate(choices.values(), 1):
        for n, word in enumerate(words):
            hidden.write_string(n, at, word)
    hidden.very_hidden()
    book.close()
    return content.getvalue()


def _choices(terms: ContractTerms, groups: Sequence[str]) -> dict[str, list[str]]:
    """What a cell may be chosen from, by column. A list too long for a cell lies in the hidden
    sheet.
    """
    broken_down = dict.fromkeys(name for one in terms.measures for name in one.breakdowns)
    return {
        "status": STATUSES,
        "measure": [one.measure for one in terms.measures],
        "breakdown": list(broken_down),
        "group": [*dict.fromkeys(name for name in groups if name != UNKNOWN), UNKNOWN],
        "rule": [rule.code for rule in RULES if rule.stage == "soft"],
    }


def _lists(choices: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Each column's list as a place in the hidden sheet; a group may be one never heard of."""
    return {
        column: {
            "source": f"={TEMPLATE_SHEET}!{_column(at)}$1:{_column(at)}${len(words)}",
            "error_type": "information" if column == "group" else "stop",
        }
        for at, (column, words) in enumerate(choices.items(), 1)
        if words
    }


def _column(at: int) -> str:
    return f"${chr(ord('A') + at)}"


def _rows(terms: ContractTerms, period: Period) -> dict[str, list[list[str]]]:
    """What stands in each sheet before anybody fills it in."""
    return {
        "readings": [
            [measure.measure, month]
            for measure in terms.measures
            for month in reported_periods(terms, period)
        ],
        "breakdowns": [],
        "budget": [[element] for element in elements(terms)],
        "other": [[name] for name in OTHER],
        "explanations": [],
    }


def _sheet(
    book: Any,
    styles: dict[str, Any],
    part: str,
    rows: list[list[str]],
    lists: dict[str, dict[str, Any]],
) -> None:
    sheet = book.add_worksheet(part)
    columns = COLUMNS[part]
    for n, column in enumerate(columns):
        sheet.write_string(0, n, column, styles["locked"])
    sheet.set_column(0, len(columns) - 1, 20, styles["open"])
    for n, row in enumerate(rows, 1):
        for m, cell in enumerate(row):
            sheet.write_string(n, m, cell, styles["locked"])
        for m in range(len(row), len(columns)):
            sheet.write_blank(n, m, None, styles["open"])
    for column, choices in lists.items():
        if column in columns and not (rows and column in PREPARED):
            at = columns.index(column)
            sheet.data_validation(1, at, PREPARED_ROWS, at, {"validate": "list", **choices})
    sheet.freeze_panes(1, 0)
    sheet.protect("", {"select_locked_cells": True})
