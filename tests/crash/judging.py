"""What is left after the storm, held against what was answered and against the logs themselves.

Law: each finding is a sentence; none is the only verdict that passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import msgspec

from goldenthread.demo.cast import AUDITOR
from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Stage
from goldenthread.house import SERVICES, Running
from shared.eventsourcing.events import Meta
from shared.kafka.settings import KafkaSettings
from tests.crash.bookkeeping import Line, by_root, holes, left_by, missing, twice
from tests.crash.storm import Storm
from tests.crash.topics import Heard, heard_of
from tests.journeys.playing import Played, Remembering
from tests.journeys.rebuilding import differing

YEAR = "2025-26"


@dataclass(frozen=True)
class Verdict:
    """What was found wrong, by kind."""

    lost: list[str]
    duplicated: list[str]
    parked: list[str]
    broken: list[str]
    repeated: int

    @property
    def holds(self) -> bool:
        return not (self.lost or self.duplicated or self.parked or self.broken)

    def findings(self) -> list[str]:
        kinds = ("lost", "duplicated", "parked", "broken")
        return [f"{kind}: {said}" for kind in kinds for said in getattr(self, kind)]


def summary(storm: Storm, verdict: Verdict) -> str:
    """The line by which a run is remembered."""
    kills = ", ".join(f"{name} {n}" for name, n in sorted(storm.killer.kills.items()))
    caller = storm.caller
    return (
        f"seed {storm.seed}: {storm.killer.kills.total()} kills ({kills}) in {storm.seconds:.0f} s,"
        f" {caller.requests} requests, {caller.unheard} unheard, {len(caller.accepted)} accepted,"
        f" {len(storm.made)} journeys made, {storm.left_out} left out; lost {len(verdict.lost)},"
        f" duplicated {len(verdict.duplicated)}, parked {len(verdict.parked)},"
        f" broken {len(verdict.broken)}; {verdict.repeated} records twice on their topics"
    )


def judge(storm: Storm) -> Verdict:
    """Waits for rest, then asks everything that can be asked. Raises NotAtRest."""
    storm.stage.settle()
    lines = [line for name in SERVICES for line in asyncio.run(_log(storm.running, name))]
    lost, surplus = _against_peace(storm, lines)
    broken = [
        *storm.broken,
        *(hole for name in SERVICES for hole in holes(name, lines)),
        *_books(storm),
        *_refusals(storm),
    ]
    broken += [f"{name} is not the fold of its log" for name in _views(storm)]
    topics = asyncio.run(_topics(storm.running, lines))
    broken += [f"topic of {name}: {hole}" for name, heard in topics.items() for hole in heard.holes]
    return Verdict(
        lost=[*missing(storm.caller.accepted, lines), *lost],
        duplicated=[*twice(storm.caller.accepted, lines), *storm.differing, *surplus],
        parked=list(_parked(storm.stage)),
        broken=broken,
        repeated=sum(heard.repeated for heard in topics.values()),
    )


async def _log(running: Running, service: str) -> list[Line]:
    connection = await asyncpg.connect(running.environments[service]["OWNER_DATABASE_URL"])
    try:
        found = await connection.fetch(
            "select position, publication, type, event_id, command_id, meta"
            " from log.events order by position"
        )
    finally:
        await connection.close()
    return [
        Line(service, *row[:5], cause=msgspec.json.decode(row[5], type=Meta).cause) for row in found
    ]


async def _topics(running: Running, lines: list[Line]) -> dict[str, Heard]:
    """Every topic, where there is a broker; the gateway decides nothing and has none."""
    if running.broker is None:
        return {}
    cell = running.environments["needs"].get("KAFKA_CELL", "local")
    settings = KafkaSettings(bootstrap=running.broker.bootstrap, cell=cell)
    return {name: await heard_of(settings, name, lines) for name in SERVICES if name != "gateway"}


def _against_peace(storm: Storm, lines: list[Line]) -> tuple[list[str], list[str]]:
    """What a journey under fire left too little of and too much, beside one made in peace."""
    roots = by_root(lines)
    peaceful = {kind: left_by(made.commands, roots) for kind, made in storm.peaceful.items()}
    lost: list[str] = []
    surplus: list[str] = []
    for kind, journey in storm.made:
        left = left_by(journey.commands, roots)
        lost += [f"{kind} {journey.name}: {e}" for e in (peaceful[kind] - left).elements()]
        surplus += [f"{kind} {journey.name}: {e}" for e in (left - peaceful[kind]).elements()]
    return lost, surplus


def _books(storm: Storm) -> Iterator[str]:
    """Every fund's identities, and its trial balance."""
    for fund in _funds(storm.stage):
        at = f"/v1/ledgers/{fund}"
        found = storm.stage.read(AUDITOR, f"{at}/identities?year={YEAR}")["identities"]
        for identity in found:
            if identity["holds"] is False:
                yield f"{fund}: {identity}"
        if not any(identity["holds"] for identity in found):
            yield f"{fund}: no identity could be judged"


def _funds(stage: Stage) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = stage.read(AUDITOR, f"/v1/funds?limit=500&after={after}")
        found += [row["fund"] for row in page["items"]]
        if not (after := page["next"] or ""):
            return sorted(set(found))


def _parked(stage: Stage) -> Iterator[str]:
    for service, at in stage.progress().items():
        if at["parked"] or at["due"]:
            yield f"{service}: {at['parked']} parked, {at['due']} due"
        for where in at["following"]:
            if where["stopped"]:
                yield f"{where['subscriber']} of {service}: {where['stopped']}"


def _refusals(storm: Storm) -> Iterator[str]:
    """What reactions and deadlines asked for in vain: here there is nothing that may be."""
    with httpx.Client(timeout=60) as client:
        played = _played(storm, client)
        for service in SERVICES:
            for refused in played.operated(service, "GET", "refusals").json():
                yield f"{service} refused {refused}"


def _views(storm: Storm) -> list[str]:
    with httpx.Client(timeout=600) as client:
        return differing(_played(storm, client))


def _played(storm: Storm, client: httpx.Client) -> Played:
    """The house as the journeys' own questions are put to it; no story was told here."""
    stage: Any = Remembering(storm.running.addresses, storm.running.place)
    return Played(storm.running, stage, Story(stage), client)
