"""Copies on a server that somebody else runs: over TCP, with passwords, by an owner who is no
superuser.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from goldenthread import databases
from goldenthread.backup import backup
from goldenthread.databases import ProgramFailed, database_of, run_program
from goldenthread.ports import free_ports
from goldenthread.restoring import restore
from shared.postgres.binaries import (
    ENVIRONMENT,
    Account,
    account_for,
    installed_programs,
    programs,
    run_as,
)
from shared.postgres.migrating import migrate_apart

PASSWORD, WRITTEN = "p@ss:w/rd", "p%40ss%3Aw%2Frd"
SERVICES = ("contracts", "monitoring")
SECONDS = 60.0


@pytest.fixture
def given() -> Generator[str]:
    """The address of the server for its owner of databases, as DATABASE_URL would name it."""
    home = Path(tempfile.mkdtemp(prefix="gt-given-"))
    home.chmod(0o755)
    data = home / "data"
    account = account_for(data)
    binaries = programs(account, installed_programs(), home)
    _initialise(account, binaries, data)
    [port] = free_ports(1)
    settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
    process = subprocess.Popen(
        [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
        + [word for setting in settings for word in ("-c", setting)],
        cwd="/",
        env=ENVIRONMENT,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups(),
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(_prepare(port))
        yield f"postgresql://gt_owner:{WRITTEN}@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)
        shutil.rmtree(home)


def _initialise(account: Account, binaries: Path, data: Path) -> None:
    data.mkdir(mode=0o700)
    account.own(data)
    secret = data.with_name("secret")
    secret.write_text(PASSWORD)
    options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--locale=C"]
    words = [f"--pgdata={data}", "--username=first", "--encoding=UTF8", *options]
    made = run_as(account, [str(binaries / "initdb"), *words])
    assert made.returncode == 0, made.stderr


async def _prepare(port: int) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                connection = await asyncpg.connect(
                    host="127.0.0.1",
                    port=port,
                    user="first",
                    password=PASSWORD,
                    database="postgres",
                )
                break
            except (OSError, asyncpg.PostgresError):  # it is not up yet
                await asyncio.sleep(0.1)
    await connection.execute(
        f"create role gt_owner login createdb createrole password '{PASSWORD}'"
    )
    await connection.close()


def as_service(address: str, service: str) -> str:
    host = urlsplit(address).netloc.rpartition("@")[2]
    login = f"goldenthread_{service}:secret@{host}"
    return urlunsplit(urlsplit(address)._replace(netloc=login))


async def test_a_copy_is_restored_with_each_services_rights_and_nobody_reads_a_password(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in SERVICES:
        connection = await asyncpg.connect(given)
        await connection.execute(f"create database goldenthread_{service}")
        await connection.close()
        owner = database_of(given, service)
        await migrate_apart(owner, as_service(owner, service))
        connection = await asyncpg.connect(as_service(owner, service))
        await connection.execute("set role goldenthread_service; create table views.x (n int)")
        await connection.close()
    words: list[str] = []
    run: Any = subprocess.run

    def watched(command: Sequence[str], **how: Any) -> Any:
        words.extend(command)
        return run(command, **how)

    monkeypatch.setattr(databases.subprocess, "run", watched)

    await asyncio.to_thread(backup, given, SERVICES, tmp_path / "copy")
    _, restored = await asyncio.to_thread(restore, given, tmp_path / "copy")

    assert [one.epoch for one in restored] == [2, 2]
    assert len(words) > 10
    assert [word for word in words if PASSWORD in word or WRITTEN in word] == []
    for service in SERVICES:
        owner = database_of(given, service)
        connection = await asyncpg.connect(as_service(owner, service))
        await connection.execute("set role goldenthread_service; drop table views.x")
        assert await connection.fetchval("select count(*) from log.events") == 0
        await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(as_service(database_of(given, "monitoring"), "contracts"))


def test_a_program_that_fails_says_why_and_not_with_what_password(given: str) -> None:
    wrong = given.replace(WRITTEN, "wrong")
    with pytest.raises(ProgramFailed, match="password authentication failed") as failed:
        run_program("pg_dump", wrong, f"--file={os.devnull}")
    assert "wrong" not in str(failed.value)
