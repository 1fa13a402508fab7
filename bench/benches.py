"""The benchmarks there are, by name; each is read when it is held."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import Final

from bench.ground import Ground
from bench.measuring import Tally, Wanted

Bench = Callable[[Ground, Tally, Wanted], Awaitable[None]]
MODULES: Final = {
    "append": "append",
    "feed": "feed",
    "kafka": "kafka",
    "rebuild": "rebuild",
    "fold": "fold",
    "e2e": "e2e",
    "http": "over_http",
    "memory": "memory",
    "charts": "charting",
    "files": "large_files",
    "record": "public_record",
    "search": "searching",
    "assessment": "assessing",
}


def bench_of(name: str) -> Bench:
    """What measures `name`, one of MODULES."""
    return importlib.import_module(f"bench.{MODULES[name]}").run
