"""`goldenthread xmr`: a file of values judged and drawn as an XmR chart, without any house.

Law: a file that cannot be read whole is refused with a code and its row; nothing is guessed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from shared.charts import processes
from shared.charts.answers import process, told
from shared.charts.drawing import svg
from shared.charts.frames import Unit
from shared.charts.xmr import Chart, Improvement, Point, Unchartable, chart, ordered

commands = typer.Typer()

MOST_ROWS = 10_000
MOST_BYTES = 2_000_000
LONGEST_LABEL = 40
COLUMNS = ({"period", "value"}, {"period", "value", "target"})


@commands.command()
def xmr(
    file: Annotated[Path, typer.Argument(help="A CSV file: period,value[,target].")],
    direction: Annotated[
        Literal["higher", "lower", "neutral"], typer.Option(help="Which way is better.")
    ] = "neutral",
    target: Annotated[str, typer.Option(help="Where a row has none of its own.")] = "",
    rebase: Annotated[
        list[str] | None, typer.Option(help="A period that starts a group; may be repeated.")
    ] = None,
    baseline: Annotated[
        int | None, typer.Option(help="First points of a group that set its limits, 12 or more.")
    ] = None,
    title: Annotated[str, typer.Option(help="What the drawing is called.")] = "",
    unit: Annotated[
        Literal["number", "percent", "days", "score", "pence"], typer.Option(help="Of the axis.")
    ] = "number",
    to: Annotated[Path | None, typer.Option("--svg", help="Write the chart to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of a table.")] = False,
) -> None:
    """Judge a series by the rules of an XmR chart: limits, special causes, the two icons.

    Exits with 2 and a code where the file or an option cannot be right.
    """
    try:
        aim = number(target, "the option --target") if target else None
        found = judged(file, direction, aim, rebase or [], baseline)
        if to is not None:
            _write(to, found, title or file.stem, unit)
    except Unchartable as error:
        typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(told(found), indent=2))
    else:
        show(found, Console(soft_wrap=True))


def judged(
    file: Path,
    direction: Improvement,
    target: Decimal | None,
    rebases: list[str],
    baseline: int | None,
) -> Chart:
    """Raises Unchartable, for the file too: not-readable, too-large, not-utf-8, wrong-columns,
    row-too-long, label-missing, label-too-long, not-a-number, too-many-rows.
    """
    points = ordered(read(file))
    return chart(points, direction, target=target, rebases=rebases, baseline=baseline)


def read(file: Path) -> Iterator[Point]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unchartable("too-large", f"A file has at most {MOST_BYTES:,} bytes.")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unchartable("not-readable", f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unchartable("not-utf-8", f"{file} is not a text in UTF-8.") from error
    rows = csv.DictReader(text.splitlines(), strict=True)
    try:
        if set(rows.fieldnames or ()) not in COLUMNS:
            raise Unchartable("wrong-columns", "The columns are period,value or +target.")
        for place, row in enumerate(rows, 2):
            if place > MOST_ROWS + 1:
                raise Unchartable("too-many-rows", f"A file has at most {MOST_ROWS:,} rows.")
            yield _point(row, place)
    except csv.Error as error:
        raise Unchartable("not-csv", f"Row {rows.line_num}: {error}.") from error


def _point(row: dict[str | None, str | list[str] | None], place: int) -> Point:
    cells = {name: cell for name, cell in row.items() if isinstance(cell, str)}
    if None in row:
        raise Unchartable("row-too-long", f"Row {place} has more cells than columns.")
    label = cells.get("period", "").strip()
    if not label:
        raise Unchartable("label-missing", f"Row {place} has no period.")
    if len(label) > LONGEST_LABEL:
        raise Unchartable("label-too-long", f"Row {place}: at most {LONGEST_LABEL} characters.")
    value, target = (cells.get(name, "").strip() for name in ("value", "target"))
    return Point(
        label,
        number(value, f"row {place}, value") if value else None,
        number(target, f"row {place}, target") if target else None,
    )


def number(text: str, where: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise Unchartable("not-a-number", f"No number in {where}.") from error
    if not found.is_finite():
        raise Unchartable("not-a-number", f"No number in {where}.")
    return found


def _write(to: Path, found: Chart, title: str, unit: Unit) -> None:
    drawing = svg(processes.wide(process(found, title, unit)), "xmr")
    try:
        to.write_text(drawing, encoding="utf-8")
    except OSError as error:
        raise Unchartable("not-writable", f"{to} cannot be written: {error.strerror}.") from error


def show(found: Chart, console: Console) -> None:
    """A row by point, then limits, icons and warnings in words."""
    table = Table("period", "value", "target", "group", "rule", "meaning")
    for one in found.points:
        table.add_row(
            one.label,
            "" if one.value is None else str(one.value),
            "" if one.target is None else str(one.target),
            str(one.group + 1),
            one.rule,
            one.meaning,
        )
    console.print(table)
    content = told(found)
    for place, group in enumerate(content["groups"], 1):
        limits = f"{group['lower']} to {group['upper']}" if group["lower"] else "none"
        console.print(f"Group {place}: mean {group['mean'] or 'none'}, limits {limits}")
    console.print(f"Variation: {content['variation']['said']}")
    console.print(f"Assurance: {content['assurance']['said']}")
    for warning in content["warnings"]:
        console.print(f"{warning['code']}: {warning['detail']}")
