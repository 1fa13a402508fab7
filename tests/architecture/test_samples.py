"""One real body of every event, decoded by the code of today: a shipped event never changes.

A sample is never edited; a new version of an event gets a sample of its own.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Event, type_of
from shared.published import gateway
from shared.running.running import Plan
from tests.architecture.test_routes import PLANS
from tests.shared import counters

SAMPLES = Path("tests/samples")


def events_of(plan: Plan) -> list[type[Event]]:
    """What a service writes; what the gateway publishes lies in its partners' logs alone."""
    return [*plan.events(), *(gateway.PUBLISHED if plan.name == "gateway" else ())]


def unsampled(plan: Plan, samples: dict[str, bytes]) -> list[str]:
    """Every event class of the service of which there is no sample."""
    return sorted({type_of(event) for event in events_of(plan)} - samples.keys())


def faults(plan: Plan, samples: dict[str, bytes]) -> list[str]:
    """Each sample that today's code reads otherwise than it was written, or not at all."""
    codec = Codec(events_of(plan))
    return [
        f"{type}: {fault}"
        for type, body in samples.items()
        if (fault := fault_of(codec, events_of(plan), type, body))
    ]


def fault_of(codec: Codec, events: list[type[Event]], type: str, body: bytes) -> str:
    if not codec.knows(type):
        return "is no event of this service"
    content = msgspec.json.decode(body)
    if content.get("type") != type:
        return "says it is of another type"
    event = codec.decode(type, body)
    if type not in {type_of(one) for one in events}:
        return ""  # an older version: it is enough that it still becomes the current one
    said = codec.encode(event)
    return "" if said == body.strip() else f"is read as {said.decode()}"


def samples_of(repository: Path, service: str) -> dict[str, bytes]:
    folder = repository / SAMPLES / service
    return {file.stem: file.read_bytes() for file in sorted(folder.glob("*.json"))}


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_every_event_has_a_sample_that_still_reads_as_it_was_written(
    plan: Plan, repository: Path
) -> None:
    samples = samples_of(repository, plan.name)
    assert unsampled(plan, samples) == []
    assert faults(plan, samples) == []
    assert [type for type, body in samples.items() if body.count(b"\n") != 1] == []


def test_a_missing_a_strange_and_a_changed_sample_are_seen() -> None:
    plan = counters.PLAN
    first = min(plan.events(), key=type_of)
    assert type_of(first) in unsampled(plan, {})
    assert faults(plan, {"elsewhere.happened.v1": b"{}"}) == [
        "elsewhere.happened.v1: is no event of this service"
    ]
    mistold = {type_of(first): b'{"type":"another.v1"}'}
    assert faults(plan, mistold) == [f"{type_of(first)}: says it is of another type"]
