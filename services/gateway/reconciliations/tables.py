"""Reads an extract, CSV or XLSX, into one table of cells; what it is, is judged by its content.

Law: nothing in a file is evaluated, and nothing of it is kept that could not be read whole.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import msgspec

from services.gateway.reconciliations.mapping import FORMULA, Cell
from shared.eventsourcing.commands import Invalid

MOST_FILE_BYTES = 9 * 1024 * 1024
MOST_UNPACKED_BYTES = 120 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 40
MOST_CELL = 500
HEADING_WITHIN = 30
FEWEST_HEADINGS = 2  # a day and an amount
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
DELIMITERS = ",;\t|"

FileKind = Literal["csv", "xlsx"]


class ExtractUnreadable(Invalid):
    """This is not a readable .csv or .xlsx file with a line of headings."""

    code = "extract-unreadable"


class ExtractTooLarge(Invalid):
    """An extract has at most 9 MB and 100,000 rows; send a shorter period."""

    code = "extract-too-large"


class MacrosRefused(Invalid):
    """The file may hold macros; save it as .xlsx or .csv and send that."""

    code = "macros-refused"


class ExtractEmpty(Invalid):
    """The file has no rows under its headings."""

    code = "extract-empty"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table: headings, each a name of its own, and rows with their place in the file from 1."""

    kind: FileKind
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


class _Grid(NamedTuple):
    kind: FileKind
    rows: list[tuple[Cell, ...]]


def read_sheet(content: bytes) -> Sheet:
    """Refuses, in this order: ExtractTooLarge, MacrosRefused, ExtractUnreadable, ExtractEmpty."""
    if len(content) > MOST_FILE_BYTES:
        raise ExtractTooLarge
    if content.startswith(OLD_EXCEL):
        raise MacrosRefused
    grid = _workbook(content) if content.startswith(b"PK") else _text_table(content)
    return _under_headings(grid)


def _under_headings(grid: _Grid) -> Sheet:
    at = _heading_row(grid.rows)
    headings = _names(grid.rows[at])
    rows = tuple(
        (number, cells)
        for number, cells in enumerate(grid.rows[at + 1 :], at + 2)
        if any(cell != "" for cell in cells)
    )
    if not rows:
        raise ExtractEmpty
    return Sheet(kind=grid.kind, headings=headings, rows=rows)


def _heading_row(rows: Sequence[tuple[Cell, ...]]) -> int:
    """Banks write a few lines of their own first: the headings are the first row that is widest.

    A heading is a word, not a number and not a date.
    """
    scores = [
        sum(isinstance(cell, str) and any(c.isalpha() for c in cell) for cell in row)
        for row in rows[:HEADING_WITHIN]
    ]
    if not scores or max(scores) < FEWEST_HEADINGS:
        raise ExtractUnreadable
    widths = [sum(cell != "" for cell in row) for row in rows[:HEADING_WITHIN]]
    full = [n for n, row in enumerate(scores) if row >= FEWEST_HEADINGS and row == widths[n]]
    if not full:
        raise ExtractUnreadable
    usual = Counter(widths).most_common(1)[0][0]
    return next((n for n in full if widths[n] >= usual), full[0])


def _names(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Headings as they stand; one that comes again is numbered, an empty one named by place."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(str(cell).split())[:80] or f"Column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


# -- CSV


def _text_table(content: bytes) -> _Grid:
    text = _decoded(content)
    try:
        file = io.StringIO(text, newline="")
        lines = csv.reader(file, delimiter=_delimiter(text), strict=True)
        rows: list[tuple[Cell, ...]] = []
        for line in lines:
            if len(rows) > MOST_ROWS + HEADING_WITHIN:
                raise ExtractTooLarge
            rows.append(tuple(cell.strip()[:MOST_CELL] for cell in line[:MOST_COLUMNS]))
    except csv.Error as error:
        raise ExtractUnreadable from error
    return _Grid("csv", rows)


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 by its mark, else the code page that British banks still write."""
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        if b"\x00" in content or content.startswith(b"%PDF"):
            raise ExtractUnreadable
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ExtractUnreadable from error


def _delimiter(text: str) -> str:
    """What parts the cells: the sign that most of the first lines have most of."""
    lines = text.splitlines()[:HEADING_WITHIN]
    counts = {sign: sum(line.count(sign) for line in lines) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign])


# -- XLSX


def _workbook(content: bytes) -> _Grid:
    _safe_archive(content)
    from openpyxl import load_workbook  # heavy; only whoever uploads a workbook pays for it

    try:
        book: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        rows: list[tuple[Cell, ...]] = []
        for row in sheet.iter_rows(max_col=MOST_COLUMNS):
            if len(rows) > MOST_ROWS + HEADING_WITHIN:
                raise ExtractTooLarge
            rows.append(tuple(_cell(cell) for cell in row))
        book.close()
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part made it stumble over
        raise ExtractUnreadable from error
    return _Grid("xlsx", rows)


def _cell(cell: Any) -> Cell:
    if cell.data_type == "f":
        return FORMULA
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | int | float) and not isinstance(value, bool):
        return value
    return str(value).strip()[:MOST_CELL]


def _safe_archive(content: bytes) -> None:
    """Refuses, in this order: MacrosRefused, ExtractTooLarge, ExtractUnreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any("vbaproject" in entry.filename.lower() for entry in entries):
                raise MacrosRefused
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                raise ExtractTooLarge
            if "xl/workbook.xml" not in archive.namelist():
                raise ExtractUnreadable
            for entry in entries:
                with archive.open(entry) as opened:
                    start = opened.read(4096)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise ExtractUnreadable
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ExtractUnreadable from error
