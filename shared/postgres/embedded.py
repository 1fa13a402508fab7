"""PostgreSQL 18 as a child of this process: nothing to install, nothing to look after.

Law: the server dies with whoever started it, and one data directory has one server.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal
from urllib.parse import quote

from shared.postgres.binaries import (
    ENVIRONMENT,
    Account,
    EmbeddedPostgresError,
    account_for,
    installed_programs,
    may_enter,
    programs,
    require_entry,
    run_as,
)

MAJOR_VERSION: Final = "18"
SUPERUSER: Final = "postgres"
PORT: Final = 5432  # names the socket only: there is no TCP
START_SECONDS: Final = 120.0  # a crash is recovered from before the server answers
PREDECESSOR_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.01
LONGEST_SOCKET_PATH: Final = 107
SOCKET_DIR_PREFIX: Final = "gt-socket-"
SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
LASTING: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
PASSING: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NotADataDirectory(EmbeddedPostgresError):
    """The folder holds something else, or another version's data."""


class AlreadyRunning(EmbeddedPostgresError):
    """Another process holds this data directory."""


class StartFailed(EmbeddedPostgresError):
    """PostgreSQL gave up; its log says why."""


@dataclass(frozen=True)
class Server:
    """A running server and how it is reached: over a socket that only its owner can open."""

    socket_dir: Path
    port: int
    superuser: str

    def dsn(self, database: str) -> str:
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{self.superuser}@/{quote(database)}?host={host}&port={self.port}"


class EmbeddedPostgres:
    """Starts and stops the server of one data directory.

    `durable=False` trades the safety of what is committed for speed: for tests, whose data nobody
    misses after a power cut.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_dir: Path | None = None
        self._lock: int | None = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def start(self) -> Server:
        """Returns when the server answers. Refuses AlreadyRunning, NotADataDirectory, Unreachable,
        NoAccount, StartFailed; what it had begun is undone.
        """
        if self._lock is not None:
            raise AlreadyRunning(f"{self.data_dir} is already served by this object.")
        account = account_for(self.data_dir)
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        require_entry(account, self.data_dir.parent)
        self._lock = _hold(self.data_dir.with_name(f"{self.data_dir.name}.lock"), self.data_dir)
        try:
            return self._start(account, self._lock)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast shutdown: clients are cut off, what was committed stays. Safe to call twice."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _start(self, account: Account, lock: int) -> Server:
        _await_predecessor(self.data_dir)
        _clear_after_predecessor(lock)
        binaries = programs(account, installed_programs(), self.data_dir.parent)
        self._initialise(account, binaries)
        self._socket_dir = _new_socket_dir(account)
        os.pwrite(lock, os.fsencode(self._socket_dir), 0)
        log = self.data_dir.with_name(f"{self.data_dir.name}.log")
        self._process = _spawn(self._command(binaries, self._socket_dir), account, log)
        _await_ready(self._process, self.data_dir, log)
        return Server(self._socket_dir, PORT, SUPERUSER)

    def _initialise(self, account: Account, binaries: Path) -> None:
        """Make a cluster beside its place and move it there whole, so that a half is never met."""
        if _holds_data(self.data_dir):
            return
        fresh = self.data_dir.with_name(f"{self.data_dir.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        account.own(fresh)
        options = ["--auth=trust", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = [] if self._durable else ["--no-sync"]
        place = [f"--pgdata={fresh}", f"--username={SUPERUSER}"]
        made = run_as(account, [str(binaries / "initdb"), *place, *options, *locale, *sync])
        if made.returncode != 0:
            raise StartFailed(f"initdb failed for {self.data_dir}: {made.stderr.strip()}")
        fresh.rename(self.data_dir)

    def _command(self, binaries: Path, socket_dir: Path) -> list[str]:
        settings = SETTINGS | (LASTING if self._durable else PASSING)
        settings["unix_socket_directories"] = str(socket_dir)
        chosen = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        program = [str(binaries / "postgres"), "-D", str(self.data_dir), "-p", str(PORT)]
        return [*dying_with_parent(), *program, *chosen]


def running_server(data_dir: Path) -> Server | None:
    """The server that another process runs on a data directory, by what it says of itself."""
    pid_file = data_dir.absolute() / "postmaster.pid"
    pid = _written_pid(pid_file)
    if pid is None or not _serves(pid, data_dir.absolute()) or not _says_ready(pid_file, pid):
        return None
    lines = pid_file.read_text(encoding="utf-8").splitlines()
    return Server(Path(lines[4]), int(lines[3]), SUPERUSER)


def _hold(lock: Path, data_dir: Path) -> int:
    """A lock the kernel gives back when this process ends, however it ends."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AlreadyRunning(f"Another process is running a server on {data_dir}.") from error
    return descriptor


