"""Starts and stops the whole house on one machine: servers for data and five processes.

Whatever ends this process ends them too, a kill -9 included; nothing is left running.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
from joserfc.jwk import OKPKey

from goldenthread.broker import Broker
from goldenthread.jars import get_kafka
from goldenthread.ports import free_ports, why_not
from goldenthread.proving import new_ledger_key
from shared.http.identity import Actor, Issuer, new_key, public_keys
from shared.http.permissions import scopes_of
from shared.postgres.embedded import EmbeddedPostgres, dying_with_parent

Bus = Literal["feed", "kafka"]
SERVICES = ("needs", "procurement", "contracts", "monitoring", "gateway")
ISSUER_NAME = "https://sandbox.goldenthread.invalid"
LEDGER_NAME = "sandbox.goldenthread.invalid"
RECEIPTS_NAME = "sandbox.goldenthread.invalid/receipts"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
SERVICE_TOKEN_LIFETIME = timedelta(days=365)


class HouseFailed(Exception):
    """A part of the house did not start or has ended; its log says why."""


@dataclass(frozen=True)
class Place:
    """Where a house keeps its things, below one folder."""

    folder: Path

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def kafka(self) -> Path:
        return self.folder / "kafka"

    @property
    def key(self) -> Path:
        return self.folder / "issuer.jwk"

    @property
    def ledger_key(self) -> Path:
        return self.folder / "ledger.key"

    @property
    def receipt_key(self) -> Path:
        return self.folder / "receipt.key"

    @property
    def address(self) -> Path:
        return self.folder / "house.json"

    def tell(self, addresses: Mapping[str, str], pids: Mapping[str, int]) -> None:
        """Writes down, in one go, where the house is and which processes it is."""
        told = {"addresses": dict(addresses), "opened_by": os.getpid(), "pids": dict(pids)}
        fresh = self.address.with_suffix(".new")
        fresh.write_text(json.dumps(told))
        fresh.replace(self.address)

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"


def issuer(place: Place) -> Issuer:
    """The development issuer, whose key is made on first use and readable by its owner alone."""
    if not place.key.exists():
        place.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(new_key().as_dict(private=True), file)
    return Issuer(OKPKey.import_key(json.loads(place.key.read_text())), ISSUER_NAME)


def token(place: Place, agency: str, person: str, roles: frozenset[str], hours: float = 8) -> str:
    """A token of the development issuer, with everything its roles allow."""
    actor = Actor(
        client="goldenthread", agency=agency, person=person, roles=roles, scopes=scopes_of(roles)
    )
    return issuer(place).token(actor, timedelta(hours=hours))


@dataclass(frozen=True)
class Running:
    """A house in operation: the public address, each service's own, and the processes behind."""

    place: Place
    addresses: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    environments: Mapping[str, Mapping[str, str]]
    database: EmbeddedPostgres | None = None
    broker: Broker | None = None

    @property
    def address(self) -> str:
        return self.addresses["gateway"]

    def revive(self) -> list[str]:
        """Starts again what has ended, at the same address with the same data; says what it was."""
        gone = [name for name, process in self.processes.items() if process.poll() is not None]
        for name in gone:
            port = urlsplit(self.addresses[name]).port or 0
            self.processes[name] = _spawn(name, port, self.environments[name], self.place)
        if self.database is not None and not self.database.is_running():
            self.database.relaunch()
            gone.append("postgres")
        if self.broker is not None and not self.broker.is_running():
            self.broker.launch()
            gone.append("kafka")
        return gone

    def pids(self) -> dict[str, int]:
        """Every process of the house that is ours, by the name it is revived by."""
        pids = {name: process.pid for name, process in self.processes.items()}
        servers = {"postgres": self.database, "kafka": self.broker}
        running = {name: server.pid for name, server in servers.items() if server is not None}
        return pids | {name: pid for name, pid in running.items() if pid is not None}

    def ended(self) -> str:
        """The name of a service whose process has ended, or nothing."""
        return next((n for n, p in self.processes.items() if p.poll() is not None), "")


def at_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def as_login(url: str, service: str) -> str:
    """The same database for the service's own login, which the embedded server asks no password."""
    return urlunsplit(urlsplit(url)._replace(netloc=f"goldenthread_{service}@"))


async def _ensure_databases(url: str) -> dict[str, str]:
    """One database per service on the given server; makes those that are missing."""
    connection = await asyncpg.connect(url)
    try:
        found = {row[0] for row in await connection.fetch("select datname from pg_database")}
        for service in SERVICES:
            if f"goldenthread_{service}" not in found:
                await connection.execute(f'create database "goldenthread_{service}"')
    finally:
        await connection.close()
    return {service: at_database(url, f"goldenthread_{service}") for service in SERVICES}


