"""The example of access to Kafka gives each service and agency what it needs, and nothing else.

Law: what a service may read is what its plan hears; the script is run, only Kafka's tool is not.
"""

import importlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.running.running import Plan
from tests.architecture.source import SERVICES

RECORDER = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >>"$RECORDED"
echo >>"$RECORDED"
"""
FIXED = ["--bootstrap-server", "kafka:9093", "--command-config", "admin.properties", "--add"]
OPERATIONS = {"Create", "DescribeConfigs", "Read", "Write"}


class Grant(NamedTuple):
    """One thing a user may do with one thing, or with all whose names begin so."""

    user: str
    operation: str
    kind: str
    name: str
    pattern: str = "literal"


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return tmp_path / "recorded"


@pytest.fixture
def run(repository: Path, tmp_path: Path, recorded: Path) -> Run:
    tool = tmp_path / "kafka-acls.sh"
    tool.write_text(RECORDER, encoding="utf-8")
    tool.chmod(0o700)
    told = {"BOOTSTRAP": "kafka:9093", "ADMIN": "admin.properties", "RECORDED": str(recorded)}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"

    def run_script(*agencies: str, cell: str = "north") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(repository / "deploy/kafka/acls.sh"), *agencies],
            env={"PATH": path, "CELL": cell, **told},
            capture_output=True,
            text=True,
            check=False,
        )

    return run_script


def granted(recorded: Path) -> list[Grant]:
    calls = recorded.read_text(encoding="utf-8").strip().split("\n\n")
    return [grant for call in calls for grant in grants(call.splitlines())]


def grants(words: list[str]) -> list[Grant]:
    """What one call of Kafka's tool would grant; every word of it has to be known."""
    assert words[: len(FIXED)] == FIXED
    options = list(zip(words[len(FIXED) :: 2], words[len(FIXED) + 1 :: 2], strict=True))
    once = dict(option for option in options if option[0] != "--operation")
    user = once.pop("--allow-principal").removeprefix("User:")
    pattern = once.pop("--resource-pattern-type", "literal")
    [(kind, name)] = once.items()
    operations = [value for option, value in options if option == "--operation"]
    assert set(operations) <= OPERATIONS
    return [Grant(user, each, kind.removeprefix("--"), name, pattern) for each in operations]


def plan_of(service: str) -> Plan:
    return importlib.import_module(f"services.{service}.main").PLAN


def needed_by(service: str) -> set[Grant]:
    user = f"goldenthread.north.{service}"
    own = f"goldenthread.north.{service}.v1"
    writes = {Grant(user, each, "topic", own) for each in ("Create", "DescribeConfigs", "Write")}
    heard = set(plan_of(service).sources()) - {service}
    return writes | {Grant(user, "Read", "topic", f"goldenthread.north.{one}.v1") for one in heard}


def needed_by_agency(agency: str) -> set[Grant]:
    user = f"goldenthread.partner.{agency}"
    return {
        Grant(user, "Read", "topic", f"{user}.v1"),
        Grant(user, "Read", "group", f"{user}.", "prefixed"),
    }


def needed_for_partners() -> set[Grant]:
    return {
        Grant("goldenthread.north.gateway", each, "topic", "goldenthread.partner.", "prefixed")
        for each in ("Create", "DescribeConfigs", "Write")
    }


def test_each_service_writes_its_own_topic_and_reads_what_it_hears(
    run: Run, recorded: Path
) -> None:
    assert run().returncode == 0
    found = granted(recorded)
    assert len(found) == len(set(found))
    needed = {grant for service in SERVICES for grant in needed_by(service)}
    assert set(found) == needed | needed_for_partners()


def test_each_agency_reads_its_own_topic_and_no_other(run: Run, recorded: Path) -> None:
    assert run("icb", "police").returncode == 0
    partners = [one for one in granted(recorded) if one.user.startswith("goldenthread.partner.")]
    assert sorted(partners) == sorted(needed_by_agency("icb") | needed_by_agency("police"))


def test_no_agency_reaches_the_groups_of_one_whose_name_begins_like_its_own(
    run: Run, recorded: Path
) -> None:
    run("east")
    [own] = [grant for grant in granted(recorded) if grant.kind == "group"]
    assert "goldenthread.partner.east.stock".startswith(own.name)
    assert not "goldenthread.partner.eastleigh.stock".startswith(own.name)


@pytest.mark.parametrize("agency", ["*", "icb.v1 --operation All", ""])
def test_a_name_that_could_widen_a_grant_is_refused(run: Run, recorded: Path, agency: str) -> None:
    refused = run("icb", agency)
    assert refused.returncode == 2
    assert "cannot be part of a topic's name" in refused.stderr
    assert not recorded.exists()


def test_a_grant_that_fails_stops_the_script(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kafka-acls.sh").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert run("icb").returncode == 1