def _clear_after_predecessor(lock: int) -> None:
    """Remove the socket folder of a server whose parent was killed: the lock file names it."""
    left = os.pread(lock, LONGEST_SOCKET_PATH, 0)
    os.ftruncate(lock, 0)
    folder = Path(os.fsdecode(left))
    if left and folder.name.startswith(SOCKET_DIR_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _holds_data(data_dir: Path) -> bool:
    """Whether a cluster of our version lies there. Refuses NotADataDirectory."""
    if not data_dir.exists() or not any(data_dir.iterdir()):
        return False
    marker = data_dir / "PG_VERSION"
    if not marker.is_file():
        raise NotADataDirectory(f"{data_dir} is not empty and holds no PostgreSQL data.")
    found = marker.read_text(encoding="ascii").strip()
    if found != MAJOR_VERSION:
        raise NotADataDirectory(f"{data_dir} is of PostgreSQL {found}, not {MAJOR_VERSION}.")
    return True


def _await_predecessor(data_dir: Path) -> None:
    """A server whose parent was killed shuts down by itself: wait for it, never beside it.

    A pid file naming a process that is no server of this directory is left from a crash, its
    number since given to another (in a container that is the rule). PostgreSQL would refuse to
    start for it; its shared memory still guards against a server we did not recognise.
    """
    pid_file = data_dir / "postmaster.pid"
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while (pid := _written_pid(pid_file)) is not None and _serves(pid, data_dir):
        if time.monotonic() > deadline:
            raise AlreadyRunning(f"A server with pid {pid} still runs on {data_dir}; stop it.")
        time.sleep(POLL_SECONDS)
    pid_file.unlink(missing_ok=True)


def _written_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _serves(pid: int, data_dir: Path) -> bool:
    """Whether that process was started as the server of this directory.

    A dead process has no command line and a defunct one an empty one. Where there is no /proc any
    live process counts.
    """
    if Path("/proc/self").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return os.fsencode(data_dir) in words
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _new_socket_dir(account: Account) -> Path:
    """A private folder with a path short enough for a socket, that the account can enter."""
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - private by mkdtemp
        longest = len(f"{parent}/{SOCKET_DIR_PREFIX}12345678/.s.PGSQL.{PORT}.lock")
        if longest <= LONGEST_SOCKET_PATH and may_enter(account, Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix=SOCKET_DIR_PREFIX, dir=parent))
            account.own(folder)
            return folder
    raise StartFailed("No temporary folder has a path short enough for a socket.")


def dying_with_parent(by: Literal["INT", "KILL"] = "INT") -> list[str]:
    """The words before a command that let the kernel end it when its parent dies.

    Linux only; elsewhere whoever starts it must stop it. Refuses StartFailed without setpriv.
    """
    if sys.platform != "linux":
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StartFailed("setpriv (of util-linux) is needed to start a child that ends with us.")
    return [setpriv, "--pdeathsig", by, "--no-new-privs", "--"]


def _spawn(command: Sequence[str], account: Account, log: Path) -> subprocess.Popen[bytes]:
    """Start the server from a thread that outlives it.

    The kernel takes the end of the thread that forked for the death of the parent, so a server
    started from a passing worker thread would be shut down with that worker. A session of its own
    keeps the terminal's Ctrl-C from reaching the server before its clients are done.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    command,
                    cwd="/",
                    env=ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    user=account.uid,
                    group=account.gid,
                    extra_groups=account.groups(),
                )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(process)
        process.wait()

    threading.Thread(target=keep, name="embedded-postgres", daemon=True).start()
    return started.result()


def _await_ready(process: subprocess.Popen[bytes], data_dir: Path, log: Path) -> None:
    """Ready is what the server itself writes into its pid file, as pg_ctl reads it."""
    deadline = time.monotonic() + START_SECONDS
    while not _says_ready(data_dir / "postmaster.pid", process.pid):
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            raise StartFailed(f"PostgreSQL did not start on {data_dir}: {said}")
        time.sleep(POLL_SECONDS)


def _says_ready(pid_file: Path, pid: int) -> bool:
    try:
        lines = pid_file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown, then an immediate one, then end it: each loses nothing committed."""
    for asked in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(asked)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return
