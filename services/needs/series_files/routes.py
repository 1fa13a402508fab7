"""The door by which a file of figures comes into an assessment: tried first, then taken whole.

Law: with one cell wrong nothing of a file is taken, and every wrong cell is told by row and column.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import BaseModel

from services.needs.areas.beside import Gazetteer
from services.needs.areas.routes import AREA_SET, AreaSets
from services.needs.areas.views import AreaSetRow
from services.needs.assessments.commands import RecordSeries
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.routes import Assessments, Series, Writer
from services.needs.series_files.cells import Fault as Wrong
from services.needs.series_files.layouts import Asked, Layout, Read, layout_of, read
from services.needs.series_files.tables import FileUnreadable, Table, read_table
from shared.eventsourcing.commands import Invalid, Missing
from shared.http.bodies import Id
from shared.http.handling import Handling
from shared.http.problems import Fault
from shared.http.routing import Router

router = Router(prefix="/v1/assessments", tags=["assessments"])

MOST_FAULTS = 200
Column = Annotated[str, Query(max_length=100)]
BODY = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FigureWrong(BaseModel):
    """A wrong cell: its row (the heading is 1), its column, a code and a sentence."""

    row: int
    column: str
    code: str
    detail: str


class FileRead(BaseModel):
    """What became of a file. `by_status` keeps given, missing, suppressed and so on apart;
    `left_out` counts the rows not taken by the reason why.
    """

    id: str
    version: int
    taken: bool
    layout: Layout
    rows: int
    figures: int
    by_status: dict[str, int]
    left_out: dict[str, int]
    value_column: str
    base_column: str
    problems: list[FigureWrong]
    problems_in_all: int


class LayoutUnknown(Invalid):
    """The first line names area, period and value, or is that of a form we know; see the page."""

    code = "layout-unknown"


class ColumnMissing(Invalid):
    """The file has no column of this name."""

    code = "column-missing"


class NothingInFile(Invalid):
    """No row of the file is of this indicator's area or those it is compared with."""

    code = "nothing-to-take"


class RowsWrong(Invalid):
    """Some cells cannot be read; nothing was taken."""

    code = "series-file-has-errors"

    def __init__(self, wrong: tuple[Wrong, ...]) -> None:
        super().__init__(f"{len(wrong)} cells cannot be read; nothing was taken.")
        self.faults = [
            Fault(code=one.code, pointer=f"/file/{one.row}/{one.column}", detail=one.detail)
            for one in wrong[:MOST_FAULTS]
        ]


@router.post("/{assessment}/indicators/{indicator}/file", status_code=201, openapi_extra=BODY)
async def take_series_file(
    request: Request,
    assessment: Id,
    indicator: Id,
    assessments: Assessments,
    series: Series,
    sets: AreaSets,
    handle: Handling,
    actor: Writer,
    value: Column = "",
    base: Column = "",
    period: Annotated[str, Query(max_length=13)] = "",
    areas: Literal["beside", "all"] = "beside",
    dry_run: bool = False,
) -> FileRead:
    """Take an indicator's figures from a CSV file, all or none; the body is the file itself.

    Columns: `area`, `period`, `value`, and where wanted `status`, `unit`, `breakdown`, `group`,
    `base`; or those of the Department for Education's open data or of the Office for National
    Statistics' population by age and sex. `value` and `base` name the columns of a file with
    many. Of published files only the indicator's area and those it is compared with are taken,
    unless `areas=all`. 409: unknown-indicator, assessment-published. 422: file-unreadable,
    file-cut-short, too-large, layout-unknown, column-missing, nothing-to-take, and
    series-file-has-errors with each wrong cell at `/file/{row}/{column}`.
    """
    row, found = await assessments.get(assessment), await series.get(indicator)
    if row is None or found is None or found.assessment != assessment:
        raise Missing
    content = await request.body()
    known = await sets.get(AREA_SET) or AreaSetRow()
    asked = Asked(
        unit=found.unit, area=found.area, age_bands=row.age_bands, value=value, base=base,
        period=period, everywhere=areas == "all",
    )  # fmt: skip
    told = await asyncio.to_thread(_read, content, asked, known)
    if dry_run:
        return _told(told, indicator, row.version, taken=False)
    if told.faults:
        raise RowsWrong(told.faults)
    if not told.figures:
        raise NothingInFile
    command = RecordSeries(
        indicator=indicator, figures=told.figures, layout=told.layout, now=handle.now()
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return _told(told, accepted.id, accepted.version, taken=True)


def _read(content: bytes, asked: Asked, known: AreaSetRow) -> Read:
    """Refuses: FileUnreadable, FileCutShort, FileTooLarge, LayoutUnknown, ColumnMissing."""
    if not content:
        raise FileUnreadable
    table = read_table(content)
    layout = layout_of(table)
    if layout is None:
        raise LayoutUnknown
    _named(table, asked)
    return read(table, layout, asked, Gazetteer(known.areas, known.neighbours))


def _named(table: Table, asked: Asked) -> None:
    for name, column in (("value", asked.value), ("base", asked.base)):
        if column and column.lower() not in table.columns:
            raise ColumnMissing(pointer=f"/query/{name}")


def _told(told: Read, id: str, version: int, *, taken: bool) -> FileRead:
    return FileRead(
        id=id, version=version, taken=taken, layout=told.layout, rows=told.rows,
        figures=len(told.figures), by_status={str(k): n for k, n in told.by_status().items()},
        left_out=told.left_out, value_column=told.value_column, base_column=told.base_column,
        problems=[
            FigureWrong(row=one.row, column=one.column, code=one.code, detail=one.detail)
            for one in told.faults[:MOST_FAULTS]
        ],
        problems_in_all=len(told.faults),
    )  # fmt: skip
