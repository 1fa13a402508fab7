"""Twenty processes are killed under an open load; what was accepted is there, once.

Law: CRASH_SEED repeats a run's moments; where it fails, the seed is shown.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from tests.crash.journeys import KINDS
from tests.crash.judging import Verdict, judge, summary
from tests.crash.storm import Storm, any_seed, bus_at_hand, name_of, stormy
from tests.journeys.playing import folder

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or any_seed()


def say(said: str) -> None:
    print(said)  # noqa: T201 - shown where it fails


@pytest.fixture(scope="module")
def storm() -> Generator[Storm]:
    with folder() as place, stormy(place, bus_at_hand(say), KILLS, SEED, say) as storm:
        yield storm


@pytest.fixture(scope="module")
def verdict(storm: Storm) -> Verdict:
    verdict = judge(storm)
    say(summary(storm, verdict))
    return verdict


def test_every_process_was_killed_and_every_kind_of_journey_made(storm: Storm) -> None:
    assert storm.killer.kills.total() == KILLS
    assert set(storm.killer.kills) == set(storm.running.pids())
    assert storm.broken == []
    assert {kind for kind, _ in storm.made} == {name_of(kind) for kind, _ in KINDS}


def test_nothing_accepted_is_lost(verdict: Verdict) -> None:
    assert verdict.lost == []


def test_nothing_happened_twice(verdict: Verdict) -> None:
    assert verdict.duplicated == []


def test_nothing_is_parked_or_stopped(verdict: Verdict) -> None:
    assert verdict.parked == []


def test_logs_views_and_books_agree(verdict: Verdict) -> None:
    assert verdict.broken == []
