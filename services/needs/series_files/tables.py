"""An uploaded CSV as rows by column name.

Law: a file that cannot be read whole is not taken at all.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from shared.eventsourcing.commands import Invalid
from shared.sheets.guards import CannotOpen, CutShort
from shared.sheets.rows import csv_rows, delimiter_of, encoding_of

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100


class FileTooLarge(Invalid):
    """A file of figures has at most 8 MB and 50,000 rows; send it in parts."""

    code = "too-large"


class FileUnreadable(Invalid):
    """This is not a readable CSV file whose first line names its columns."""

    code = "file-unreadable"


class FileCutShort(Invalid):
    """The file ends in the midst of a row; send it again, whole."""

    code = "file-cut-short"


class Table:
    """The columns' names in small letters, and the rows with their numbers, the heading being 1."""

    def __init__(
        self, columns: Sequence[str], rows: Sequence[tuple[int, Mapping[str, str]]]
    ) -> None:
        self.columns = tuple(columns)
        self.rows = tuple(rows)


def read_table(content: bytes) -> Table:
    """Refuses: FileTooLarge, FileUnreadable, FileCutShort."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    file = io.BytesIO(content)
    columns: list[str] = []
    rows: list[tuple[int, Mapping[str, str]]] = []
    try:
        encoding = encoding_of(file, or_else="cp1252")
        delimiter = delimiter_of(file, encoding)
        for number, line in csv_rows(file, encoding, delimiter, whole=True):
            cells = [str(cell).strip() for cell in line]
            if not columns:
                columns = [cell.lower() for cell in cells]
            elif number > MOST_ROWS:
                raise FileTooLarge
            elif any(cells):
                rows.append((number, dict(zip(columns, cells, strict=False))))
    except CutShort as error:
        raise FileCutShort from error
    except CannotOpen as error:
        raise FileUnreadable from error
    named = [name for name in columns if name]
    if not rows or len(columns) > MOST_COLUMNS or len(set(named)) < len(named):
        raise FileUnreadable
    return Table(columns, rows)
