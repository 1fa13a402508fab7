"""Copies of the services' databases while the house runs, with a manifest of what they hold.

Law: in a copy of several services no consumer is ahead of its source, so that all of it restored
loses nothing; a copy is there whole or not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import msgspec

from goldenthread.databases import database_of, run_program
from shared.eventsourcing.clock import Now, system_now
from shared.eventsourcing.log import Epoch

MANIFEST = "manifest.json"
ATTEMPTS = 50
BETWEEN_SECONDS = 0.05

Connection: TypeAlias = "asyncpg.Connection[Any]"


class BadBackup(Exception):
    """A folder holds no copy that could be restored, or could not be made one."""


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """One service's database in a file, and how far its log reaches there."""

    file: str
    sha256: str
    bytes: int
    revision: str
    position: int
    publication: int
    epochs: tuple[Epoch, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. `ahead` names consumers that were ahead of a source all the same."""

    made_by: str
    taken_at: datetime
    services: dict[str, Dump]
    ahead: tuple[str, ...] = ()


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """What one database says of itself in the snapshot that its dump is made of."""

    snapshot: str
    revision: str
    position: int
    publication: int
    epochs: tuple[Epoch, ...]
    places: tuple[tuple[str, str, int], ...]


def backup(server: str, services: Sequence[str], folder: Path, now: Now = system_now) -> Manifest:
    """Dumps the services' databases into a folder that is not there yet.

    Raises BadBackup, ProgramFailed, and what an unreachable database raises.
    """
    if folder.exists():
        raise BadBackup(f"{folder} exists already; a copy is never written over another")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of one that was cut off
    partial.mkdir(mode=0o700, parents=True)
    try:
        manifest = asyncio.run(_backup(server, services, partial, now))
        with (partial / MANIFEST).open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(manifest)))
            file.flush()
            os.fsync(file.fileno())
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial)
        raise
    return manifest


async def _backup(server: str, services: Sequence[str], folder: Path, now: Now) -> Manifest:
    async with AsyncExitStack() as stack:
        connections: dict[str, Connection] = {}
        for service in services:
            connections[service] = await asyncpg.connect(database_of(server, service))
            stack.push_async_callback(connections[service].close)
        taken_at, states, ahead = await _together(connections, now)
        dumps: dict[str, Dump] = {}
        for service, state in states.items():
            file = folder / f"{service}.dump"
            words = ("--format=custom", f"--file={file}", f"--snapshot={state.snapshot}")
            await asyncio.to_thread(run_program, "pg_dump", database_of(server, service), *words)
            dumps[service] = Dump(
                file=file.name,
                sha256=_sha256(file),
                bytes=file.stat().st_size,
                revision=state.revision,
                position=state.position,
                publication=state.publication,
                epochs=state.epochs,
            )
    return Manifest(
        made_by=f"goldenthread {version('goldenthread')}",
        taken_at=taken_at,
        services=dumps,
        ahead=tuple(ahead),
    )


async def _together(
    connections: Mapping[str, Connection], now: Now
) -> tuple[datetime, dict[str, _State], list[str]]:
    """Snapshots of all databases in which nobody is ahead of a source; taken until that is so.

    Someone stopped by an earlier restore stays ahead however often one looks: then it is said.
    """
    for attempt in range(ATTEMPTS):
        taken_at = now()
        states = {service: await _state(one) for service, one in connections.items()}
        ahead = _ahead(states)
        if not ahead or attempt == ATTEMPTS - 1:
            return taken_at, states, ahead
        for one in connections.values():
            await one.execute("rollback")
        await asyncio.sleep(BETWEEN_SECONDS)
    raise AssertionError


async def _state(connection: Connection) -> _State:
    await connection.execute("begin isolation level repeatable read read only")
    [head] = await connection.fetch("select position, publication from log.head")
    epochs = await connection.fetch(
        "select epoch, first_position, first_publication from log.epochs order by epoch"
    )
    places = await connection.fetch("select subscriber, source, number from kept.checkpoints")
    return _State(
        snapshot=await connection.fetchval("select pg_export_snapshot()"),
        revision=await connection.fetchval("select version_num from public.revisions"),
        position=head["position"],
        publication=head["publication"],
        epochs=tuple(Epoch(*row) for row in epochs),
        places=tuple((row[0], row[1], row[2]) for row in places),
    )


def _ahead(states: Mapping[str, _State]) -> list[str]:
    return [
        f"{subscriber} of {service} at {number} of {source}"
        for service, state in states.items()
        for subscriber, source, number in state.places
        if source != service and source in states and number > states[source].publication
    ]


def read_manifest(folder: Path, services: Sequence[str] = ()) -> Manifest:
    """The manifest of a backup whose files are what it says they are. Raises BadBackup."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise BadBackup(f"{folder} holds no backup: {error}") from error
    for service in services or manifest.services:
        dump = manifest.services.get(service)
        if dump is None:
            raise BadBackup(f"{folder} holds nothing of {service}")
        file = folder / Path(dump.file).name
        if not file.is_file() or _sha256(file) != dump.sha256:
            raise BadBackup(f"{file} is not the file that was written; nothing was restored")
    return manifest


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
