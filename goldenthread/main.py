"""The commands of Golden Thread; each is a client of the public API or starts the house.

Nothing here knows a rule of the domain; what it asks for, anyone may ask over HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from goldenthread import house
from goldenthread.broker import BrokerFailed, serve
from goldenthread.charting import commands as charting
from goldenthread.demo.playing import Ending, play
from goldenthread.demo.stage import NotAccepted, NotAtRest, Stage
from goldenthread.demo.story import ACTS, Act
from goldenthread.demo.telling import tell
from goldenthread.england.command import simulate
from goldenthread.filling import commands as filling
from goldenthread.filling import import_notices, load_england
from goldenthread.finding import DEFAULT_DATA, Data, console
from goldenthread.finding import running_house as _found
from goldenthread.house import HouseFailed
from goldenthread.jars import KafkaNotToBeHad, get_kafka
from goldenthread.operating import commands as operating
from goldenthread.proving import commands as proving
from goldenthread.screenshots import NoBrowser, take
from shared.http.permissions import ROLES
from shared.postgres.binaries import EmbeddedPostgresError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Golden Thread: from any pound back to the need it serves.",
)
app.add_typer(filling)
app.add_typer(operating)
app.add_typer(proving)
app.add_typer(charting)
app.command()(simulate)

UseBus = Annotated[
    house.Bus, typer.Option("--bus", help="What carries events from service to service.")
]
DOES_NOT_START = (HouseFailed, EmbeddedPostgresError, BrokerFailed, KafkaNotToBeHad)
STATUS_SECONDS = 5.0
REVIVE_SECONDS = 1.0


@app.command()
def up(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="The public port on 127.0.0.1 (0: any).")] = 8080,
    bus: UseBus = "feed",
) -> None:
    """Start all services as a sandbox and keep them running until Ctrl-C.

    Uses the embedded PostgreSQL, or the server that DATABASE_URL names; over Kafka a node of its
    own, or the cluster that KAFKA_BOOTSTRAP names.
    """
    with _opened(data, port, bus, console) as running:
        console.print(f"Golden Thread is up at [bold]{running.address}[/bold]. Ctrl-C stops it.")
        keep(running)


@contextmanager
def _opened(data: Path, port: int, bus: house.Bus, told: Console) -> Generator[house.Running]:
    """A house in operation; says so when it stops, and why it did not start."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        with told.status("Starting the house …"):
            database, kafka = (os.environ.get(n, "") for n in ("DATABASE_URL", "KAFKA_BOOTSTRAP"))
            opened = house.open_house(data, port, database, bus, kafka)
            running = opened.__enter__()
    except DOES_NOT_START as error:
        told.print(f"[bold]It did not start.[/bold] {error}")
        raise typer.Exit(1) from error
    try:
        yield running
    except KeyboardInterrupt:
        told.print("Stopping …")
    finally:
        opened.__exit__(None, None, None)


def _interrupted(_signal: int, _frame: object) -> None:
    """What asks this process to end is answered as Ctrl-C is: everything is put away."""
    raise KeyboardInterrupt


def keep(running: house.Running) -> None:
    """Keeps a house running until Ctrl-C: what has ended is started again, on record."""
    while True:
        for name in running.revive():
            console.print(f"{name} ended (see {running.place.log(name)}) and is started again.")
        time.sleep(REVIVE_SECONDS)


@app.command()
def kafka(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="Its port on 127.0.0.1 (0: any).")] = 9092,
    only_fetch: Annotated[
        bool, typer.Option("--only-fetch", help="Get the jars and start nothing.")
    ] = False,
) -> None:
    """Run one node of Apache Kafka until Ctrl-C, and print its address.

    Its jars are downloaded by Maven on first use. Exits with 69 where they or Java are not to be
    had.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        found = get_kafka()
        if not only_fetch:
            serve(data / "kafka", found, port, typer.echo)
    except (BrokerFailed, KafkaNotToBeHad) as error:
        typer.echo(str(error))
        not_to_be_had = isinstance(error, KafkaNotToBeHad)
        raise typer.Exit(os.EX_UNAVAILABLE if not_to_be_had else 1) from error
    except KeyboardInterrupt:
        console.print("Stopping …")


@app.command()
def status(data: Data = DEFAULT_DATA) -> None:
    """Show how far every service and view has come, and how much memory each process takes."""
    addresses, place = _found(data)
    table = Table("service", "events", "published", "lag", "parked", "due", "memory")
    bearer = house.token(place, "goldenthread", "", frozenset({"operator"}))
    for service, address in addresses.items():
        try:
            response = httpx.get(
                f"{address}/v1/operations/progress",
                headers={"Authorization": f"Bearer {bearer}"},
                timeout=STATUS_SECONDS,
            )
        except httpx.HTTPError:
            table.add_row(service, "does not answer")
            continue
        at = response.json()
        lag = sum(where["head"] - where["number"] for where in at["following"])
        memory = f"{at['memory_bytes'] // 2**20} MB"
        row = (at["position"], at["publication"], lag, at["parked"], at["due"])
        table.add_row(service, *map(str, row), memory)
    console.print(table)


@app.command()
def rebuild(view: str, service: str, data: Data = DEFAULT_DATA) -> None:
    """Make a view again from the first event, beside the live one, while reads go on."""
    addresses, place = _found(data)
    if service not in addresses:
        console.print(f"There is no service {service!r}; there are: {', '.join(addresses)}.")
        raise typer.Exit(1)
    bearer = house.token(place, "goldenthread", "operator", frozenset({"operator"}))
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
    """Print a bearer token of the running sandbox's own issuer."""
    _, place = _found(data)
    if unknown := sorted(set(role) - ROLES.keys()):
        console.print(f"There is no role {', '.join(unknown)}; there are: {', '.join(ROLES)}.")
        raise typer.Exit(1)
    typer.echo(house.token(place, agency, person, frozenset(role)))


