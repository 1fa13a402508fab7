"""The tables at the end of a simulated year, and the same as one JSON object."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rich.console import Console
from rich.table import Table

from goldenthread.england.measuring import at_percentile
from goldenthread.england.simulating import ALL, ONE, Year

MILLION = 1_000_000
MEGABYTE = 2**20
MOST_KINDS = 14


def as_json(year: Year) -> dict[str, Any]:
    """Everything measured, with nothing rounded away that a later comparison needs."""
    cpu = _cpu(year)
    events = sum(year.events.values())
    wall = sum(phase.seconds for phase in year.phases)
    return {
        "partnerships": year.size.partnerships,
        "contracts": year.size.partnerships * year.size.contracts,
        "returns": year.returns,
        "events": year.events,
        "wall_seconds": round(wall, 1),
        "wall_seconds_per_million_events": round(wall * MILLION / events),
        "cpu_seconds_per_million_events": round(sum(cpu.values()) * MILLION / events),
        "cpu_seconds": {name: round(seconds, 1) for name, seconds in cpu.items()},
        "phases": [
            {
                "name": phase.name,
                "seconds": round(phase.seconds, 1),
                "events": phase.events,
                "cpu_seconds": {k: round(v, 1) for k, v in phase.cpu.items() if v >= 0.05},
            }
            for phase in year.phases
        ],
        "requests": {
            name: {"count": kind.count, "waited_seconds": round(kind.seconds, 1)}
            for name, kind in year.kinds.items()
        },
        "memory_mb": {name: size // MEGABYTE for name, size in year.memory.items()},
        "disk_bytes": {
            name: {"events": one.events, "log": one.log, "views": one.views, "kept": one.kept}
            for name, one in year.disk.items()
        },
        "log_bytes_per_event": round(_log_bytes(year) / events),
        "log_bytes_per_return": round(_log_bytes(year) / max(1, year.returns)),
        "bytes_per_return": round(_all_bytes(year) / max(1, year.returns)),
        "funds_judged": year.funds_judged,
        "identities": year.identities,
        "reads_ms": {
            house: {
                name: {
                    f"p{percent}": round(at_percentile(seconds, percent) * 1000, 2)
                    for percent in (50, 99)
                }
                | {"samples": len(seconds)}
                for name, seconds in timed.items()
            }
            for house, timed in year.reads.items()
        },
        "p99_ratios": ratios(year, 99),
        "p50_ratios": ratios(year, 50),
    }


def ratios(year: Year, percent: float) -> dict[str, float]:
    """How much slower each read is with the whole country; nothing where there is only one."""
    if ONE not in year.reads:
        return {}
    return {
        name: round(
            at_percentile(seconds, percent) / at_percentile(year.reads[ONE][name], percent), 2
        )
        for name, seconds in year.reads[ALL].items()
    }


def _cpu(year: Year) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for phase in year.phases:
        for name, seconds in phase.cpu.items():
            total[name] += seconds
    return dict(sorted(total.items(), key=lambda pair: -pair[1]))


def _log_bytes(year: Year) -> int:
    return sum(one.log for one in year.disk.values())


def _all_bytes(year: Year) -> int:
    return sum(one.log + one.views + one.kept for one in year.disk.values())


def tell(console: Console, year: Year) -> None:
    """Prints what the year came to, what it took and where it went."""
    told = as_json(year)
    console.print(
        f"{year.size.partnerships} partnerships, {told['contracts']:,} contracts,"
        f" {year.returns:,} returns: {sum(year.events.values()):,} events"
        f" in {told['wall_seconds']:,.0f} s; for a million events"
        f" {told['wall_seconds_per_million_events']:,} s by the clock and"
        f" {told['cpu_seconds_per_million_events']:,} s of processor."
    )
    for table in (_services(year), _phases(year), _processors(year), _requests(year)):
        console.print(table)
    console.print(
        f"The logs take {told['log_bytes_per_event']:,} bytes an event and"
        f" {told['log_bytes_per_return']:,} a return; with views and all else kept"
        f" {told['bytes_per_return']:,} a return."
    )
    console.print(_reads(year))
    console.print(
        f"Nothing is parked; {year.identities} identities of {year.funds_judged} funds hold."
    )


def _services(year: Year) -> Table:
    table = Table("service", "events", "memory", "log", "views", "kept", title="By service")
    for name, count in year.events.items():
        one = year.disk[name]
        sizes = (f"{size / MEGABYTE:,.1f} MB" for size in (one.log, one.views, one.kept))
        table.add_row(name, f"{count:,}", f"{year.memory[name] // MEGABYTE} MB", *sizes)
    return table


def _phases(year: Year) -> Table:
    table = Table("part of the year", "seconds", "events", "events/s", title="By time")
    for phase in year.phases:
        rate = phase.events / phase.seconds if phase.seconds else 0.0
        table.add_row(phase.name, f"{phase.seconds:,.1f}", f"{phase.events:,}", f"{rate:,.0f}")
    return table


def _processors(year: Year) -> Table:
    table = Table("process", "seconds", "share", title="By processor time")
    cpu = _cpu(year)
    for name, seconds in cpu.items():
        table.add_row(name, f"{seconds:,.1f}", f"{seconds / sum(cpu.values()):.0%}")
    return table


def _requests(year: Year) -> Table:
    table = Table("request", "count", "mean", "share of waiting", title="By request")
    kinds = sorted(year.kinds.items(), key=lambda pair: -pair[1].seconds)
    total = sum(kind.seconds for _, kind in kinds)
    for name, kind in kinds[:MOST_KINDS]:
        mean = kind.seconds / kind.count * 1000
        table.add_row(name, f"{kind.count:,}", f"{mean:,.0f} ms", f"{kind.seconds / total:.0%}")
    return table


def _reads(year: Year) -> Table:
    table = Table("read", "house", "p50", "p99", "p99 ratio", title="Reads of the gateway")
    found = ratios(year, 99)
    for house, timed in sorted(year.reads.items()):
        for name, seconds in timed.items():
            p50, p99 = (f"{at_percentile(seconds, p) * 1000:,.1f} ms" for p in (50, 99))
            ratio = f"{found[name]:.2f}" if house == ALL and name in found else ""
            table.add_row(name, house, p50, p99, ratio)
    return table
