"""Reads the public record: releases in order, one process, every process.

Law: a release whose process is not known yet, or whose figures are not decided yet, waits, and what
its source published after it waits with it, so that whoever follows the record misses nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from services.gateway.contract_views.reading import leaving, measures_agreed
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS
from services.gateway.public_record.agreed import AGREED, AgreedRow
from services.gateway.public_record.chosen import CHOSEN, ChosenRow
from services.gateway.public_record.delivered import DELIVERED, DeliveredRow
from services.gateway.public_record.joining import Directory, Process, directory_of, joined, waits
from services.gateway.public_record.lines import ReleaseLine
from services.gateway.public_record.pieces import Json
from services.gateway.public_record.planned import PLANNED
from services.gateway.public_record.views import PARTNERS, PROVIDERS, RELEASES
from shared.disclosure.deciding import Decisions
from shared.eventsourcing.remembered import Remembered
from shared.eventsourcing.view_store import Emitted, ViewStore

PROCESSES_AT_ONCE = 500
Place = tuple[int, ...]
"""How far a reader has come in each log, in the order of `dating.SOURCES`."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a process beside its releases."""

    chosen: ChosenRow | None
    agreed: tuple[AgreedRow, ...] = ()
    delivered: tuple[DeliveredRow, ...] = ()


class Shelves(Protocol):
    """Where the views of the record are, such as a running house."""

    @property
    def stores(self) -> Mapping[str, ViewStore[Any]]: ...

    def remembered(self, view: str) -> Remembered[Any]: ...


