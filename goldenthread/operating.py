"""What an operator does with a house: hold its books against each other, keep and restore copies.

Law: over the services' own doors wherever they are open; what they cannot do is done to a house
that stands still.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import asyncpg
import httpx
import msgspec
import typer

from goldenthread import auditing, house
from goldenthread.accepting import NotTaken, Outcome, accept
from goldenthread.backup import BadBackup
from goldenthread.backup import backup as make_backup
from goldenthread.databases import ProgramFailed, server_of
from goldenthread.finding import DEFAULT_DATA, Data, console, running_house
from goldenthread.house import SERVICES, HouseFailed, Place
from goldenthread.restoring import Restored, StillRunning
from goldenthread.restoring import restore as put_in_place
from shared.postgres.binaries import EmbeddedPostgresError
from shared.postgres.migrating import MigrationFailed

commands = typer.Typer()

Services = Annotated[
    list[str] | None, typer.Option("--service", help="Only this one; may be given several times.")
]
NOT_DONE = (
    BadBackup,
    ProgramFailed,
    StillRunning,
    MigrationFailed,
    HouseFailed,
    EmbeddedPostgresError,
    asyncpg.PostgresError,
    OSError,
)


def _bearer(place: Place) -> str:
    return house.token(place, "goldenthread", "operator", frozenset({"operator"}))


@commands.command()
def audit(
    data: Data = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Ask of every event whether every service that hears it has gone through it.

    Exits with 1 where one has not or hears no more, with 2 where a service does not answer.
    """
    addresses, place = running_house(data)
    report = auditing.audit(addresses, _bearer(place))
    if as_json:
        typer.echo(msgspec.json.encode(report).decode())
    else:
        auditing.tell(console, report)
    raise typer.Exit(report.exit_code)


@commands.command()
def backup(folder: Path, data: Data = DEFAULT_DATA, service: Services = None) -> None:
    """Write a copy of the services' databases to a new folder, while the house runs or not.

    Of the embedded PostgreSQL, or of the server that DATABASE_URL names. The copy holds texts:
    keep it as closed as the house, and no longer than a text may outlive its erasing.
    """
    chosen = _chosen(service)
    try:
        place = _place(data / "demo" if house.is_running(data / "demo") else data)
        if not _given() and not place.postgres.exists():
            raise HouseFailed(f"there is no house on {data}")
        with server_of(place, _given()) as server, console.status("Copying …"):
            manifest = make_backup(server, chosen, folder)
    except NOT_DONE as error:
        raise _not_done("No copy was made", error) from error
    for name, dump in manifest.services.items():
        console.print(f"{name}: {dump.position} events, {dump.bytes:,} bytes")
    for one in manifest.ahead:
        console.print(f"[bold]Ahead of its source in this copy:[/bold] {one}")
    console.print(f"The copy of {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC is in {folder}.")


@commands.command()
def restore(folder: Path, data: Data = DEFAULT_DATA, service: Services = None) -> None:
    """Put a copy in the place of the present databases. The house must stand still.

    Each restored log begins a new epoch, so that everyone who hears it notices.
    """
    place, given = _place(data), _given()
    try:
        with (
            house.held(place.folder),
            server_of(place, given) as server,
            console.status("Restoring …"),
        ):
            chosen = _chosen(service) if service else ()
            manifest, restored = put_in_place(server, folder, chosen, logins=not given)
    except NOT_DONE as error:
        raise _not_done("Not everything was restored", error) from error
    for one in restored:
        _tell_restored(one)
    console.print(
        f"The house is as it was at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC in these services."
        ' Next: `goldenthread up`, then `goldenthread accept-restore --reason "…"`, which lets'
        " everyone go on who was ahead, and lists what lost its cause; then `goldenthread audit`."
    )


def _tell_restored(one: Restored) -> None:
    console.print(
        f"{one.service}: {one.position} events, {one.publication} published;"
        f" epoch {one.epoch} begins."
    )
    if one.erased is None:
        console.print(
            "  The database before it could not be asked which texts were erased since the copy was"
            " made: whoever has that on record must have them erased again."
        )
    for text in one.erased or ():
        console.print(f"  text {text} was erased since, and is erased again")


@commands.command()
def accept_restore(
    reason: Annotated[str, typer.Option(help="Why the restored logs are taken as they are.")],
    data: Data = DEFAULT_DATA,
) -> None:
    """Let all services go on after a restore, and list the effects whose cause is gone."""
    addresses, place = running_house(data)
    try:
        with console.status("Taking the restored logs as they are …"):
            outcome = accept(addresses, _bearer(place), reason)
    except (NotTaken, httpx.HTTPError) as error:
        raise _not_done("Not everyone goes on", error) from error
    _tell_outcome(outcome)


def _tell_outcome(outcome: Outcome) -> None:
    for line in outcome.put_back:
        console.print(line)
    for view in outcome.rebuilt:
        console.print(f"{view} was rebuilt")
    for one in outcome.orphans:
        console.print(
            f"without a cause in {one.source}: {one.type} ({one.stream} version {one.version} in"
            f" {one.service}, by {one.reaction})"
        )
    console.print(
        f"{len(outcome.orphans)} effects have lost their cause; people decide about each."
        if outcome.orphans
        else "No effect has lost its cause."
    )


def _given() -> str:
    return os.environ.get("DATABASE_URL", "")


def _place(data: Path) -> Place:
    """The house on the folder, or else the demonstration's below it."""
    below = data / "demo"
    return Place(below if not Place(data).postgres.exists() and below.exists() else data)


def _chosen(services: list[str] | None) -> list[str]:
    """The services named, all where none is. Ends the command for one that is none."""
    if unknown := sorted(set(services or ()) - set(SERVICES)):
        console.print(
            f"There is no service {', '.join(unknown)}; there are: {', '.join(SERVICES)}."
        )
        raise typer.Exit(1)
    return [*(services or SERVICES)]


def _not_done(what: str, error: Exception) -> typer.Exit:
    console.print(f"[bold]{what}.[/bold] {error}")
    return typer.Exit(1)
