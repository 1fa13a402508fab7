"""The embedded server keeps its data, its privacy and its promise to die with its parent.

Law: tried on real processes; what a test starts, it ends.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from shared.postgres import binaries
from shared.postgres.binaries import (
    Account,
    Unreachable,
    account_for,
    installed_programs,
    programs,
    run_as,
)
from shared.postgres.embedded import (
    AlreadyRunning,
    EmbeddedPostgres,
    NotADataDirectory,
    Server,
    StartFailed,
)

HOLDER = """
import sys
from pathlib import Path
from shared.postgres.embedded import EmbeddedPostgres

embedded = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server = embedded.start()
print(embedded.pid, server.socket_dir, flush=True)
sys.stdin.read()
embedded.stop()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the account running the server may pass through."""
    with tempfile.TemporaryDirectory(prefix="gt-home-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def ask(server: Server, question: str) -> object:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def tell(server: Server, statement: str) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def held_by_another_process(data_dir: Path, repository: Path) -> Generator[tuple[int, int, Path]]:
    """Yields the holder's pid, the server's and the folder of its socket."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        pid, socket_dir = holder.stdout.readline().split()
        yield holder.pid, int(pid), Path(socket_dir)


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def exists(path: Path) -> bool:
    return path.exists()


def killed(pid: int) -> None:
    """Kill a child and return once it is dead, its remains left for its parent to collect."""
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return "State:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")


async def test_a_killed_server_comes_back_at_the_same_address_with_what_was_committed(
    home: Path,
) -> None:
    embedded = EmbeddedPostgres(home / "data")
    with embedded as server:
        await tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
        first = embedded.pid
        assert first is not None
        embedded.relaunch()
        assert embedded.pid == first
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: not embedded.is_running(), 5)
        assert await _revived(embedded, server) == 7
        assert embedded.pid != first
    assert embedded.pid is None
    embedded.relaunch()
    assert embedded.pid is None


async def _revived(embedded: EmbeddedPostgres, server: Server) -> object:
    """Asks until the server answers; what the dead one left may end a first attempt."""
    async with asyncio.timeout(30):
        while True:
            if not embedded.is_running():
                embedded.relaunch()
            try:
                return await ask(server, "SELECT number FROM kept")
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.05)


async def test_what_was_committed_is_there_after_a_restart(home: Path) -> None:
    with EmbeddedPostgres(home / "data") as server:
        await tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
    with EmbeddedPostgres(home / "data") as server:
        assert await ask(server, "SELECT number FROM kept") == 7


async def test_it_waits_for_the_disk_unless_told_otherwise(home: Path) -> None:
    question = "SELECT string_agg(setting, ' ' ORDER BY name) FROM pg_settings WHERE name = ANY"
    names = "('{data_checksums,fsync,full_page_writes,synchronous_commit}')"
    with EmbeddedPostgres(home / "data") as server:
        assert await ask(server, question + names) == "on on on on"
    with EmbeddedPostgres(home / "data", durable=False) as server:
        assert await ask(server, question + names) == "on off off off"


async def test_only_its_owner_reaches_it_and_only_by_socket(home: Path) -> None:
    with EmbeddedPostgres(home / "data") as server:
        assert await ask(server, "SHOW listen_addresses") == ""
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert (home / "data").stat().st_mode & 0o777 == 0o700
        socket_dir = server.socket_dir
    assert not socket_dir.exists()


def test_it_never_runs_as_root(home: Path) -> None:
    embedded = EmbeddedPostgres(home / "data", durable=False)
    with embedded:
        assert Path(f"/proc/{embedded.pid}").stat().st_uid != 0
        assert (home / "data").stat().st_uid != 0


async def test_text_sorts_by_code_point_and_is_unicode(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False) as server:
        assert await ask(server, "SELECT upper('é') || ('Z' < 'a')::text") == "Étrue"


def test_stopping_twice_or_before_the_start_is_harmless(home: Path) -> None:
    embedded = EmbeddedPostgres(home / "data", durable=False)
    embedded.stop()
    embedded.start()
    embedded.stop()
    embedded.stop()
    assert embedded.pid is None


def test_a_second_start_in_this_process_is_refused(home: Path) -> None:
    first = EmbeddedPostgres(home / "data", durable=False)
    with first:
        with pytest.raises(AlreadyRunning):
            first.start()
        with pytest.raises(AlreadyRunning):
            EmbeddedPostgres(home / "data", durable=False).start()
        assert first.pid is not None
        assert not is_gone(first.pid)


