"""One real body of every event type, kept for ever: what was once written can still be read.

Law: a sample is never changed; a new version of an event brings a sample of its own.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import msgspec
import pytest

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import type_of
from shared.running.running import Plan

SERVICES = ("needs", "procurement", "contracts", "monitoring", "gateway")


def plan_of(service: str) -> Plan | None:
    """What a service consists of; None for one that is not built."""
    if importlib.util.find_spec(f"services.{service}.main") is None:
        return None
    return importlib.import_module(f"services.{service}.main").PLAN


def built() -> list[Plan]:
    return [plan for service in SERVICES if (plan := plan_of(service)) is not None]


PLANS = {plan.name: plan for plan in built()}


@pytest.mark.parametrize("service", PLANS)
def test_every_event_has_a_sample(service: str, repository: Path) -> None:
    folder = repository / "tests/samples" / service
    sampled = {path.name.removesuffix(".json") for path in folder.glob("*.json")}
    assert {type_of(event) for event in PLANS[service].events()} - sampled == set()


@pytest.mark.parametrize("service", PLANS)
def test_every_sample_is_read_as_it_was_written(service: str, repository: Path) -> None:
    plan = PLANS[service]
    codec = Codec(plan.events(), plan.upcasters)
    current = {type_of(event) for event in plan.events()}
    for path in sorted((repository / "tests/samples" / service).glob("*.json")):
        body = path.read_bytes()
        assert body.count(b"\n") == 1, f"{path.name} is one line"
        assert msgspec.json.decode(body)["type"] == path.name.removesuffix(".json")
        event = codec.decode(path.name.removesuffix(".json"), body)
        if type_of(type(event)) == path.name.removesuffix(".json"):
            assert codec.encode(event) == body.strip(), path.name
        assert type_of(type(event)) in current
