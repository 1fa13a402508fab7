"""Reads a return from a CSV file or a spreadsheet into the body that JSON would have brought.

Law: nothing in a file is evaluated: a formula, a macro or a document type is refused by name.
"""

from __future__ import annotations

import io
import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

import msgspec
from pydantic import ValidationError

from services.monitoring.returns.bodies import ReturnBody
from services.monitoring.returns.rules import Problem
from shared.eventsourcing.commands import Invalid
from shared.sheets.cells import FORMULA, Cell, Row
from shared.sheets.guards import (
    CannotOpen,
    CutShort,
    Macros,
    Oversized,
    check_workbook,
    is_workbook,
)
from shared.sheets.rows import csv_rows, encoding_of, named, opened_workbook, sheet_rows

MOST_FILE_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 30
COLUMNS: dict[str, tuple[str, ...]] = {
    "readings": ("measure", "period", "value", "numerator", "denominator", "status"),
    "breakdowns": ("measure", "breakdown", "group", "count"),
    "budget": ("element", "budget_pence", "spent_pence", "forecast_pence"),
    "explanations": ("rule", "measure", "text"),
    "other": ("name", "entry"),
}
OTHER = ("complaints", "compliments", "story", "nil")
TEMPLATE_SHEET = "template"
EVALUATED = re.compile(r"[=@\t\r]|[+-]\s*[\w.$]*[(!|]")
PREPARED = {"measure", "period", "element", "name"}


class FormulaRefused(Invalid):
    """A cell holds a formula; send its value."""

    code = "formula-refused"


class MacrosRefused(Invalid):
    """The file holds macros; send a plain .xlsx or .csv."""

    code = "macros-refused"


class TooLarge(Invalid):
    """The file is larger than a return can be."""

    code = "too-large"


class FileUnreadable(Invalid):
    """This is not a readable .csv or .xlsx file."""

    code = "file-unreadable"


class FileCutShort(Invalid):
    """The file ends in the midst of a row; send it again, whole."""

    code = "file-cut-short"


class TemplateStale(Invalid):
    """The template is not of the contract's present terms; fetch a new one."""

    code = "template-stale"


class WrongContract(Invalid):
    """The template is another contract's or another period's."""

    code = "wrong-contract-or-period"


