"""The core decides by what it is given: no waiting, no clock, no chance, no outside world.

Law: a decision made again from the same events comes out the same.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import Source, sources

CORE_MODULES = {"events", "commands", "decider", "views", "reactions"}
CORE_FILES = {
    Path("services/gateway") / room / f"{name}.py"
    for room, names in {
        "exports": ("beancount", "expenditure", "hledger", "journals"),
        "ledgers": ("what_ifs",),
        "partners": ("audience", "disclosure", "entitlements", "facts", "writing"),
        "proofs": ("leaves", "seals"),
        "public_record": (
            "agreed", "chosen", "dating", "delivered", "joining", "lines", "merging",
            "notice_fields", "notices", "packages", "pieces", "planned", "publish_list",
        ),
        "reconciliations": (
            "accounts", "deciding", "lines", "mapping", "matching", "reasons", "sides", "state",
            "statement", "sums",
        ),
        "statements": ("content", "reports", "shares", "state"),
        "webhooks": ("attempts",),
    }.items()
    for name in names
} | {Path("shared/proofs") / f"{name}.py" for name in ("merkle", "notes", "tiles")}  # fmt: skip
CORE_PACKAGES = tuple(
    Path("shared") / name for name in ("values", "charts", "disclosure", "entries", "law")
)
OUTSIDE = {
    "aiohttp", "aiokafka", "alembic", "asyncio", "asyncpg", "concurrent", "fastapi", "httpx",
    "io", "logging", "multiprocessing", "os", "pathlib", "random", "requests", "secrets", "shutil",
    "socket", "sqlalchemy", "sqlmodel", "starlette", "structlog", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib3", "uvicorn",
}  # fmt: skip
CALLS_OUT = {"open", "print", "input", "eval", "exec", "__import__"}
CLOCK_AND_CHANCE = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7", "getnode"}
OWNERS = {"datetime", "date", "uuid", "UUID"}


def is_core(path: Path) -> bool:
    if any(path.is_relative_to(package) for package in CORE_PACKAGES):
        return True
    return path in CORE_FILES or (path.parts[0] == "services" and path.stem in CORE_MODULES)


def impurities(source: Source) -> list[str]:
    """Each line of a core module that reaches outside, and how."""
    found = [(node, what) for node in ast.walk(source.tree) for what in faults(node)]
    return [f"{source.path}:{getattr(node, 'lineno', 0)} {what}" for node, what in found]


def faults(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.AsyncFunctionDef() | ast.AsyncFor() | ast.AsyncWith() | ast.Await():
            yield "waits (async)"
        case ast.Import(names=names):
            yield from (f"imports {name.name}" for name in names if outside(name.name))
        case ast.ImportFrom(module=str(module), names=names):
            if outside(module):
                yield f"imports {module}"
            yield from (
                f"imports {module}.{name.name}" for name in names if name.name in CLOCK_AND_CHANCE
            )
        case ast.Call(func=ast.Name(id=name)) if name in CALLS_OUT:
            yield f"calls {name}()"
        case ast.Attribute(attr=attribute, value=owner) if attribute in CLOCK_AND_CHANCE:
            if last_name(owner) in OWNERS:
                yield f"asks {last_name(owner)}.{attribute}"
        case _:
            pass


def outside(module: str) -> bool:
    return module.split(".", 1)[0] in OUTSIDE


def last_name(owner: ast.expr) -> str:
    match owner:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def test_the_core_reaches_for_nothing_outside_itself(repository: Path) -> None:
    core = [source for source in sources(repository) if is_core(source.path)]
    assert [fault for source in core for fault in impurities(source)] == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("import asyncio", "imports asyncio"),
        ("import os.path", "imports os.path"),
        ("from sqlalchemy.orm import Session", "imports sqlalchemy.orm"),
        ("from uuid import uuid4", "imports uuid.uuid4"),
        ("import uuid\nx = uuid.uuid4()", "asks uuid.uuid4"),
        ("import uuid\nmake = uuid.uuid1", "asks uuid.uuid1"),
        ("from datetime import datetime\nx = datetime.now()", "asks datetime.now"),
        ("import datetime\nx = datetime.date.today()", "asks date.today"),
        ("import datetime\nx = datetime.datetime.utcnow()", "asks datetime.utcnow"),
        ("x = open('ledger')", "calls open()"),
        ("async def decide() -> None: ...", "waits (async)"),
        ("def decide() -> None:\n    import random", "imports random"),
    ],
)
def test_each_way_out_is_seen(line: str, fault: str) -> None:
    found = impurities(Source(Path("services/needs/boards/decider.py"), line))
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import date, datetime, timedelta",
        "from uuid import NAMESPACE_URL, UUID, uuid5\nx = uuid5(NAMESPACE_URL, 'thread')",
        "def decide(now: int, command: object) -> int:\n    return now",
        "today = command.now.date()",
        "x = command.now",
    ],
)
def test_what_is_given_may_be_used(line: str) -> None:
    assert impurities(Source(Path("shared/values/pence.py"), line)) == []


@pytest.mark.parametrize(
    ("path", "core"),
    [
        ("services/needs/boards/decider.py", True),
        ("services/procurement/reactions.py", True),
        ("shared/charts/xmr.py", True),
        ("services/gateway/partners/audience.py", True),
        ("services/gateway/partners/writer.py", False),
        ("services/needs/main.py", False),
        ("services/needs/boards/routes.py", False),
        ("shared/eventsourcing/commands.py", False),
    ],
)
def test_which_modules_are_the_core(path: str, core: bool) -> None:
    assert is_core(Path(path)) is core
