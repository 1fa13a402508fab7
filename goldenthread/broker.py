"""One node of Apache Kafka on loopback, for development, demonstrations and tests.

Law: it dies with whoever started it, and keeps its port and its records until it is wiped.
"""

from __future__ import annotations

import base64
import fcntl
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from uuid import uuid4

from goldenthread.jars import RECIPE, Kafka
from goldenthread.ports import free_ports, why_not
from shared.postgres.embedded import dying_with_parent

START_SECONDS = 90.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
ASK_SECONDS = 2.0
LAST_WORDS = 2000
MACHINE = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "3000",  # so long a node that was killed is taken to live
    "broker.heartbeat.interval.ms": "300",
    "num.network.threads": "1",
    "num.io.threads": "2",
    "log.cleaner.dedupe.buffer.size": "2097152",
}
METADATA = struct.pack(">ihhihi", 14, 3, 1, 0, -1, 0)  # a request of version 1, about no topic


class BrokerFailed(Exception):
    """The node did not start or has ended; its log says why."""


class Broker:
    """Starts, stops and disturbs the node whose things lie in one folder."""

    def __init__(self, folder: Path, kafka: Kafka, port: int = 0) -> None:
        self.folder = folder.absolute()
        free, self._controller_port = free_ports(2)
        self.port = port or free
        self._kafka = kafka
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: BinaryIO | None = None

    def __enter__(self) -> Broker:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def log(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when the node answers and leads. Raises BrokerFailed; then nothing runs."""
        process = self.launch()
        try:
            self._await_ready(process)
        except BaseException:
            self.kill()
            self.stop()
            raise

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts the node and does not wait for it. Raises BrokerFailed."""
        if self.is_running():
            raise BrokerFailed(f"{self.folder} is already served by this object.")
        self._hold()
        self._settings.write_text("".join(f"{k}={v}\n" for k, v in self._chosen().items()))
        self._format()
        self._process = _spawn(self._command("kafka.Kafka", str(self._settings)), self.log)
        return self._process

    def stop(self) -> None:
        """Asks it to end, and then makes it. Safe to call twice."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self) -> None:
        """Ends it as a crash would, and returns when it is gone; the folder stays ours."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def wait(self) -> None:
        """Returns never, but raises BrokerFailed when the node ends by itself."""
        if self._process is not None:
            self._process.wait()
            raise BrokerFailed(f"Kafka ended: {self._last_words()}")

    def restart(self) -> None:
        """Starts it on the same port with what it had; one that runs is stopped first."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Kills it and lets it come back on the same port with nothing, under another name."""
        self.kill()
        self._formatted.unlink(missing_ok=True)
        self.start()

    @property
    def _settings(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _formatted(self) -> Path:
        """Stands there once the storage is formatted whole."""
        return self.folder / "formatted"

    def _chosen(self) -> dict[str, str]:
        controller = f"127.0.0.1:{self._controller_port}"
        return SETTINGS | {
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "log.dirs": str(self._data),
        }

    def _hold(self) -> None:
        """One node on a folder; the kernel gives the lock back, however this process ends."""
        if self._lock is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "kafka.lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise BrokerFailed(f"a Kafka node is already running on {self.folder}") from error
        self._lock = lock

    def _format(self) -> None:
        """Makes the storage of a cluster of its own, once."""
        if self._formatted.exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        words = ("format", f"--cluster-id={cluster}", "--config", str(self._settings))
        command = self._command("kafka.tools.StorageTool", *words)
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            said = f"{made.stdout}\n{made.stderr}".strip()[-LAST_WORDS:]
            raise BrokerFailed(f"Kafka's storage could not be formatted: {said}")
        self._formatted.touch()

    def _command(self, program: str, *words: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.properties'}"
        java = [str(self._kafka.java), *MACHINE, logging, "-cp", self._kafka.class_path]
        return [*dying_with_parent("KILL"), *java, program, *words]

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BrokerFailed(f"Kafka did not start on {self.folder}: {self._last_words()}")
            time.sleep(POLL_SECONDS)

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-LAST_WORDS:].strip()


def serve(folder: Path, kafka: Kafka, port: int, told: Callable[[str], None]) -> None:
    """Runs a node for whoever starts it by hand, and says where it is. Raises BrokerFailed."""
    if port and (reason := why_not(port)):
        raise BrokerFailed(f"port {port} cannot be used ({reason}); choose another with --port")
    with Broker(folder, kafka, port) as broker:
        told(broker.bootstrap)
        broker.wait()


def _answers(port: int) -> bool:
    """Whether a node there counts itself among the living: it listens a little before that."""
    try:
        with socket.create_connection(("127.0.0.1", port), ASK_SECONDS) as asked:
            asked.sendall(METADATA)
            answer = asked.recv(12, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] > 0


def _spawn(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Starts it from a thread that outlives it, whose end the kernel takes for the parent's.

    A session of its own keeps the terminal's Ctrl-C from it before its clients are done.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            with log.open("ab") as output:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(process)
        process.wait()

    threading.Thread(target=keep, name="kafka", daemon=True).start()
    return started.result()
