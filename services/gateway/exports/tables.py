"""Tables as files: CSV with sums in pence, and spreadsheets in which they are pounds.

Law: the same tables give the same bytes, and no text becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from fastapi import Request, Response

from services.gateway.ledgers.tables import as_csv

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
PENCE = "_pence"
MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)  # the same content gives the same file
WIDEST = 48


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under named columns; a column whose name ends in `_pence` holds sums."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def table(name: str, columns: Sequence[str], items: Iterable[Any]) -> Table:
    """A table of the named fields of structs."""
    rows = tuple(tuple(getattr(item, column) for column in columns) for item in items)
    return Table(name=name, columns=tuple(columns), rows=rows)


def as_spreadsheet(title: str, tables: Iterable[Table]) -> bytes:
    """One sheet for each table; sums as pounds, so that a spreadsheet can reckon with them."""
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]  (heavy, and it has none)

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book: Any = xlsxwriter.Workbook(content, options)
    book.set_properties({"created": MADE_AT, "title": title})
    head = book.add_format({"bold": True, "bg_color": "#F3F2F1", "text_wrap": True})
    pounds = book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"})
    for one in tables:
        _sheet(book.add_worksheet(one.name[:31]), one, head, pounds)
    book.close()
    return content.getvalue()


def _sheet(sheet: Any, one: Table, head: Any, pounds: Any) -> None:
    for n, column in enumerate(one.columns):
        sums = column.endswith(PENCE)
        name = column.removesuffix(PENCE).replace("_", " ").capitalize()
        sheet.write_string(0, n, f"{name} (£)" if sums else name, head)
        widest = max((len(str(row[n])) for row in one.rows), default=0)
        sheet.set_column(n, n, 16 if sums else min(WIDEST, max(widest, len(name)) + 2))
        for m, row in enumerate(one.rows, 1):
            value = row[n]
            if sums and value is not None:
                sheet.write_number(m, n, value / 100, pounds)
            elif isinstance(value, int | Decimal):
                sheet.write_number(m, n, value)
            else:
                sheet.write_string(m, n, "" if value is None else str(value))
    sheet.freeze_panes(1, 0)


def as_asked(request: Request, name: str, flat: Table, tables: Sequence[Table]) -> Response | None:
    """The file that `Accept` asks for: CSV of the flat table, or the tables as a spreadsheet.

    None where neither is asked for.
    """
    accept = request.headers.get("accept", "")
    plain = name.replace(":", "-").replace("/", "-")
    if CSV in accept:
        body: str | bytes = as_csv(flat.columns, flat.rows)
        return _file(body, f"{plain}.csv", f"{CSV}; charset=utf-8")
    if SPREADSHEET in accept:
        return _file(as_spreadsheet(plain, tables), f"{plain}.xlsx", SPREADSHEET)
    return None


def _file(body: str | bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}, SPREADSHEET: {"schema": {}}}}
}
"""What a route that answers with `as_asked` says of its answers."""
