"""`goldenthread simulate`: a country's year in a house of its own, under a clock and a day."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from goldenthread.broker import BrokerFailed
from goldenthread.demo.stage import NotAccepted, NotAtRest
from goldenthread.england.simulating import Size, Year
from goldenthread.england.simulating import simulate as simulate_year
from goldenthread.england.telling import as_json as told_as_json
from goldenthread.england.telling import tell
from goldenthread.house import Bus, HouseFailed, is_running
from goldenthread.jars import KafkaNotToBeHad
from shared.postgres.binaries import EmbeddedPostgresError

BREAKS_OFF = (
    NotAccepted, NotAtRest, HouseFailed, EmbeddedPostgresError, BrokerFailed, KafkaNotToBeHad,
)  # fmt: skip


def simulate(
    partnerships: Annotated[int, typer.Option(min=1, max=999, help="How many.")] = 3,
    contracts: Annotated[int, typer.Option(min=1, max=2000, help="In each partnership.")] = 30,
    quarters: Annotated[int, typer.Option(min=1, max=4, help="How much of the year.")] = 4,
    data: Annotated[Path, typer.Option("--data", help="The folder to work below.")] = Path(".data"),
    port: Annotated[int, typer.Option(help="The public port on 127.0.0.1 (0: any).")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same figures.")] = 1,
    bus: Annotated[Bus, typer.Option("--bus", help="What carries events.")] = "feed",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Play a whole country's year in a house of its own, and print what it took.

    Everything comes by the public API, returns many to a request; beside it one partnership's year
    alone, so that reads can be compared. What an earlier simulation left on the folder is removed.
    """
    console = Console(stderr=as_json)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both put everything away
    size = Size(partnerships, contracts, quarters, seed)
    try:
        year = _played(console, size, _cleared(data / "simulation"), port, bus)
    except BREAKS_OFF as failed:
        console.print(f"[bold]The year broke off.[/bold] {failed}")
        raise typer.Exit(1) from failed
    except KeyboardInterrupt:
        console.print("Stopped.")
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(told_as_json(year)))
    else:
        tell(console, year)


def _played(console: Console, size: Size, folder: Path, port: int, bus: Bus) -> Year:
    material = Path(os.environ.get("GOLDENTHREAD_MATERIAL", "../shared"))
    areas = material / "reference" / "england_areas.csv"
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=console) as shown:
        day = shown.add_task("Starting the house …", total=None)

        def moved(when: str) -> None:
            shown.update(day, description=when)

        return simulate_year(size, folder, port, bus, areas, moved)


def _cleared(folder: Path) -> Path:
    """Raises HouseFailed where a simulation is running on it."""
    if is_running(folder / "country") or is_running(folder / "one"):
        raise HouseFailed(f"a simulation is running on {folder}")
    if folder.exists():
        shutil.rmtree(folder)
    return folder
