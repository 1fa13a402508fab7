"""A file of many contracts' returns, read row by row and gathered by the return they belong to.

Law: a row is read once and kept packed until its return is judged, so the largest file costs little
more than its own size; what is wrong with a row is told of its return and spoils no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import msgspec

from services.monitoring.returns.files import (
    COLUMNS,
    MOST_COLUMNS,
    Filed,
    FileUnreadable,
    Origin,
    TooLarge,
    add_row,
    as_text,
    headings,
    in_our_words,
    no_formula,
)
from shared.sheets.cells import Row
from shared.sheets.guards import check_workbook, is_workbook
from shared.sheets.rows import csv_rows, encoding_of, named, opened_workbook, sheet_rows

MOST_FILE_BYTES = 40 * 1024 * 1024
MOST_UNPACKED_BYTES = 250 * 1024 * 1024
MOST_ROWS = 250_000
MOST_RETURNS = 5_000
KEY = ("contract", "return_period")
"""The columns that say which return a row is of; `period` is the reading's own, as a month."""


class Gathered(msgspec.Struct):
    """One return's rows as they came, packed as a line of JSON each: heading, number and cells."""

    contract: str
    period: str
    first_row: int
    rows: int = 0
    packed: bytearray = msgspec.field(default_factory=bytearray)


class Heading(msgspec.Struct, frozen=True):
    """The columns of a CSV file, or of one sheet."""

    sheet: str
    columns: tuple[str, ...]


class Gathering(msgspec.Struct):
    """Everything a file holds, in the order in which its returns first come."""

    headings: list[Heading] = []
    returns: dict[tuple[str, str], Gathered] = {}
    rows: int = 0
    workbook: bool = False


def gather(file: BinaryIO) -> Gathering:
    """Refuses: MacrosRefused, TooLarge, FileUnreadable, FileCutShort."""
    found = Gathering()
    with in_our_words():
        if is_workbook(file):
            _workbook(found, file)
        else:
            _take(found, "", csv_rows(file, encoding_of(file), whole=True), *KEY)
    if not found.headings:
        raise FileUnreadable
    return found


def _workbook(found: Gathering, file: BinaryIO) -> None:
    check_workbook(file, MOST_UNPACKED_BYTES)
    found.workbook = True
    with opened_workbook(file) as book:
        for sheet in book.worksheets:
            if sheet.title.lower() in COLUMNS:
                _take(found, sheet.title.lower(), sheet_rows(sheet, MOST_COLUMNS), *KEY)


def _take(found: Gathering, sheet: str, rows: Iterable[Row], *wanted: str) -> None:
    """Adds the rows under a heading to their returns."""
    at = -1
    places = (0, 0)
    encode = msgspec.json.Encoder().encode_into
    line = bytearray()
    for number, row in rows:
        cells = [as_text(cell) for cell in row]
        if at < 0:
            columns = headings(cells, *wanted)
            found.headings.append(Heading(sheet, tuple(columns)))
            at, places = len(found.headings) - 1, (columns.index(KEY[0]), columns.index(KEY[1]))
            continue
        if not any(cells):
            continue
        found.rows += 1
        if found.rows > MOST_ROWS:
            raise TooLarge
        one = _return_of(found, cells, places, number)
        one.rows += 1
        encode((at, number, cells), line)
        one.packed += line + b"\n"


def _return_of(
    found: Gathering, cells: Sequence[str], places: tuple[int, int], number: int
) -> Gathered:
    width = len(cells)
    contract = cells[places[0]] if places[0] < width else ""
    period = cells[places[1]] if places[1] < width else ""
    known = found.returns.get((contract, period))
    if known is not None:
        return known
    if len(found.returns) == MOST_RETURNS:
        raise TooLarge
    made = found.returns[contract, period] = Gathered(contract, period, number)
    return made


def filed_of(gathering: Gathering, one: Gathered) -> Filed:
    """One return's rows as a file of its own would have brought them, at their place in this one.

    Refuses: FormulaRefused, HasRowProblems.
    """
    filed = Filed({}, {})
    decode = msgspec.json.Decoder(tuple[int, int, list[str]]).decode
    for packed in bytes(one.packed).splitlines():
        at, number, cells = decode(packed)
        heading = gathering.headings[at]
        origin = Origin(heading.sheet, number)
        no_formula(cells, origin)
        row = named(heading.columns, cells)
        for name in KEY:
            row.pop(name, None)
        part = heading.sheet or row.pop("part", "").lower() or "readings"
        add_row(filed, part, row, origin)
    return filed


def shape(gathering: Gathering) -> dict[str, Any]:
    return {"rows": gathering.rows, "returns": len(gathering.returns)}
