"""A report for people: as a table at the prompt, or as the rows of `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from bench.measuring import Report, Spread

LEAST_WIDTH = 120
PARTS = ("ours", "yardsticks", "ratios")


def show(report: Report, console: Console) -> None:
    """A report as a table, at least as wide as its figures need."""
    console.width = max(console.width, LEAST_WIDTH)
    table = Table("", "what", "median", "min", "max", "unit", "goal", title=report.name)
    for part in PARTS:
        table.add_section()
        for case, found in _spreads(report, part):
            figures = (f"{each:,g}" for each in (found.median, found.min, found.max))
            table.add_row(part, case, *figures, found.unit, _goal(found))
    console.print(table)
    machine = report.machine
    console.print(
        f"{report.rounds} rounds; {machine.processor}, {machine.cores} cores,"
        f" {machine.memory_gib} GiB, Python {machine.python}, load {machine.load} at the start"
    )


def rows(report: Report) -> Iterator[str]:
    """Every figure that has a goal, as a row of a Markdown table."""
    for part in PARTS:
        for case, found in _spreads(report, part):
            if found.goal:
                spread = f"{found.median:,g} ({found.min:,g}–{found.max:,g}) {found.unit}"  # noqa: RUF001 - a range
                told = f"{found.goal.bound} {found.goal.figure:,g}"
                kept = "met" if found.met else "missed"
                yield f"| `{report.name}` | {case} | {told} | {spread} | {report.rounds} | {kept} |"


def _spreads(report: Report, part: str) -> Iterator[tuple[str, Spread]]:
    spreads: dict[str, Spread] = getattr(report, part)
    yield from spreads.items()


def _goal(found: Spread) -> str:
    if not found.goal:
        return ""
    return f"{found.goal.bound} {found.goal.figure:,g}: {'met' if found.met else 'missed'}"
