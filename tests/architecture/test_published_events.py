"""What a service publishes, somebody hears: another service, or partners and this file says why.

Law: nobody waits for an event that its source never publishes.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

import pytest

from shared.eventsourcing.events import Event, Published, type_of
from shared.published import gateway
from shared.running.running import Plan
from tests.architecture.test_routes import PLANS
from tests.shared import counters

SOURCES = ("needs", "procurement", "contracts", "monitoring")
PUBLISHED: Mapping[str, tuple[type[Published], ...]] = {
    source: importlib.import_module(f"shared.published.{source}").PUBLISHED for source in SOURCES
}

EXTERNAL: Mapping[str, str] = {
    "needs.strategy-approved.v1": "partners learn of the decision before the publication that"
    " the other services wait for",
    "monitoring.return-reminded.v1": "for the provider's own systems; nothing follows from it here",
}


def test_what_the_gateway_says_itself_partners_alone_hear() -> None:
    waiting = {event for plan in PLANS for _, _, event in heard(plan)}
    assert waiting.isdisjoint(gateway.PUBLISHED)
    assert all(type_of(event).startswith("gateway.") for event in gateway.PUBLISHED)


def heard(plan: Plan) -> Iterator[tuple[str, str, type[Event]]]:
    """What a service follows elsewhere: the subscriber, the source, the event."""
    for follower in (*plan.all_views(), *plan.reactions):
        if follower.source != plan.name:
            for event in follower.events:
                yield f"{plan.name}.{follower.name}", follower.source, event


def unheard(
    plans: list[Plan], published: Mapping[str, tuple[type[Published], ...]]
) -> dict[str, set[str]]:
    """By source, the events that no other service follows."""
    followed = {(source, type_of(event)) for plan in plans for _, source, event in heard(plan)}
    return {
        source: {type_of(event) for event in events if (source, type_of(event)) not in followed}
        for source, events in published.items()
    }


def test_every_published_event_is_heard_or_declared_for_partners_alone() -> None:
    silent = set[str]().union(*unheard(PLANS, PUBLISHED).values())
    assert silent - EXTERNAL.keys() == set()
    assert EXTERNAL.keys() - silent == set(), "heard by now, so no longer for partners alone"


def test_nobody_waits_for_what_is_never_published() -> None:
    known = {source: {type_of(event) for event in events} for source, events in PUBLISHED.items()}
    waiting = [
        f"{who} waits for {type_of(event)} of {source}"
        for plan in PLANS
        for who, source, event in heard(plan)
        if type_of(event) not in known.get(source, set())
    ]
    assert waiting == []


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_service_can_publish_is_its_contract_exactly(source: str) -> None:
    [plan] = [plan for plan in PLANS if plan.name == source]
    able = {type_of(event) for event in plan.events() if event.published}
    assert able == {type_of(event) for event in PUBLISHED[source]}


def test_an_event_nobody_hears_would_be_found() -> None:
    events = tuple(event for event in counters.PLAN.events() if issubclass(event, Published))
    assert events
    found = unheard([counters.PLAN], {counters.PLAN.name: events})
    assert found[counters.PLAN.name] == {type_of(event) for event in events}
