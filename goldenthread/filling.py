"""What fills a house with what others have published: notices, areas, figures.

Law: over the public API, as anyone who may would do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import httpx
import typer

from goldenthread import house
from goldenthread.finding import DEFAULT_DATA, Data, console
from goldenthread.finding import running_house as _found
from goldenthread.house import Place
from goldenthread.importing import ImportLine, Summary
from goldenthread.importing import import_ocds as import_files
from goldenthread.reference import LoadRefused, UnknownName
from goldenthread.reference import load_reference as load_areas
from goldenthread.reference import load_series as load_figures

commands = typer.Typer()

IMPORT_SECONDS = 120.0


@commands.command()
def import_ocds(
    files: Annotated[list[Path], typer.Argument(help="OCDS release or record packages.")],
    data: Data = DEFAULT_DATA,
    short: Annotated[bool, typer.Option("--short", help="Only what did not go in.")] = False,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Take what a publisher changed as a correction.")
    ] = False,
) -> None:
    """Take real notices in, and say line by line what each became or why not."""
    addresses, place = _found(data)

    def report(line: ImportLine) -> None:
        if not short or line.outcome == "refused":
            became = line.became or f"{line.code} {line.reason}".strip()
            console.print(f"{line.file}[{line.index}] {line.ocid}: {line.outcome}, {became}")

    with console.status("Importing …"):
        summary = asyncio.run(
            import_notices(addresses["gateway"], place, files, report, corrections=corrections)
        )
    for outcome, count in sorted(summary.outcomes.items()):
        console.print(f"{outcome}: {count} releases")
    for became, count in sorted(summary.processes.items()):
        console.print(f"became {became}: {count} processes")


@commands.command()
def load_reference(folder: Path, data: Data = DEFAULT_DATA) -> None:
    """Load areas and statistical neighbours from a folder of reference data."""
    addresses, place = _found(data)
    try:
        with console.status("Loading …"):
            found, beside = asyncio.run(load_england(addresses["gateway"], place, folder))
    except (LoadRefused, UnknownName, OSError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(f"{found} areas and the neighbours of {beside} authorities.")


@commands.command()
def load_series(
    folder: Path,
    assessment: Annotated[str, typer.Option(help="An open assessment of yours.")],
    outcome: Annotated[str, typer.Option(help="The outcome the series is an indicator of.")],
    area: Annotated[str, typer.Option(help="The authority's published code.")],
    data: Data = DEFAULT_DATA,
) -> None:
    """Add a real authority's series, its neighbours' and England's, to an assessment."""
    addresses, place = _found(data)

    async def load() -> int:
        async with _client(addresses["gateway"], place, "commissioner") as client:
            return await load_figures(client, folder, assessment, outcome, area)

    try:
        with console.status("Loading …"):
            count = asyncio.run(load())
    except (LoadRefused, UnknownName, OSError) as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(f"{count} figures.")


async def import_notices(
    address: str,
    place: Place,
    files: list[Path],
    report: Callable[[ImportLine], None],
    *,
    corrections: bool = False,
) -> Summary:
    async with _client(address, place, "procurement-officer") as client:
        return await import_files(client, files, report, corrections=corrections)


async def load_england(address: str, place: Place, folder: Path) -> tuple[int, int]:
    async with _client(address, place, "commissioner") as client:
        return await load_areas(client, folder)


def _client(address: str, place: Place, role: str) -> httpx.AsyncClient:
    bearer = house.token(place, "alderbrook-council", "p-9d04", frozenset({role}))
    headers = {"Authorization": f"Bearer {bearer}"}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=IMPORT_SECONDS)