def test_a_second_start_in_another_process_is_refused(home: Path, repository: Path) -> None:
    with (
        held_by_another_process(home / "data", repository),
        pytest.raises(AlreadyRunning, match="Another process"),
    ):
        EmbeddedPostgres(home / "data", durable=False).start()


async def test_killing_the_parent_leaves_nothing_running(home: Path, repository: Path) -> None:
    with held_by_another_process(home / "data", repository) as (holder, server_pid, left):
        assert not is_gone(server_pid)
        killed(holder)
        assert wait_until(lambda: is_gone(server_pid), seconds=10)
    with EmbeddedPostgres(home / "data", durable=False) as server:
        assert await ask(server, "SELECT 1") == 1
        assert not exists(left)


async def test_a_start_at_once_after_the_kill_waits_for_the_old_server(
    home: Path, repository: Path
) -> None:
    with held_by_another_process(home / "data", repository) as (holder, _, _):
        killed(holder)
        with EmbeddedPostgres(home / "data", durable=False) as server:
            assert await ask(server, "SELECT 1") == 1


async def test_it_outlives_the_thread_that_started_it(home: Path) -> None:
    embedded = EmbeddedPostgres(home / "data", durable=False)
    started: list[Server] = []
    worker = threading.Thread(target=lambda: started.append(embedded.start()))
    worker.start()
    worker.join()
    try:
        assert not wait_until(lambda: embedded.pid is None or is_gone(embedded.pid), seconds=0.5)
        assert await ask(started[0], "SELECT 1") == 1
    finally:
        embedded.stop()


async def test_it_recovers_from_a_crash_of_the_server(home: Path) -> None:
    embedded = EmbeddedPostgres(home / "data")
    server = embedded.start()
    await tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
    assert embedded.pid is not None
    os.kill(embedded.pid, signal.SIGKILL)
    embedded.stop()
    assert (home / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres(home / "data") as server:
        assert await ask(server, "SELECT number FROM kept") == 7


async def test_a_pid_file_whose_number_went_to_another_process_is_no_hindrance(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        pass
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{home / 'data'}\n")
    with EmbeddedPostgres(home / "data", durable=False) as server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_half_made_cluster_is_made_again(home: Path) -> None:
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home / "data", durable=False) as server:
        assert await ask(server, "SELECT 1") == 1


def test_a_folder_with_other_things_in_it_is_refused_and_left_alone(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "letter.txt").write_text("mine")
    with pytest.raises(NotADataDirectory):
        EmbeddedPostgres(home / "data").start()
    assert [path.name for path in (home / "data").iterdir()] == ["letter.txt"]


def test_data_of_another_version_is_refused(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        pass
    (home / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(NotADataDirectory, match="PostgreSQL 17"):
        EmbeddedPostgres(home / "data").start()


def test_a_folder_closed_to_the_server_is_refused_not_opened(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o600)
    with pytest.raises(Unreachable, match="cannot enter"):
        EmbeddedPostgres(closed / "data").start()
    assert closed.stat().st_mode & 0o777 == 0o600


def test_a_server_that_gives_up_says_why(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        pass
    (home / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(StartFailed, match="no_such_setting"):
        EmbeddedPostgres(home / "data").start()
    with pytest.raises(StartFailed):
        EmbeddedPostgres(home / "data").start()


def no_one_may(_account: Account, _folder: Path) -> bool:
    return False


def anyone_may(_account: Account, _folder: Path) -> bool:
    return True


def test_programs_in_a_closed_folder_are_copied_to_an_open_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_for(home / "data")
    monkeypatch.setattr(binaries, "may_enter", no_one_may)
    found = programs(account, installed_programs(), home)
    assert found.is_relative_to(home)
    for program in ("postgres", "initdb", "psql"):
        ran = run_as(account, [str(found / program), "--version"])
        assert "(PostgreSQL) 18" in ran.stdout, ran.stderr
    assert programs(account, installed_programs(), home) == found


def test_programs_in_an_open_folder_are_used_where_they_are(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "may_enter", anyone_may)
    found = programs(account_for(home / "data"), installed_programs(), home)
    assert found == installed_programs() / "bin"
    assert list(home.iterdir()) == []


async def test_each_test_gets_an_empty_database_of_its_own(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert await connection.fetchval(tables) == 0
    finally:
        await connection.close()
