"""The commands of Golden Thread; each is a client of the public API or starts the house.

Nothing here knows a rule of the domain; what it asks for, anyone may ask over HTTP.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table

from goldenthread import house
from goldenthread.house import HouseFailed, Place

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Golden Thread: from any pound back to the need it serves.",
)
console = Console()

Data = Annotated[Path, typer.Option("--data", help="The folder the house keeps its things in.")]
DEFAULT_DATA = Path(".data")
STATUS_SECONDS = 5.0
REVIVE_SECONDS = 1.0


@app.command()
def up(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="The public port on 127.0.0.1 (0: any).")] = 8080,
) -> None:
    """Start all services as a sandbox and keep them running until Ctrl-C.

    Uses the embedded PostgreSQL, or the server that DATABASE_URL names.
    """
    try:
        with console.status("Starting the house …"):
            opened = house.open_house(data, port, os.environ.get("DATABASE_URL", ""))
            running = opened.__enter__()
    except HouseFailed as error:
        console.print(f"[bold]It did not start.[/bold] {error}")
        raise typer.Exit(1) from error
    console.print(f"Golden Thread is up at [bold]{running.address}[/bold]. Ctrl-C stops it.")
    try:
        keep(running)
    except KeyboardInterrupt:
        console.print("Stopping …")
    finally:
        opened.__exit__(None, None, None)


def keep(running: house.Running) -> None:
    """Keeps a house running until Ctrl-C: what has ended is started again, on record."""
    while True:
        for name in running.revive():
            console.print(f"{name} ended (see {running.place.log(name)}) and is started again.")
        time.sleep(REVIVE_SECONDS)


@app.command()
def status(data: Data = DEFAULT_DATA) -> None:
    """Show how far every service and view has come, and how much memory each process takes."""
    addresses = _found(data)
    table = Table("service", "events", "published", "lag", "parked", "due", "memory")
    bearer = house.token(Place(data), "goldenthread", "", frozenset({"operator"}))
    for service, address in addresses.items():
        response = httpx.get(
            f"{address}/v1/operations/progress",
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=STATUS_SECONDS,
        )
        at = response.json()
        lag = sum(where["head"] - where["number"] for where in at["following"])
        memory = f"{at['memory_bytes'] // 2**20} MB"
        row = (at["position"], at["publication"], lag, at["parked"], at["due"])
        table.add_row(service, *map(str, row), memory)
    console.print(table)


@app.command()
def rebuild(view: str, service: str, data: Data = DEFAULT_DATA) -> None:
    """Make a view again from the first event, beside the live one, while reads go on."""
    addresses = _found(data)
    bearer = house.token(Place(data), "goldenthread", "operator", frozenset({"operator"}))
    with console.status(f"Rebuilding {view} of {service} …"):
        response = httpx.post(
            f"{addresses[service]}/v1/operations/views/{view}/rebuild",
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=None,  # noqa: S113 - as long as the log is
        )
    if response.is_error:
        console.print(response.json()["detail"])
        raise typer.Exit(1)
    console.print(f"{view} now stands at {response.json()['number']}.")


@app.command()
def token(
    agency: str,
    role: Annotated[list[str], typer.Option(help="May be given several times.")],
    person: Annotated[str, typer.Option(help="An opaque id, never a name.")] = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Print a bearer token of the sandbox's own issuer."""
    typer.echo(house.token(Place(data), agency, person, frozenset(role)))


def _found(data: Path) -> dict[str, str]:
    try:
        return house.found(data)
    except HouseFailed as error:
        console.print(str(error))
        raise typer.Exit(1) from error