class Origin(NamedTuple):
    """Where a row came from: its sheet, or empty for CSV, and its line, counted from 1."""

    sheet: str
    row: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A problem where the reader of a file looks for it."""

    code: str
    stage: str
    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    measure: str = ""
    pointer: str = ""
    previously_explained: bool = False


class Filed(NamedTuple):
    """What a file holds, by part, and where each row stood."""

    parts: dict[str, list[dict[str, str]]]
    origins: dict[str, list[Origin]]
    template: str = ""


class HasRowProblems(Invalid):
    """Some cells cannot be read; nothing was taken."""

    code = "return-has-errors"

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__()
        self.found = tuple(found)
        self.faults = [
            {"code": one.code, "pointer": one.pointer, "detail": one.message} for one in found
        ]


def read_file(name: str, content: bytes) -> Filed:
    """Refuses: TooLarge, MacrosRefused, FormulaRefused, FileCutShort, FileUnreadable."""
    if len(content) > MOST_FILE_BYTES:
        raise TooLarge
    if name.lower().endswith((".xlsm", ".xltm", ".xlsb", ".xls")):
        raise MacrosRefused
    file = io.BytesIO(content)
    with in_our_words():
        return _spreadsheet(file) if is_workbook(file) else _csv(file)


@contextmanager
def in_our_words() -> Generator[None]:
    """Refuses: TooLarge, MacrosRefused, FileCutShort, FileUnreadable."""
    try:
        yield
    except Macros as error:
        raise MacrosRefused from error
    except Oversized as error:
        raise TooLarge from error
    except CutShort as error:
        raise FileCutShort from error
    except CannotOpen as error:
        raise FileUnreadable from error


def _csv(file: BinaryIO) -> Filed:
    """One table with a column `part`; the other columns are those of all parts."""
    filed, head = Filed({}, {}), list[str]()
    for n, line in csv_rows(file, encoding_of(file), whole=True):
        cells = [as_text(cell) for cell in line]
        if not head:
            head = headings(cells, "part")
        elif n > MOST_ROWS:
            raise TooLarge
        elif row := named(head, cells):
            origin = Origin("", n)
            no_formula(row.values(), origin)
            add_row(filed, row.pop("part", "").lower(), row, origin)
    if not head:
        raise FileUnreadable("The first line names the columns, one of which is `part`.")
    return filed


def headings(cells: Sequence[str], *wanted: str) -> list[str]:
    """The names of the columns. Refuses: FileUnreadable."""
    head = [cell.lower() for cell in cells]
    if not set(wanted) <= set(head):
        names = " and ".join(f"`{name}`" for name in wanted)
        raise FileUnreadable(f"The first line names the columns, among which are {names}.")
    return head


def no_formula(cells: Iterable[str], origin: Origin) -> None:
    """What a spreadsheet would evaluate; a signed number is none. Refuses: FormulaRefused."""
    for cell in cells:
        if cell and (cell == FORMULA or EVALUATED.match(cell)):
            raise FormulaRefused(pointer=_pointer(origin, ""))


def add_row(filed: Filed, part: str, cells: dict[str, str], origin: Origin) -> None:
    if part not in COLUMNS:
        found = Found(
            code="part-unknown",
            stage="hard",
            message=f"A row belongs to one of: {', '.join(COLUMNS)}.",
            sheet=origin.sheet,
            row=origin.row,
            column="part",
            pointer=_pointer(origin, "part"),
        )
        raise HasRowProblems([found])
    filed.parts.setdefault(part, []).append(cells)
    filed.origins.setdefault(part, []).append(origin)


def _spreadsheet(file: BinaryIO) -> Filed:
    check_workbook(file, MOST_UNPACKED_BYTES)
    filed, template = Filed({}, {}), ""
    with opened_workbook(file) as book:
        for sheet in book.worksheets:
            rows = sheet_rows(sheet, MOST_COLUMNS)
            if sheet.title == TEMPLATE_SHEET:
                template = next((as_text(cells[0]) for _, cells in rows if cells), "")
            elif sheet.title.lower() in COLUMNS:
                _sheet(filed, sheet.title.lower(), rows)
    return Filed(filed.parts, filed.origins, template)


def _sheet(filed: Filed, part: str, rows: Iterable[Row]) -> None:
    """Rows of a sheet under its header row. Refuses: FormulaRefused, TooLarge."""
    head: list[str] = []
    for n, row in rows:
        if n > MOST_ROWS:
            raise TooLarge
        origin = Origin(part, n)
        cells = [as_text(cell) for cell in row]
        no_formula(cells, origin)
        if not head:
            head = [cell.lower() for cell in cells]
        elif (found := named(head, cells)).keys() - PREPARED:
            add_row(filed, part, found, origin)


def as_text(cell: Cell) -> str:
    """A cell as text; 3.0 is 3, so that a count typed into a spreadsheet stays a count."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def body_of(filed: Filed) -> ReturnBody:
    """The same body that JSON brings. Refuses: HasRowProblems."""
    content: dict[str, Any] = {part: rows for part, rows in filed.parts.items() if part != "other"}
    for row, origin in zip(
        filed.parts.get("other", []), filed.origins.get("other", []), strict=True
    ):
        name = row.get("name", "").lower()
        if name not in OTHER:
            raise HasRowProblems([_unknown_entry(origin)])
        content[name] = row.get("entry", "")
    try:
        return ReturnBody.model_validate(content)
    except ValidationError as error:
        raise HasRowProblems([_typed(item, filed) for item in error.errors()]) from error


def _unknown_entry(origin: Origin) -> Found:
    return Found(
        code="entry-unknown",
        stage="hard",
        message=f"An entry is one of: {', '.join(OTHER)}.",
        sheet=origin.sheet,
        row=origin.row,
        column="name",
        pointer=_pointer(origin, "name"),
    )


def _typed(item: Any, filed: Filed) -> Found:
    """A value of the wrong kind, at its row and column; what it was is not repeated."""
    part, *rest = [str(step) for step in item["loc"]]
    row = int(rest[0]) if rest and rest[0].isdecimal() else -1
    column = rest[1] if len(rest) > 1 else part
    return _at(filed, part, row, column, item["type"].replace("_", "-"), item["msg"])


def _at(filed: Filed, part: str, row: int, column: str, code: str, message: str) -> Found:
    origins = filed.origins.get(part, [])
    origin = origins[row] if 0 <= row < len(origins) else Origin(part if filed.template else "", 0)
    return Found(
        code=code,
        stage="hard",
        message=message,
        sheet=origin.sheet,
        row=origin.row,
        column=column,
        pointer=_pointer(origin, column),
    )


def _pointer(origin: Origin, column: str) -> str:
    steps = [origin.sheet, str(origin.row) if origin.row else "", column]
    return "/file/" + "/".join(step for step in steps if step)


def located(problem: Problem, filed: Filed | None) -> Found:
    """A rule's finding, at the row and column of the file, or at the JSON pointer of the body."""
    if filed is None:
        place = Origin("", problem.row + 1 if problem.row >= 0 else 0)
        pointer = problem.pointer
    else:
        at = _at(filed, problem.part, problem.row, problem.column, problem.code, problem.message)
        place = Origin(at.sheet, at.row)
        pointer = at.pointer if at.row else problem.pointer.replace("/body/", "/file/")
    return Found(
        code=problem.code,
        stage=problem.stage,
        message=problem.message,
        sheet=place.sheet,
        row=place.row,
        column=problem.column,
        measure=problem.measure,
        pointer=pointer,
        previously_explained=problem.previously_explained,
    )
