"""The rows of an uploaded table as a stream: of CSV one table, of a workbook one for each sheet.

Law: nothing is evaluated, and a file is read from where it lies, never as a second copy.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, BinaryIO

from shared.sheets.cells import FORMULA, Cell, Row
from shared.sheets.guards import Broken, CannotOpen, CutShort

DELIMITERS = ",;\t|"
HEADING_WITHIN = 30
BANKS_WRITE = "cp1252"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BLOCK = 1 << 16


# -- CSV


def encoding_of(file: BinaryIO, *, or_else: str = "") -> str:
    """UTF-8, UTF-16 by its mark, or what is named `or_else`. Raises Broken."""
    file.seek(0)
    start = file.read(4)
    if start.startswith(UTF_16):
        return "utf-16"
    if start == b"%PDF":
        raise Broken
    for name in ("utf-8-sig", or_else):
        if name and _decodes(file, name):
            return name
    raise Broken


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Read through in pieces. Raises Broken where it holds what no text does."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            if b"\x00" in block:
                raise Broken
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _as_text(file: BinaryIO, encoding: str) -> Generator[io.TextIOWrapper]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        if not file.closed:
            text.detach()  # the file stays open for whoever brought it


def delimiter_of(file: BinaryIO, encoding: str) -> str:
    """What parts the cells: the sign that the first lines have most of. Raises Broken."""
    try:
        with _as_text(file, encoding) as text:
            lines = [line for line, _ in zip(text, range(HEADING_WITHIN), strict=False)]
    except UnicodeDecodeError as error:
        raise Broken from error
    counts = {sign: sum(line.count(sign) for line in lines) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: counts[sign])


def csv_rows(
    file: BinaryIO, encoding: str, delimiter: str = ",", *, whole: bool = False
) -> Iterator[Row]:
    """Raises Broken; where every row must be `whole` also CutShort, if the last one stops in its
    midst. What stops within the last cell of a row cannot be told from a short cell.
    """
    widest, cells = 0, list[str]()
    try:
        with _as_text(file, encoding) as text:
            lines = csv.reader(text, delimiter=delimiter, strict=True)
            for number, cells in enumerate(lines, 1):
                widest = widest or len(cells)
                yield number, cells
    except (csv.Error, UnicodeDecodeError) as error:
        raise Broken from error
    if whole and 0 < len(cells) < widest and not _ends_a_line(file):
        raise CutShort


def _ends_a_line(file: BinaryIO) -> bool:
    file.seek(0, io.SEEK_END)
    file.seek(max(file.tell() - 2, 0))
    return file.read().rstrip(b"\x00").endswith((b"\n", b"\r"))


# -- workbooks


@contextmanager
def opened_workbook(file: BinaryIO) -> Generator[Any]:
    """The workbook, to be read from its start to its end. Check it first. Raises Broken, for
    whatever happens to it.
    """
    from openpyxl import load_workbook  # heavy; only whoever uploads a workbook pays for it

    try:
        book: Any = load_workbook(file, read_only=True, data_only=False)
    except Exception as error:  # openpyxl raises whatever a broken part made it stumble over
        raise Broken from error
    try:
        yield book
    finally:
        book.close()


def sheet_rows(sheet: Any, most_columns: int) -> Iterator[Row]:
    """Raises Broken."""
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=most_columns), 1):
            yield number, [_cell(cell) for cell in row]
    except CannotOpen:
        raise
    except Exception as error:  # as above
        raise Broken from error


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
    return str(value).strip()


def named(head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells of a row that are not empty, by the heading they stand under."""
    return {column: cell for column, cell in zip(head, cells, strict=False) if cell and column}
