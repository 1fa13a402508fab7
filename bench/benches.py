"""The benchmarks there are, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench import (
    append,
    charting,
    e2e,
    feed,
    fold,
    kafka,
    large_files,
    memory,
    over_http,
    public_record,
    rebuild,
    searching,
)
from bench.ground import Ground
from bench.measuring import Tally, Wanted

BENCHES: dict[str, Callable[[Ground, Tally, Wanted], Awaitable[None]]] = {
    "append": append.run,
    "feed": feed.run,
    "kafka": kafka.run,
    "rebuild": rebuild.run,
    "fold": fold.run,
    "e2e": e2e.run,
    "http": over_http.run,
    "memory": memory.run,
    "charts": charting.run,
    "files": large_files.run,
    "record": public_record.run,
    "search": searching.run,
}
