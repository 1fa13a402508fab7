"""Finds the house that a command is about, by the folder it keeps its things in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from goldenthread import house
from goldenthread.house import HouseFailed, Place

Data = Annotated[Path, typer.Option("--data", help="The folder the house keeps its things in.")]
DEFAULT_DATA = Path(".data")
console = Console()


def running_house(data: Path) -> tuple[dict[str, str], Place]:
    """The addresses of the house running on a folder, or else of the demonstration's below it.

    Ends the command, saying so, where there is none.
    """
    folder = data if house.is_running(data) else data / "demo"
    try:
        return house.found(folder if house.is_running(folder) else data), Place(folder)
    except HouseFailed as error:
        console.print(str(error))
        raise typer.Exit(1) from error
