"""What an operator does with a house: hold its books against each other, keep and restore copies.

Law: over the services' own doors wherever they are open; what they cannot do is done to a house
that stands still.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from goldenthread import auditing, house
from goldenthread.finding import DEFAULT_DATA, Data, console, running_house
from goldenthread.house import Place

commands = typer.Typer()


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
