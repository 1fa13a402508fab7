"""The house as the command opens it: it ends with its opener, and says what is the matter.

Law: real processes, started and ended here; what is left behind is looked for by its number.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from goldenthread.house import SERVICES
from goldenthread.jars import Kafka
from tests.journeys.playing import folder

COMMAND = str(Path(sys.executable).with_name("goldenthread"))
UP_SECONDS = 60.0
GONE_SECONDS = 20.0
SOCKET_DIR = re.compile(r"unix_socket_directories=(\S+)")


def goldenthread(*words: str) -> subprocess.CompletedProcess[str]:
    """A command told to its end; wide enough that no sentence is broken."""
    return subprocess.run(
        [COMMAND, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "240"},
    )


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def is_gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return "State:\tZ" in status


def told_by(data: Path) -> dict[str, Any]:
    """What a house wrote about itself when it was open; nothing where none was yet."""
    try:
        return json.loads((data / "house.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


@dataclass(frozen=True)
class Up:
    """A house that `goldenthread up` holds open, and all that belongs to it."""

    process: subprocess.Popen[str]
    data: Path
    pids: dict[str, int]
    addresses: dict[str, str]
    socket_dir: Path

    def nothing_is_left(self) -> bool:
        sockets = list(self.socket_dir.glob(".s.*")) if self.socket_dir.exists() else []
        return all(is_gone(pid) for pid in self.pids.values()) and not sockets


@contextmanager
def up(data: Path, *words: str) -> Generator[Up]:
    """Opens a house by the command; whatever happens, it is ended."""
    process = subprocess.Popen(
        [COMMAND, "up", "--port", "0", "--data", str(data), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            opened = wait_until(lambda: told_by(data).get("opened_by") == process.pid, UP_SECONDS)
            assert opened, "the house did not open"
            told = told_by(data)
            postmaster = int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])
            line = Path(f"/proc/{postmaster}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found = SOCKET_DIR.search(line)
            assert found
            pids = {**told["pids"], "postgres": postmaster}
            yield Up(process, data, pids, told["addresses"], Path(found[1]))
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def data() -> Generator[Path]:
    with folder() as place:
        yield place / "data"


def test_a_house_killed_outright_leaves_nothing_and_opens_again_where_it_stood(
    data: Path,
) -> None:
    with up(data) as house:
        assert set(house.pids) == {*SERVICES, "postgres"}
        assert not any(is_gone(pid) for pid in house.pids.values())
        house.process.kill()
        house.process.wait(GONE_SECONDS)
        assert wait_until(house.nothing_is_left, GONE_SECONDS), house
        assert (data / "house.json").exists()
        told = goldenthread("status", "--data", str(data))
        assert told.returncode == 1
        assert "no house is running" in told.stdout


def test_a_house_over_kafka_has_a_node_of_its_own_that_ends_with_it(
    kafka_programs: Kafka,
) -> None:
    del kafka_programs  # asked for, so that this is skipped where there are none
    with folder() as place, up(place / "data", "--bus", "kafka") as house:
        assert set(house.pids) == {*SERVICES, "postgres", "kafka"}
        assert not is_gone(house.pids["kafka"])
        os.kill(house.pids["kafka"], signal.SIGKILL)
        assert wait_until(lambda: _revived(house), UP_SECONDS)
        node = _node_of(house)
        house.process.kill()
        house.process.wait(GONE_SECONDS)
        assert wait_until(lambda: house.nothing_is_left() and is_gone(node), GONE_SECONDS), house


def _revived(house: Up) -> bool:
    return _node_of(house) not in (0, house.pids["kafka"])


def _node_of(house: Up) -> int:
    """The process that is the house's node of Kafka, as the kernel knows it."""
    for children in Path(f"/proc/{house.process.pid}/task").glob("*/children"):
        for pid in children.read_text(encoding="utf-8").split():
            if b"kafka.Kafka" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return int(pid)
    return 0


@pytest.fixture(scope="module")
def house(data: Path) -> Generator[Up]:
    """Opened again on the folder of the house that was killed; ended by Ctrl-C at the end."""
    with up(data) as opened:
        yield opened
        if opened.process.poll() is None:
            opened.process.send_signal(signal.SIGINT)
            opened.process.wait(GONE_SECONDS)


def test_a_second_house_on_the_same_folder_is_refused(house: Up) -> None:
    told = goldenthread("up", "--port", "0", "--data", str(house.data))
    assert told.returncode == 1
    assert "a house is already running on" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr
    assert not any(is_gone(pid) for pid in house.pids.values())


def test_a_demonstration_does_not_clear_the_folder_of_one_that_runs(
    house: Up, tmp_path: Path
) -> None:
    (tmp_path / "demo").symlink_to(house.data, target_is_directory=True)
    told = goldenthread("demo", "--once", "--port", "0", "--data", str(tmp_path))
    assert told.returncode == 1
    assert "already running" in told.stdout
    assert (house.data / "house.json").exists()


