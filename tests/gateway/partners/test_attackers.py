"""An attacker with an agency's log learns nothing that the agency's own people could not ask for.

Every event of every log is held against the doors, asked by that agency in its best role.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from services.gateway.partners.audience import RULES, TENDER, TENDER_OPENED
from shared.eventsourcing.events import Event
from shared.published import contracts, gateway, monitoring, needs, procurement
from shared.testing.houses import RunningHouse
from tests.gateway import story
from tests.gateway.partners.happened import JOINED
from tests.gateway.partners.reading import logs_of

PUBLIC = tuple(event for event, rule in RULES.items() if rule in (TENDER, TENDER_OPENED))
OF_ITSELF = (procurement.ProviderRegistered, gateway.EntitlementGranted, gateway.EntitlementEnded)
OFFICERS = {"signed_by", "submitted_by", "accepted_by", "prepared_by", "approved_by", "issued_by"}
"""Ids that say nothing about a person; the doors show most of them elsewhere."""

SMALL = (story.reading("m-helped", 57, 4, 7), story.reading("m-seen", 41))


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    """The story, a quarter whose counts are small, an incident, and a partner that came late."""
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        again = story.restated(2, *SMALL)
        await running.hear("monitoring", "return/c1:2026-27-Q1", again)
        await running.hear("monitoring", "incident/i1", story.INCIDENT)
        await running.hear("needs", "partnership/p1", JOINED)
        await running.hear("contracts", "contract/c1", story.VARIED)
        yield running


def door_of(event: Event) -> str:
    """Where the object of an event is asked for."""
    match event:
        case contracts.CostTruedUp():
            return f"/v1/ledgers/{event.fund}"
        case _ if contract := getattr(event, "contract", ""):
            return f"/v1/contract-views/{contract}"
        case _ if fund := getattr(event, "fund", ""):
            return f"/v1/ledgers/{fund}"
        case needs.DecisionTaken() | needs.HomeAuthorityGiven():
            return f"/v1/threads/decision/{event.decision}"
        case _ if specification := getattr(event, "specification", ""):
            return f"/v1/threads/specification/{specification}"
        case _ if strategy := getattr(event, "strategy", ""):
            return f"/v1/threads/strategy/{strategy}"
        case needs.AssessmentPublished():
            return f"/v1/threads/assessment/{event.assessment}"
        case _:
            return "/v1/overview"  # what an agency's own partnerships are


def roles_of(event: Event, agency: str) -> tuple[str, ...]:
    terms = getattr(event, "terms", None)
    provides = agency in ("acorn", "beech") or (terms and terms.provider == agency)
    return ("provider",) if provides else ("contract-manager", "finance")


async def test_whatever_lies_in_a_log_its_agency_may_ask_for(house: RunningHouse) -> None:
    asked = 0
    for agency, log in (await logs_of(house)).items():
        for told in log:
            event = told.event
            if isinstance(event, PUBLIC + OF_ITSELF):
                continue
            if isinstance(event, procurement.AwardConfirmed) and agency == event.provider:
                continue  # shown at the door of procurement, to whom the award was made
            caller = house.caller(agency, "p-0", *roles_of(event, agency))
            response = await caller.get(door_of(event))
            assert response.status_code == 200, f"{agency}: {told.envelope.type}"
            asked += 1
    assert asked > 60


@pytest.mark.parametrize(
    ("agency", "others"),
    [("elsewhere", ("p1", "c1", "c2", "f1", "acorn")), ("beech", ("c1", "st1", "icb")),
     ("acorn", ("c2", "st1", "a1", "icb"))],
)  # fmt: skip
async def test_an_agency_is_told_nothing_of_what_is_others(
    house: RunningHouse, agency: str, others: tuple[str, ...]
) -> None:
    """Ids of others' objects do not occur but in what is public."""
    log = (await logs_of(house))[agency]
    assert log
    for told in log:
        if not isinstance(told.event, PUBLIC):
            words = set(leaves(msgspec.json.decode(told.envelope.body)))
            assert words.isdisjoint(others), told.envelope.type


def leaves(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                if name not in OFFICERS:
                    yield from leaves(inner)
        case list():
            for inner in value:  # pyright: ignore[reportUnknownVariableType]
                yield from leaves(inner)
        case _:
            yield value


async def test_the_figures_in_a_log_are_those_the_door_shows(house: RunningHouse) -> None:
    """Each figure of the version that stands, value by value, in the log as at the door."""
    for agency in ("council", "icb", "trust", "acorn"):
        told = [
            one.event
            for one in (await logs_of(house))[agency]
            if isinstance(one.event, monitoring.ReturnRestated)
        ]
        if agency == "trust":
            assert told == [], "it came later and has the snapshot"
            continue
        [restated] = told
        role = "provider" if agency == "acorn" else "contract-manager"
        caller = house.caller(agency, "p-0", role)
        shown = (await caller.get("/v1/contract-views/c1")).json()
        points = {one["terms"]["measure"]: one["points"] for one in shown["measures"]}
        for reading in restated.readings:
            [point] = points[reading.measure]
            assert decimal(point["value"]) == reading.value, f"{agency} {reading.measure}"
            assert decimal(point["numerator"]) == reading.numerator
        [first, *_] = shown["returns"]
        assert (first["story"] is None) == (restated.withheld != ())


def decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


async def test_money_in_a_log_is_the_money_at_the_door(house: RunningHouse) -> None:
    for agency, log in (await logs_of(house)).items():
        paid = [one.event for one in log if isinstance(one.event, contracts.PaymentMade)]
        if not paid:
            continue
        caller = house.caller(agency, "p-0", *roles_of(paid[0], agency))
        shown = (await caller.get("/v1/contract-views/c1")).json()
        assert {one.amount_pence for one in paid} <= {
            one["amount_pence"] for one in shown["payments"]
        }


async def test_an_incident_lies_in_two_logs_alone(house: RunningHouse) -> None:
    told = {
        agency
        for agency, log in (await logs_of(house)).items()
        if any(isinstance(one.event, monitoring.SeriousIncidentReported) for one in log)
    }
    assert told == {"council", "acorn"}


async def test_a_stolen_systems_token_reads_one_agencys_log(house: RunningHouse) -> None:
    """There is no parameter, header or cookie by which another's could be named."""
    thief = house.caller("beech", "", "partner-system")
    for query in ("?agency=icb", "?source=/partners/icb", "?partner=icb"):
        response = await thief.get(f"/v1/partner-feed{query}")
        assert {one["source"] for one in response.json()} == {"/partners/beech"}
