"""What a house costs: processor seconds by process, memory, disk, and how fast it can be read.

Law: what is said of a process is the kernel's word, of a table the server's; two houses are read
turn about, so that the machine's mood is the same for both.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from random import Random

import asyncpg

from goldenthread.demo.stage import NotAccepted, Person
from goldenthread.england.country import YEAR, Partnership
from goldenthread.england.speaking import Speaker
from goldenthread.house import Running

TICKS = os.sysconf("SC_CLK_TCK")
READ_SAMPLES = 300
LOG_SIZES = """
select coalesce(max(position), 0) as events,
    pg_total_relation_size('log.events') as log,
    (select coalesce(sum(pg_total_relation_size(format('views.%I', tablename)::regclass)), 0)
     from pg_tables where schemaname = 'views') as views,
    (select coalesce(sum(pg_total_relation_size(format('kept.%I', tablename)::regclass)), 0)
     from pg_tables where schemaname = 'kept') as kept
from log.events
"""


@dataclass(frozen=True)
class Disk:
    """What one service has written: its events, and the bytes of log, views and all it keeps."""

    events: int
    log: int
    views: int
    kept: int


async def disk(running: Running) -> dict[str, Disk]:
    """Sizes alone are asked of the database itself; content only ever comes by the API."""
    found: dict[str, Disk] = {}
    for service, environment in running.environments.items():
        connection = await asyncpg.connect(environment["OWNER_DATABASE_URL"])
        try:
            row = await connection.fetchrow(LOG_SIZES)
        finally:
            await connection.close()
        if row is not None:
            found[service] = Disk(row["events"], row["log"], int(row["views"]), int(row["kept"]))
    return found


def cpu_seconds(running: Running) -> dict[str, float]:
    """Processor seconds so far: of each service, of its database sessions, of this client."""
    servers = {"postgres"}  # told below, by database
    found = {n: _seconds(pid) for n, pid in running.pids().items() if n not in servers}
    found["client"] = time.process_time()
    for name, seconds in _database_seconds(running.place.postgres):
        found[name] = found.get(name, 0.0) + seconds
    return found


def _seconds(pid: int, *, of_children: bool = False) -> float:
    """The kernel's count of user and system time; nothing for a process that has gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(word) for word in words[11 : 15 if of_children else 13]) / TICKS


def _database_seconds(folder: Path) -> Iterator[tuple[str, float]]:
    """By database; what ended sessions took is with the server's own work."""
    pid_file = folder / "data" / "postmaster.pid"
    found = pid_file if pid_file.exists() else next(folder.rglob("postmaster.pid"), None)
    if found is None:
        return
    server = int(found.read_text().split()[0])
    yield "postgres itself", _seconds(server, of_children=True)
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for child in children:
        try:
            title = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        service = next((w for w in title.split() if w.startswith("goldenthread_")), "")
        name = f"postgres of {service.removeprefix('goldenthread_')}" if service else ""
        yield name or "postgres itself", _seconds(int(child))


def memory_bytes(running: Running) -> dict[str, int]:
    """Resident now, by service."""
    page = os.sysconf("SC_PAGE_SIZE")
    return {
        service: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page
        for service, pid in running.pids().items()
    }


@dataclass(frozen=True)
class Read:
    """One read of the gateway that people wait for."""

    name: str
    path: str
    who: Person
    accept: str = "application/json"


def reads(one: Partnership, contract: str) -> list[Read]:
    page = "text/html"
    return [
        Read("contract view", f"/v1/contract-views/{contract}", one.commissioner),
        Read("fund ledger", f"/v1/ledgers/{one.fund}?year={YEAR}", one.finance),
        Read("overview", "/v1/overview", one.commissioner),
        Read("report card", f"/contracts/{contract}/report-card", one.commissioner, page),
    ]


Timed = Mapping[str, list[float]]


async def read_turn_about(
    houses: Mapping[str, tuple[Speaker, list[Partnership]]], seed: int, samples: int = READ_SAMPLES
) -> dict[str, Timed]:
    """Seconds of each read in each house; every sample looks at someone else's contract."""
    for speaker, country in houses.values():
        for one in country:  # whoever reads has signed in before
            for read in reads(one, next(iter(one.signed))):
                await _read(speaker, read)
    chance = Random(seed)  # noqa: S311 - which contract is looked at
    found: dict[str, defaultdict[str, list[float]]] = {name: defaultdict(list) for name in houses}
    for _ in range(samples):
        for name in chance.sample(list(houses), len(houses)):
            speaker, country = houses[name]
            one = chance.choice(country)
            for read in reads(one, chance.choice(list(one.signed))):
                found[name][read.name].append(await _read(speaker, read))
    return {name: dict(timed) for name, timed in found.items()}


async def _read(speaker: Speaker, read: Read) -> float:
    """The seconds that one read took. Raises NotAccepted."""
    began = time.perf_counter()
    answer = await speaker.send(read.who, "GET", read.path, Accept=read.accept)
    seconds = time.perf_counter() - began
    if answer.is_error:
        raise NotAccepted(f"GET {read.path}: {answer.status_code} {answer.text}")
    return seconds


def at_percentile(seconds: list[float], percent: float) -> float:
    """The value that so many per cent are no greater than."""
    ordered = sorted(seconds)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


async def identities_hold(
    speaker: Speaker, country: list[Partnership], most: int = 10
) -> tuple[int, int]:
    """How many funds were asked, and how many of their identities were judged. Raises
    NotAccepted where one fails.
    """
    judged = 0
    asked = country[:: max(1, len(country) // most)][:most]
    for one in asked:
        at = f"/v1/ledgers/{one.fund}/identities?year={YEAR}"
        for identity in (await speaker.read(one.finance, at))["identities"]:
            if identity["holds"] is False:
                raise NotAccepted(f"{one.fund}: {identity}")
            judged += identity["holds"] is True
    return len(asked), judged
