"""Each of the five processes is killed in the midst of the work, again and again.

Nothing accepted is lost, nothing happens twice, and the story ends in the same figures.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from goldenthread.demo.stage import Person
from goldenthread.house import SERVICES, Running, open_house
from tests.journeys.figures import figures, recorded
from tests.journeys.keeping import LOOK_SECONDS, kept_alive
from tests.journeys.playing import Played, Remembering, ending, folder, query
from tests.journeys.rebuilding import differing

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
LONGEST_DELAY_SECONDS = 0.03
BACK_SECONDS = 30.0


@dataclass
class Disturbed(Remembering):
    """A stage on which processes die while a request is under way.

    `moments` says during which request which service dies, and how long after it was sent.
    """

    running: Running | None = None
    moments: dict[int, tuple[str, float]] = field(default_factory=dict[int, tuple[str, float]])
    killed: list[str] = field(default_factory=list[str])

    def send(
        self,
        who: Person,
        method: str,
        path: str,
        body: Any = None,
        files: Any = None,
        key: str = "",
    ) -> httpx.Response:
        if (moment := self.moments.pop(self.requests, None)) is None:
            return super().send(who, method, path, body, files, key)
        blow = threading.Thread(target=self._kill, args=moment)
        blow.start()
        try:
            return super().send(who, method, path, body, files, key)
        finally:
            blow.join()

    def _kill(self, service: str, delay: float) -> None:
        assert self.running is not None
        deadline = time.monotonic() + BACK_SECONDS
        while self.running.processes[service].poll() is not None and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        time.sleep(delay)
        os.kill(self.running.processes[service].pid, signal.SIGKILL)
        self.killed.append(service)


def moments(seed: int, requests: int) -> dict[int, tuple[str, float]]:
    """Each service in turn, in every round in another order, at moments spread by chance."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    turns = [s for _ in range(ROUNDS) for s in chance.sample(SERVICES, len(SERVICES))]
    at = sorted(chance.sample(range(5, requests - 5), len(turns)))
    return {
        n: (service, chance.uniform(0, LONGEST_DELAY_SECONDS))
        for n, service in zip(at, turns, strict=True)
    }


@pytest.fixture(scope="module")
def disturbed(played: Played) -> Generator[Played]:
    """The same story told while processes die."""
    plan = moments(SEED, played.told)
    print(f"KILL_SEED={SEED} KILL_ROUNDS={ROUNDS}: {plan}")  # noqa: T201 - shown where it fails
    with folder() as place:
        closed = threading.Event()
        try:
            with open_house(place / "house") as running, kept_alive(running) as closed:
                stage = Disturbed(running.addresses, running.place, running=running, moments=plan)
                with ending(running, stage) as told:
                    yield told
        finally:
            closed.set()


def test_every_service_was_killed_in_every_round(disturbed: Played) -> None:
    stage = disturbed.stage
    assert isinstance(stage, Disturbed)
    assert stage.moments == {}
    assert sorted(stage.killed) == sorted(SERVICES * ROUNDS)


def test_the_story_ends_in_the_same_figures(disturbed: Played, played: Played) -> None:
    undisturbed, after = figures(played), figures(disturbed)
    assert after.keys() == undisturbed.keys()
    for address, expected in undisturbed.items():
        assert after[address] == expected, address


def test_everything_happened_once_and_nothing_was_lost(disturbed: Played, played: Played) -> None:
    assert recorded(disturbed) == recorded(played)


def test_whatever_was_answered_with_an_id_stands_in_a_log(disturbed: Played) -> None:
    versions: dict[str, int] = {}
    said = ""
    for service in SERVICES:
        rows = query(
            disturbed.running,
            service,
            "select stream, version, convert_from(body, 'utf8') from log.events",
        )
        for stream, version, body in rows:
            subject = stream.partition("/")[2]
            versions[subject] = max(version, versions.get(subject, 0))
            said += body
    accepted = [word for word in disturbed.stage.accepted if "dry_run=true" not in word.path]
    assert len(accepted) > 250
    for word in accepted:
        answer = word.answer.json()
        assert versions.get(answer["id"], 0) >= answer["version"] > 0, f"{word.path}: {answer}"
        for part in ("part", "bid", "payment", "withholding", "accrual", "fund"):
            assert str(answer.get(part, "")) in said, f"{word.path}: {answer}"


def test_nothing_is_parked_stopped_or_refused(disturbed: Played) -> None:
    for service in SERVICES:
        at = disturbed.operated(service, "GET", "progress").json()
        assert (at["parked"], at["due"]) == (0, 0), service
        assert [where for where in at["following"] if where["stopped"]] == []
        assert disturbed.operated(service, "GET", "refusals").json() == [], service


def test_every_view_is_the_fold_of_its_log_from_zero(disturbed: Played) -> None:
    assert differing(disturbed) == []
