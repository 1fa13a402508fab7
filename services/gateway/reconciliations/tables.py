"""Reads an extract, CSV or XLSX, into one table of cells; what it is, is judged by its content.

Law: nothing in a file is evaluated, and nothing of it is kept that could not be read whole.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Literal, NamedTuple

import msgspec

from shared.eventsourcing.commands import Invalid
from shared.sheets.cells import Cell
from shared.sheets.guards import CannotOpen, Macros, Oversized, check_workbook, is_workbook
from shared.sheets.rows import (
    BANKS_WRITE,
    HEADING_WITHIN,
    csv_rows,
    delimiter_of,
    encoding_of,
    opened_workbook,
    sheet_rows,
)

MOST_FILE_BYTES = 9 * 1024 * 1024
MOST_UNPACKED_BYTES = 120 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 40
MOST_CELL = 500
FEWEST_HEADINGS = 2  # a day and an amount

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
    file = io.BytesIO(content)
    with _in_our_words():
        grid = _workbook(file) if is_workbook(file) else _text_table(file)
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


def _text_table(file: BinaryIO) -> _Grid:
    rows: list[tuple[Cell, ...]] = []
    encoding = encoding_of(file, or_else=BANKS_WRITE)
    for _, line in csv_rows(file, encoding, delimiter_of(file, encoding)):
        _no_more(rows)
        rows.append(tuple(str(cell).strip()[:MOST_CELL] for cell in line[:MOST_COLUMNS]))
    return _Grid("csv", rows)


@contextmanager
def _in_our_words() -> Generator[None]:
    try:
        yield
    except Macros as error:
        raise MacrosRefused from error
    except Oversized as error:
        raise ExtractTooLarge from error
    except CannotOpen as error:
        raise ExtractUnreadable from error


def _no_more(rows: Sequence[object]) -> None:
    if len(rows) > MOST_ROWS + HEADING_WITHIN:
        raise Oversized


# -- XLSX


def _workbook(file: BinaryIO) -> _Grid:
    rows: list[tuple[Cell, ...]] = []
    check_workbook(file, MOST_UNPACKED_BYTES)
    with opened_workbook(file) as book:
        for _, row in sheet_rows(book.worksheets[0], MOST_COLUMNS):
            _no_more(rows)
            rows.append(tuple(_cut(cell) for cell in row))
    return _Grid("xlsx", rows)


def _cut(cell: Cell) -> Cell:
    return cell[:MOST_CELL] if isinstance(cell, str) else cell
