"""The whole house put back by its commands: a reader older than its sources, and a source older
than its readers.

Law: a house of its own, told the beginning of the story alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest

from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Json
from goldenthread.demo.story import ACTS
from goldenthread.house import open_house
from tests.journeys.playing import Played, Remembering, folder
from tests.journeys.rebuilding import differing
from tests.journeys.test_house import goldenthread


@pytest.fixture(scope="module")
def home() -> Generator[Path]:
    """A house at rest, in which a partnership was formed and took over what was there.

    `before`, beside it, is a copy from between the two.
    """
    with folder() as place:
        home = place / "house"
        with open_house(home) as running:
            stage = Remembering(running.addresses, running.place)
            story = Story(stage)
            ACTS[0].scene(story)
            stage.settle()
            done("backup", str(place / "before"), home)
            ACTS[1].scene(story)
            stage.settle()
            stage.close()
            refused = goldenthread("restore", str(place / "before"), "--data", str(home))
            assert refused.returncode == 1
            assert "a house is already running on" in refused.stdout
            assert "Nothing was passed over." in done("audit", home)
        yield home


def done(*words: str | Path) -> str:
    """A command on the house named last that must succeed; what it said."""
    *command, home = words
    told = goldenthread(*map(str, command), "--data", str(home))
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def test_a_gateway_older_than_its_sources_catches_up(home: Path) -> None:
    said = done("restore", str(home.parent / "before"), "--service", "gateway", home)
    assert "gateway: 0 events" in said
    with open_house(home) as running, httpx.Client(timeout=60) as client:
        stage = Remembering(running.addresses, running.place)
        stage.settle()
        told = Played(running, stage, Story(stage), client)
        assert differing(told) == []
        assert "Nothing was passed over." in done("audit", home)
        assert "No effect has lost its cause." in done("accept-restore", "--reason", "a test", home)
        stage.close()


def test_contracts_older_than_its_readers_stop_them_until_a_person_accepts(home: Path) -> None:
    said = done("restore", str(home.parent / "before"), "--service", "contracts", home)
    assert "epoch 2 begins" in said
    assert "accept-restore" in said
    with open_house(home) as running, httpx.Client(timeout=60) as client:
        stage = Remembering(running.addresses, running.place)
        told = Played(running, stage, Story(stage), client)
        found = goldenthread("audit", "--data", str(home))
        assert found.returncode == 1, found.stdout
        eventually(
            lambda: {"gateway", "monitoring"} <= {who.split()[-1] for who in stopped_by(told)}
        )

        said = done("accept-restore", "--reason", "a test", home)

        assert "have lost their cause" in said
        assert "back to" in said
        stage.settle()
        orphans: list[Json] = told.operated("monitoring", "GET", "orphans").json()
        assert {one["source"] for one in orphans} == {"contracts"}
        assert stopped_by(told) == []
        assert differing(told) == []
        assert "Nothing was passed over." in done("audit", home)
        stage.close()


def eventually(so: Callable[[], bool]) -> None:
    """It is so within a minute: a subscriber hears its source when it comes to it."""
    until = time.monotonic() + 60
    while not so():
        assert time.monotonic() < until
        time.sleep(0.1)


def stopped_by(told: Played) -> list[str]:
    """Who has stopped hearing contracts, by service and name."""
    return [
        f"{where['subscriber']} of {service}"
        for service in told.running.addresses
        for where in told.operated(service, "GET", "progress").json()["following"]
        if where["stopped"]
    ]