def test_a_used_port_is_named(house: Up, tmp_path: Path) -> None:
    port = house.addresses["gateway"].rsplit(":", 1)[1]
    told = goldenthread("up", "--port", port, "--data", str(tmp_path / "other"))
    assert told.returncode == 1
    assert f"port {port} cannot be used" in told.stdout
    assert "--port" in told.stdout
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = goldenthread("up", "--port", port, "--data", str(tmp_path / "other"))
    assert f"port {port} cannot be used" in told.stdout


def test_status_names_every_service(house: Up) -> None:
    told = goldenthread("status", "--data", str(house.data))
    assert told.returncode == 0
    assert [name for name in SERVICES if name not in told.stdout] == []


def test_a_token_opens_the_doors_of_its_role(house: Up) -> None:
    words = ("token", "alderbrook-council", "--role", "auditor", "--data", str(house.data))
    told = goldenthread(*words)
    assert told.returncode == 0
    headers = {"Authorization": f"Bearer {told.stdout.strip()}"}
    at = house.addresses["gateway"]
    assert httpx.get(f"{at}/v1/funds", headers=headers).status_code == 200
    assert httpx.put(f"{at}/v1/sandbox/clock", headers=headers, json={}).status_code == 403


def test_a_token_for_a_role_that_is_none_is_refused(house: Up) -> None:
    told = goldenthread("token", "a", "--role", "king", "--data", str(house.data))
    assert told.returncode == 1
    assert "There is no role king" in told.stdout


def test_a_view_is_rebuilt_and_what_is_none_is_named(house: Up) -> None:
    told = goldenthread("rebuild", "partnerships", "gateway", "--data", str(house.data))
    assert told.returncode == 0, told.stdout
    assert "partnerships now stands at 0" in told.stdout
    for words, said in (
        (("rebuild", "no-such-view", "gateway"), "There is no such thing here."),
        (("rebuild", "partnerships", "kitchen"), "There is no service 'kitchen'"),
    ):
        told = goldenthread(*words, "--data", str(house.data))
        assert told.returncode == 1
        assert said in told.stdout
        assert "Traceback" not in told.stdout + told.stderr


def test_real_notices_are_taken_in_once(house: Up, shared_material: Path) -> None:
    files = sorted((shared_material / "ocds" / "releases").glob("*.json"))[:3]
    packages = [json.loads(file.read_text(encoding="utf-8-sig")) for file in files]
    processes = {release["ocid"] for package in packages for release in package["releases"]}
    words = ("import-ocds", *map(str, files), "--data", str(house.data))
    first, again = goldenthread(*words), goldenthread(*words)
    assert first.returncode == again.returncode == 0, first.stdout + first.stderr
    became = Counter(
        {kind: int(n) for kind, n in re.findall(r"became ([\w-]+): (\d+) processes", first.stdout)}
    )
    refused = re.search(r"refused: (\d+) releases", first.stdout)
    assert became.total() + int(refused[1] if refused else 0) >= len(processes) > 10
    assert became.total() <= len(processes)
    outcomes = set(re.findall(r"^([\w-]+): \d+ releases", again.stdout, re.MULTILINE))
    assert outcomes <= {"unchanged", "identical-repeat", "refused"}
    words = ("token", "any-agency", "--role", "auditor", "--data", str(house.data))
    headers = {"Authorization": f"Bearer {goldenthread(*words).stdout.strip()}"}
    listed = httpx.get(f"{house.addresses['gateway']}/v1/notices?limit=500", headers=headers)
    assert len(listed.json()["items"]) == became.total()


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("audit",),
        ("accept-restore", "--reason", "a test"),
        ("token", "alderbrook-council", "--role", "auditor"),
        ("rebuild", "partnerships", "needs"),
        ("import-ocds", "any.json"),
        ("load-reference", "any"),
    ],
)
def test_without_a_house_each_command_says_so(words: tuple[str, ...], tmp_path: Path) -> None:
    told = goldenthread(*words, "--data", str(tmp_path / "none"))
    assert told.returncode == 1
    assert "no house is running on" in told.stdout
    assert "goldenthread up" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_house_asked_to_end_ends_cleanly(data: Path, house: Up, asked: signal.Signals) -> None:
    """Ctrl-C ends the house of the tests above; the next one is ended as a supervisor would."""
    if asked is signal.SIGINT:
        house.process.send_signal(asked)
        assert house.process.wait(GONE_SECONDS) in (0, 130)
        assert house.nothing_is_left()
        assert not house.socket_dir.exists()
        assert not (data / "house.json").exists()
        return
    with up(data) as another:
        another.process.send_signal(asked)
        assert another.process.wait(GONE_SECONDS) in (0, 130)
        assert another.nothing_is_left()
        assert not another.socket_dir.exists()
