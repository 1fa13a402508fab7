"""The databases of a house as whoever keeps copies of them sees them, and PostgreSQL's own tools.

Law: a password goes to a program by its environment, never among its words.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit, urlunsplit

from goldenthread.house import Place, at_database
from shared.postgres.binaries import ENVIRONMENT, installed_programs
from shared.postgres.embedded import EmbeddedPostgres, running_server

LAST_WORDS = 2000


class ProgramFailed(Exception):
    """One of PostgreSQL's programs did not do what it was asked; its last words say why."""


def database_of(server: str, service: str, suffix: str = "") -> str:
    """The owner's address of one service's database on a server."""
    return at_database(server, f"goldenthread_{service}{suffix}")


@contextmanager
def server_of(place: Place, given: str = "") -> Generator[str]:
    """The server given, the one a house is running here, or its data started for this purpose."""
    if given:
        yield given
    elif (running := running_server(place.postgres)) is not None:
        yield running.dsn("postgres")
    else:
        with EmbeddedPostgres(place.postgres) as started:
            yield started.dsn("postgres")


def run_program(name: str, database: str, *words: str) -> None:
    """Runs `pg_dump` or `pg_restore` on a database. Raises ProgramFailed."""
    parts = urlsplit(database)
    password = unquote(parts.password or "")
    login, at, host = parts.netloc.rpartition("@")
    without = f"{login.partition(':')[0]}{at}{host}"
    command = [
        str(installed_programs() / "bin" / name),
        f"--dbname={urlunsplit(parts._replace(netloc=without))}",
        "--no-password",
        *words,
    ]
    done = subprocess.run(
        command, env=_environment(password), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ProgramFailed(f"{name}: {done.stderr.strip()[-LAST_WORDS:]}")


def _environment(password: str) -> dict[str, str]:
    """What PostgreSQL's own variables say (certificates, say), and the password."""
    told = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    home = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
    return {**ENVIRONMENT, **home, **told, **({"PGPASSWORD": password} if password else {})}
