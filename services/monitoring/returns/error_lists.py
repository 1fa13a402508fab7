"""A list of what is wrong with a return as a table for a spreadsheet: row, column, code, message.

Law: what was typed is not repeated, and no cell of the list is a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, Response
from msgspec.structs import asdict

from services.monitoring.returns.files import Found, HasRowProblems
from services.monitoring.returns.rule_reads import csv_answer, wants_csv
from services.monitoring.returns.submission import Handed

COLUMNS = ("stage", "sheet", "row", "column", "code", "message", "measure", "previously_explained")


def answered(request: Request, handed: Handed) -> Handed | Response:
    """A dry run's answer, as its list of problems where a table is asked for."""
    if handed.dry_run and wants_csv(request):
        return error_list([*handed.problems, *handed.notes])
    return handed


def error_list(found: Iterable[Mapping[str, Any]]) -> Response:
    """The problems of a dry run, in the order in which they were found."""
    rows = [[said(one, column) for column in COLUMNS] for one in found]
    return csv_answer(COLUMNS, rows, "problems.csv")


def of_rows(refused: HasRowProblems) -> Response:
    """Cells that cannot be read, as the same list."""
    return error_list(listed(one) for one in refused.found)


def listed(found: Found) -> dict[str, Any]:
    return asdict(found)


def said(one: Mapping[str, Any], column: str) -> Any:
    """One cell of the list."""
    if column == "previously_explained":
        return "yes" if one.get(column) else ""
    if column == "row":
        return one.get(column) or ""
    return one.get(column, "")