@app.command()
def demo(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="The public port on 127.0.0.1 (0: any).")] = 8080,
    once: Annotated[bool, typer.Option(help="Stop when it has been told.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ending as JSON.")] = False,
    bus: UseBus = "feed",
) -> None:
    """Play two years of a made-up partnership through the public API, and stay up.

    The story begins on an empty house: what an earlier demonstration left on the folder is
    removed. Exits with 1 if any identity of the books fails.
    """
    told = Console(stderr=True) if as_json else console
    ending: Ending | None = None
    with _opened(_cleared(data), port, bus, told) as running:
        _real_input(running, told)
        ending = _played(running, told, _material() / "reference")
        if as_json:
            typer.echo(json.dumps(ending.as_json(), default=str))
        else:
            tell(told, ending, running.address)
        if not once:
            told.print("\nIt stays up. Ctrl-C stops it.")
            keep(running)
    raise typer.Exit(0 if ending.holds else 1)


def _cleared(data: Path) -> Path:
    """A folder of the demonstration's own below the data folder, empty."""
    folder = data / "demo"
    if house.is_running(folder):
        console.print(f"[bold]It did not start.[/bold] A house is already running on {folder}.")
        raise typer.Exit(1)
    if folder.exists():
        shutil.rmtree(folder)
    return folder


def _played(running: house.Running, told: Console, reference: Path) -> Ending:
    """Plays the story under a progress bar."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=told
    ) as progress:
        bar = progress.add_task("", total=len(ACTS))
        day = progress.add_task("", total=None)

        def began(n: int, act: Act) -> None:
            progress.update(bar, completed=n, description=act.name)

        stage = Stage(
            running.addresses,
            running.place,
            heard=lambda when: progress.update(day, description=when),
        )
        try:
            ending = play(stage, began, reference if reference.is_dir() else None)
        except (NotAccepted, NotAtRest) as error:
            told.print(f"[bold]The story broke off.[/bold] {error}")
            raise typer.Exit(1) from error
        finally:
            stage.close()
        progress.update(bar, completed=len(ACTS), description="The second year is closed")
    return ending


def _material() -> Path:
    return Path(os.environ.get("GOLDENTHREAD_MATERIAL", "../shared"))


def _real_input(running: house.Running, told: Console) -> None:
    """Real notices and reference data beside the story, where their files are at hand."""
    material = _material()
    if not (material / "ocds" / "releases").is_dir():
        told.print("No real notices at hand (GOLDENTHREAD_MATERIAL names their folder).")
        return
    files = sorted((material / "ocds" / "releases").glob("*.json"))
    with told.status("Taking real notices and areas in …"):
        summary = asyncio.run(import_notices(running.address, running.place, files, lambda _: None))
        loaded = asyncio.run(load_england(running.address, running.place, material / "reference"))
    told.print(
        f"{sum(summary.processes.values())} real procurement processes"
        f" and {loaded[0]} areas stand beside the story."
    )


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def bench(context: typer.Context) -> None:
    """Measure speed and memory beside yardsticks; `bench --help` says what there is.

    Needs the repository with its development dependencies: benchmarks are not installed.
    """
    repository = Path(__file__).resolve().parent.parent
    if not (repository / "bench").is_dir():
        console.print("The benchmarks are not here; they come with the repository.")
        raise typer.Exit(1)
    ended = subprocess.run([sys.executable, "-m", "bench", *context.args], cwd=repository)
    raise typer.Exit(ended.returncode)


@app.command()
def screenshots(folder: Path, data: Data = DEFAULT_DATA) -> None:
    """Take pictures of the running demonstration's main pages, wide and narrow."""
    addresses, _ = _found(data)
    try:
        with console.status("Taking pictures …"):
            taken = take(addresses["gateway"], folder)
    except NoBrowser as error:
        console.print(str(error))
        raise typer.Exit(1) from error
    console.print(f"{len(taken)} pictures in {folder}.")
