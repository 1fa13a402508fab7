"""`python -m bench`: holds one benchmark, or all, and shows the outcome as tables or as JSON.

Law: the outcome goes to standard output, what happens meanwhile to standard error.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated

import msgspec
import structlog
import typer
import uvloop
from rich.console import Console

from bench.benches import MODULES, bench_of
from bench.ground import ground
from bench.measuring import FEWEST_ROUNDS, Report, Tally, Wanted
from bench.telling import rows, show

told = Console(stderr=True)
app = typer.Typer(add_completion=False)


@app.command()
def main(
    name: Annotated[str, typer.Argument(help=f"{', '.join(MODULES)}; without it, all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    as_rows: Annotated[bool, typer.Option("--rows", help="Rows of docs/performance.md.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each contest.")] = FEWEST_ROUNDS,
    events: Annotated[int, typer.Option(help="The largest history that is made.")] = 100_000,
    bus: Annotated[str, typer.Option(help="feed or kafka, for e2e.")] = "feed",
) -> None:
    """Measure Golden Thread beside its yardsticks on this machine. Nothing is asserted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    wanted = Wanted(rounds, events, "kafka" if bus == "kafka" else "feed")
    if name and name not in MODULES:
        raise typer.BadParameter(f"there are {', '.join(MODULES)}", param_hint="name")
    names = [name] if name else list(MODULES)
    reports = uvloop.run(hold(names, wanted))
    if as_json:
        found = reports[0] if name else {report.name: report for report in reports}
        typer.echo(msgspec.json.format(msgspec.json.encode(found)))
        return
    for report in reports:
        if as_rows:
            typer.echo("\n".join(rows(report)))
        else:
            show(report, Console())


async def hold(names: Sequence[str], wanted: Wanted) -> list[Report]:
    """The benchmarks one after another, on one ground."""
    reports: list[Report] = []
    async with ground() as place:
        for name in names:
            tally = Tally(name, wanted.rounds, told.print)
            await bench_of(name)(place, tally, wanted)
            reports.append(tally.report())
    return reports


if __name__ == "__main__":
    app()