class Record:
    """The public record of one house."""

    def __init__(self, house: Shelves, prefix: str) -> None:
        self._house = house
        self._prefix = prefix
        stores = house.stores
        self._planned: ViewStore[Any] = stores[PLANNED.name]
        self._chosen: ViewStore[ChosenRow] = stores[CHOSEN.name]
        self._agreed: ViewStore[AgreedRow] = stores[AGREED.name]
        self._delivered: ViewStore[DeliveredRow] = stores[DELIVERED.name]
        self._contracts: ViewStore[Any] = stores[CONTRACT_FACTS.name]
        self._monitored: ViewStore[Any] = stores[MONITORING_FACTS.name]

    async def releases_after(self, place: Place, limit: int) -> tuple[list[Json], Place]:
        """Up to `limit` releases from a place on, by date but each log in its own order; and the
        place after them.
        """
        found = [
            await self._house.stores[view.name].in_order(after, limit)
            for view, after in zip(RELEASES, place, strict=True)
        ]
        whose = await self._processes([line for source in found for line in source])
        ready = [list(_until_one_waits(source, whose)) for source in found]
        directory = await self._directory()
        at = list(place)
        releases: list[Json] = []
        heads = [0] * len(ready)
        while len(releases) < limit and (left := _left(ready, heads)):
            source = min(left, key=lambda n: ready[n][heads[n]].content.date)
            emitted = ready[source][heads[source]]
            line: ReleaseLine = emitted.content
            heads[source] += 1
            at[source] = emitted.number
            releases.append(joined(line, whose[line.subject], directory, self._prefix))
        return releases, tuple(at)

    async def heads(self) -> Place:
        """The number of the last event of each log that made a release; and, of those of contracts
        and monitoring, how far they are known to what decides of figures.
        """
        found = [
            await self._house.stores[view.name].in_order(limit=1, latest_first=True)
            for view in RELEASES
        ]
        last = [lines[0].number if lines else 0 for lines in found]
        known = [
            (await store.checkpoint(store.view.source)).number
            for store in (self._contracts, self._monitored)
        ]
        return (*last, *map(min, last[2:], known))

    async def latest(self, limit: int) -> list[Json]:
        """The latest releases, the newest first."""
        found = [
            await self._house.stores[view.name].in_order(limit=limit, latest_first=True)
            for view in RELEASES
        ]
        lines = [one for source in found for one in source]
        whose = await self._processes(lines)
        directory = await self._directory()
        ready = [one.content for one in lines if _is_ready(one.content, whose)]
        ready.sort(key=lambda line: line.date, reverse=True)
        return [
            joined(line, whose[line.subject], directory, self._prefix) for line in ready[:limit]
        ]

    async def process(self, subject: str) -> list[Json]:
        """All releases of a process by date; none where nothing is public of it."""
        if subject.partition("/")[0] in ("tender", "award"):
            row = await self._chosen.get(subject)
            found = await self._with_contracts({subject: row}) if row else {}
        else:
            found = {subject: await self._planned.lines(subject)}
            found = {
                key: [(line, Process(subject=key)) for line in of] for key, of in found.items()
            }
        directory = await self._directory()
        return self._joined(found.get(subject, ()), directory)

    async def facts(self, subject: str) -> Facts:
        """What the duties of a process follow from. For a tender or an award."""
        row = await self._chosen.get(subject)
        if row is None or not row.award:
            return Facts(chosen=row)
        agreed = await self._agreed.holding("award", [row.award])
        delivered = await self._delivered.holding("key", list(agreed))
        return Facts(chosen=row, agreed=tuple(agreed.values()), delivered=tuple(delivered.values()))

    async def processes(self) -> AsyncIterator[list[Json]]:
        """Every process with something public, as its releases by date: planning, then choices."""
        directory = await self._directory()
        after = ""
        while rows := await self._planned.find(after=after, limit=PROCESSES_AT_ONCE):
            for key, lines in (await self._planned.lines_of(list(rows))).items():
                subject = Process(subject=key)
                yield self._joined([(line, subject) for line in lines], directory)
            after = max(rows)
        after = ""
        while chosen := await self._chosen.find(after=after, limit=PROCESSES_AT_ONCE):
            for lines in (await self._with_contracts(chosen)).values():
                if releases := self._joined(lines, directory):
                    yield releases
            after = max(chosen)

    async def _with_contracts(
        self, rows: Mapping[str, ChosenRow]
    ) -> dict[str, list[tuple[ReleaseLine, Process]]]:
        """By process, its lines of every log, each with what it is joined with."""
        found: dict[str, list[tuple[ReleaseLine, Process]]] = {key: [] for key in rows}
        for key, lines in (await self._chosen.lines_of(list(rows))).items():
            found[key] += [(line, Process(subject=key)) for line in lines]
        of_award = {row.award: key for key, row in rows.items() if row.award}
        agreed = await self._agreed.holding("award", list(of_award))
        delivered = await self._delivered.lines_of(list(agreed))
        of_agreed = await self._agreed.lines_of(list(agreed))
        decided = await self._decided(
            agreed, (line for lines in delivered.values() for line in lines)
        )
        for contract, row in agreed.items():
            process = Process(
                subject=of_award[row.award],
                measures=row.measures,
                decided=decided.get(contract, {}),
            )
            lines = [*of_agreed.get(contract, ()), *delivered.get(contract, ())]
            found[process.subject] += [(line, process) for line in lines]
        return found

    async def _decided(
        self, agreed: Mapping[str, AgreedRow], lines: Iterable[ReleaseLine]
    ) -> dict[str, Decisions]:
        """By contract of which lines tell figures, what leaves of its returns' versions, as it does
        for the partners; nothing is decided while a measure is not known to what decides.
        """
        names = {line.subject.partition("/")[2] for line in lines if line.readings}
        known = await self._contracts.lines_of(sorted(names))
        told = await self._monitored.lines_of(sorted(names))
        return {
            one: leaving(known[one], told.get(one, ()))
            for one in names & agreed.keys() & known.keys()
            if agreed[one].measures.keys() <= measures_agreed(known[one]).keys()
        }

    def _joined(
        self, lines: Iterable[tuple[ReleaseLine, Process]], directory: Directory
    ) -> list[Json]:
        ready = [(line, process) for line, process in lines if not waits(line, process)]
        ready.sort(key=lambda pair: pair[0].date)
        return [joined(line, process, directory, self._prefix) for line, process in ready]

    async def _processes(self, lines: Sequence[Emitted]) -> dict[str, Process]:
        """By subject of a line, the process it belongs to; without those not known yet."""
        subjects = {line.content.subject for line in lines}
        of_contracts = {
            one.partition("/")[2]: one for one in subjects if one.startswith("contract/")
        }
        found = {one: Process(subject=one) for one in subjects - set(of_contracts.values())}
        agreed = await self._agreed.holding("key", list(of_contracts))
        chosen = await self._chosen.holding("award", [row.award for row in agreed.values()])
        processes = {row.award: row.subject for row in chosen.values()}
        decided = await self._decided(agreed, (line.content for line in lines))
        return found | {
            of_contracts[contract]: Process(
                subject=processes[row.award],
                measures=row.measures,
                decided=decided.get(contract, {}),
            )
            for contract, row in agreed.items()
            if row.award in processes
        }

    async def _directory(self) -> Directory:
        partners = await self._house.remembered(PARTNERS.name).rows()
        providers = await self._house.remembered(PROVIDERS.name).rows()
        return directory_of([*partners.values(), *providers.values()])


def _is_ready(line: ReleaseLine, whose: Mapping[str, Process]) -> bool:
    process = whose.get(line.subject)
    return process is not None and not waits(line, process)


def _until_one_waits(lines: Sequence[Emitted], whose: Mapping[str, Process]) -> Iterator[Emitted]:
    for line in lines:
        if not _is_ready(line.content, whose):
            return
        yield line


def _left(ready: Sequence[Sequence[Emitted]], heads: Sequence[int]) -> list[int]:
    return [n for n, lines in enumerate(ready) if heads[n] < len(lines)]
