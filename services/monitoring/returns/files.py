"""Reads a return from a CSV file or a spreadsheet into the body that JSON would have brought.

Law: nothing in a file is evaluated: a formula, a macro or a document type is refused by name.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from pydantic import ValidationError

from services.monitoring.returns.bodies import ReturnBody
from services.monitoring.returns.rules import Problem
from shared.eventsourcing.commands import Invalid

MOST_FILE_BYTES = 2 * 1024 * 1024
MOST_UNPACKED_BYTES = 30 * 1024 * 1024
MOST_ROWS = 5000
COLUMNS: dict[str, tuple[str, ...]] = {
    "readings": ("measure", "period", "value", "numerator", "denominator", "status"),
    "breakdowns": ("measure", "breakdown", "group", "count"),
    "budget": ("element", "budget_pence", "spent_pence", "forecast_pence"),
    "explanations": ("rule", "measure", "text"),
    "other": ("name", "entry"),
}
OTHER = ("complaints", "compliments", "story", "nil")
TEMPLATE_SHEET = "template"
FORMULA = re.compile(r"[=@\t\r]|[+-]\s*[\w.$]*[(!|]")
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
    """Refuses: TooLarge, MacrosRefused, FormulaRefused, FileUnreadable."""
    if len(content) > MOST_FILE_BYTES:
        raise TooLarge
    if name.lower().endswith((".xlsm", ".xltm", ".xlsb", ".xls")):
        raise MacrosRefused
    if content.startswith(b"PK"):
        return _spreadsheet(content)
    return _csv(content)


def _csv(content: bytes) -> Filed:
    """One table with a column `part`; the other columns are those of all parts."""
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable from error
    if not lines or "part" not in (head := [cell.strip().lower() for cell in lines[0]]):
        raise FileUnreadable("The first line names the columns, one of which is `part`.")
    if len(lines) > MOST_ROWS:
        raise TooLarge
    filed = Filed({}, {})
    for n, line in enumerate(lines[1:], 2):
        cells = {column: cell.strip() for column, cell in zip(head, line, strict=False)}
        if any(cells.values()):
            _no_formula(cells.values(), Origin("", n))
            part = cells.pop("part", "").lower()
            _add(filed, part, {k: v for k, v in cells.items() if v}, Origin("", n))
    return filed


def _no_formula(cells: Iterable[str], origin: Origin) -> None:
    """What a spreadsheet would evaluate; a signed number is none. Refuses: FormulaRefused."""
    if any(FORMULA.match(cell) for cell in cells):
        raise FormulaRefused(pointer=_pointer(origin, ""))


def _add(filed: Filed, part: str, cells: dict[str, str], origin: Origin) -> None:
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


def _spreadsheet(content: bytes) -> Filed:
    _safe_archive(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        filed, template = Filed({}, {}), ""
        for sheet in book.worksheets:
            grid = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=12)
            if sheet.title == TEMPLATE_SHEET:
                template = str(next(grid)[0].value or "")
            elif sheet.title.lower() in COLUMNS:
                _sheet(filed, sheet.title.lower(), grid)
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part made it stumble over
        raise FileUnreadable from error
    return Filed(filed.parts, filed.origins, template)


def _safe_archive(content: bytes) -> None:
    """Refuses: FileUnreadable, TooLarge, MacrosRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any("vbaproject" in entry.filename.lower() for entry in entries):
                raise MacrosRefused
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                raise TooLarge
            for entry in entries:
                start = archive.read(entry)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise FileUnreadable
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise FileUnreadable from error


def _sheet(filed: Filed, part: str, grid: Iterable[Sequence[Any]]) -> None:
    """Rows of a sheet under its header row. Refuses: FormulaRefused, TooLarge."""
    head: list[str] = []
    for n, row in enumerate(grid, 1):
        if n > MOST_ROWS:
            raise TooLarge
        origin = Origin(part, n)
        if any(cell.data_type == "f" for cell in row):
            raise FormulaRefused(pointer=_pointer(origin, ""))
        cells = [_text(cell.value) for cell in row]
        if not head:
            head = [cell.lower() for cell in cells]
            continue
        named = {column: cell for column, cell in zip(head, cells, strict=False) if cell and column}
        _no_formula(named.values(), origin)
        if named.keys() - PREPARED:
            _add(filed, part, named, origin)


def _text(value: object) -> str:
    """A cell as text; 3.0 is 3, so that a count typed into a spreadsheet stays a count."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


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
