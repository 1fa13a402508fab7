"""Plays the story and judges what it came to: the table at the end, and whether all holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldenthread.demo.cast import COMMISSIONER, FINANCE
from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Stage
from goldenthread.demo.story import ACTS, Act


@dataclass(frozen=True)
class Ending:
    """What the two years came to."""

    seconds: float
    requests: int
    events: Mapping[str, int]
    memory_mb: Mapping[str, int]
    january: Mapping[str, Any]
    funds: list[dict[str, Any]]
    identities: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    thread: list[str]
    links: list[str]

    @property
    def holds(self) -> bool:
        """Whether every identity that can be judged holds; an open year's close cannot be."""
        judged = [
            identity["holds"] for identity in self.identities if identity["holds"] is not None
        ]
        return bool(judged) and all(judged)

    def as_json(self) -> dict[str, Any]:
        return {
            "seconds": round(self.seconds, 1),
            "requests": self.requests,
            "events": dict(self.events),
            "memory_mb": dict(self.memory_mb),
            "january": dict(self.january),
            "funds": self.funds,
            "identities": self.identities,
            "flags": self.flags,
            "thread": self.thread,
            "links": self.links,
            "holds": self.holds,
        }


def play(stage: Stage, began: Callable[[int, Act], None], reference: Path | None = None) -> Ending:
    """Plays every act in order; `began` is told of each. Raises NotAccepted, NotAtRest.

    With a folder of `reference` data a real authority's series stands in the assessment too.
    """
    story, start = Story(stage, reference), time.monotonic()
    for n, act in enumerate(ACTS):
        began(n, act)
        act.scene(story)
    stage.settle()
    return _ending(story, time.monotonic() - start)


def _ending(story: Story, seconds: float) -> Ending:
    stage = story.stage
    requests = stage.requests
    progress = stage.progress()
    funds: list[dict[str, Any]] = []
    identities: list[dict[str, Any]] = []
    for year in ("2025-26", "2026-27"):
        at = f"/v1/ledgers/{story.fund}"
        position = stage.read(FINANCE, f"{at}?year={year}")
        funds.append({"year": year, "position": position})
        found = stage.read(FINANCE, f"{at}/identities?year={year}")
        identities += [{"year": year, **identity} for identity in found["identities"]]
    flags = stage.read(COMMISSIONER, "/v1/flags")["items"]
    contract = story.contracts["early-help"]
    return Ending(
        seconds=seconds,
        requests=requests,
        events={name: at["position"] for name, at in progress.items()},
        memory_mb={name: at["memory_bytes"] // 2**20 for name, at in progress.items()},
        january=story.january,
        funds=funds,
        identities=identities,
        flags=flags,
        thread=story.passed,
        links=[
            "/",
            f"/funds/{story.fund}",
            f"/contracts/{contract}",
            f"/contracts/{contract}/report-card",
            f"/threads/payment/{story.payment}",
        ],
    )
