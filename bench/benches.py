"""The benchmarks there are, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench import append, fold, over_http, rebuild
from bench.ground import Ground
from bench.measuring import Tally, Wanted

BENCHES: dict[str, Callable[[Ground, Tally, Wanted], Awaitable[None]]] = {
    "append": append.run,
    "rebuild": rebuild.run,
    "fold": fold.run,
    "http": over_http.run,
}