@contextmanager
def open_house(
    folder: Path, port: int = 0, database_url: str = "", bus: Bus = "feed", kafka: str = ""
) -> Generator[Running]:
    """Starts everything, waits until it answers, and stops it in the opposite order.

    Without a database address the server embedded in the installation is used, and each service
    has a login of its own there; on a server given, all act as its owner's. Over Kafka without an
    address of one, a node of the house's own is started. Raises HouseFailed, BrokerFailed,
    KafkaNotToBeHad.
    """
    import asyncio

    place = Place(folder)
    if port:
        _require_free(port)
    with ExitStack() as stack:
        stack.enter_context(held(folder))
        broker: Broker | None = None
        if bus == "kafka" and not kafka:
            broker = stack.enter_context(Broker(place.kafka, get_kafka()))
            kafka = broker.bootstrap
        url, database = database_url, None
        if not url:
            database = EmbeddedPostgres(place.postgres)
            url = stack.enter_context(database).dsn("postgres")
        databases = asyncio.run(_ensure_databases(url))
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        ports |= {"gateway": port} if port else {}
        addresses = {service: f"http://127.0.0.1:{number}" for service, number in ports.items()}
        environments = {
            service: _environment(place, service, addresses)
            | {
                "OWNER_DATABASE_URL": owner,
                "DATABASE_URL": owner if database_url else as_login(owner, service),
                "KAFKA_BOOTSTRAP": kafka if bus == "kafka" else "",
            }
            for service, owner in databases.items()
        }
        processes: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(_stop, processes)
        for service in SERVICES:
            processes[service] = _spawn(service, ports[service], environments[service], place)
        running = Running(place, addresses, processes, environments, database, broker)
        _await_ready(running)
        place.tell(addresses, running.pids())
        stack.callback(place.address.unlink, missing_ok=True)
        yield running


def _require_free(port: int) -> None:
    """Raises HouseFailed; else whoever has the port would be taken for our own gateway."""
    if reason := why_not(port):
        raise HouseFailed(f"port {port} cannot be used ({reason}); choose another with --port")


@contextmanager
def held(folder: Path) -> Generator[None]:
    """One house on a folder; the kernel gives the lock back, however this process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "house.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HouseFailed(f"a house is already running on {folder}") from error
        yield


def is_running(folder: Path) -> bool:
    """Whether a house is open on a folder, by whatever process."""
    if not folder.exists():
        return False
    try:
        with held(folder):
            return False
    except HouseFailed:
        return True


def _environment(place: Place, service: str, addresses: Mapping[str, str]) -> dict[str, str]:
    others = ",".join(f"{name}={url}" for name, url in addresses.items() if name != service)
    own = Actor(
        client=service,
        agency="goldenthread",
        person="",
        roles=frozenset({"service"}),
        scopes=scopes_of(frozenset({"service"})),
    )
    signer = issuer(place)
    secrets_of = {
        "gateway": _of_the_gateway,
        "monitoring": _of_receipts,
        "procurement": _of_receipts,
    }
    secret = secrets_of[service](place) if service in secrets_of else {}
    return {
        **os.environ,
        "TOKEN_KEYS": public_keys(signer.key),
        "TOKEN_ISSUER": signer.name,
        "SERVICE_TOKEN": signer.token(own, SERVICE_TOKEN_LIFETIME),
        "SOURCES": others,
        "GOLDENTHREAD_SANDBOX": "yes",
        "SESSION_SECRET": secrets.token_hex(32),
        **secret,
    }


def _of_the_gateway(place: Place) -> dict[str, str]:
    """The development keys, made on first use: the issuer's, and the one that signs the books."""
    if not place.ledger_key.exists():
        new_ledger_key(LEDGER_NAME, place.ledger_key)
    return {"ISSUER_KEY_FILE": str(place.key), "LEDGER_SIGNING_KEY_FILE": str(place.ledger_key)}


def _of_receipts(place: Place) -> dict[str, str]:
    """The development key that signs receipts, made on first use."""
    if not place.receipt_key.exists():
        new_ledger_key(RECEIPTS_NAME, place.receipt_key)
    return {"RECEIPT_SIGNING_KEY_FILE": str(place.receipt_key)}


def _spawn(
    service: str, port: int, environment: Mapping[str, str], place: Place
) -> subprocess.Popen[bytes]:
    """Starts one service; the kernel interrupts it should this process die."""
    server = [sys.executable, "-m", "uvicorn", "--factory", f"services.{service}.main:create_app"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    options += ["--log-level", "warning", "--timeout-graceful-shutdown", "2"]
    with place.log(service).open("ab") as log:
        return subprocess.Popen(
            [*dying_with_parent(), *server, *options],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _await_ready(running: Running) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting: dict[str, str] = dict(running.addresses)
    while waiting:
        if ended := running.ended():
            raise HouseFailed(f"{ended} ended: {_last_words(running.place.log(ended))}")
        if time.monotonic() > deadline:
            raise HouseFailed(f"not ready in {START_SECONDS:.0f} s: {', '.join(waiting)}")
        waiting = {name: url for name, url in waiting.items() if not _is_ready(url)}
        time.sleep(POLL_SECONDS)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:].strip()


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Asks every process to end, then makes it; the gateway, which hears the others, first."""
    for service in reversed(SERVICES):
        if service in processes:
            processes[service].terminate()
    for process in processes.values():
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def found(folder: Path) -> dict[str, str]:
    """The addresses of the house running on a folder. Raises HouseFailed if there is none."""
    place = Place(folder)
    if not place.address.exists() or not is_running(folder):
        raise HouseFailed(f"no house is running on {folder}; start one with `goldenthread up`")
    return json.loads(place.address.read_text())["addresses"]
