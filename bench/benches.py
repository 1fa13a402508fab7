"""The benchmarks there are, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench import append, over_http
from bench.ground import Ground
from bench.measuring import Tally, Wanted

BENCHES: dict[str, Callable[[Ground, Tally, Wanted], Awaitable[None]]] = {
    "append": append.run,
    "http": over_http.run,
}
