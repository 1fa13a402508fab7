"""Agencies' logs as a test reads them: everything, decoded, in the order of their numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from services.gateway.partners.routes import partner_logs
from services.gateway.partners.writing import CODEC
from shared.eventsourcing.events import Envelope, Event, type_of
from shared.testing.houses import RunningHouse


class Told(NamedTuple):
    """One event of an agency's log."""

    envelope: Envelope
    event: Event


async def log_of(house: RunningHouse, agency: str) -> list[Told]:
    page = await partner_logs(house.house).of(agency).read(0, 5000, 0.0)
    numbers = [envelope.publication for envelope in page.envelopes]
    assert numbers == list(range(1, page.head + 1)), "a log has no holes"
    return [
        Told(envelope, CODEC.decode(envelope.type, envelope.body)) for envelope in page.envelopes
    ]


async def logs_of(house: RunningHouse) -> dict[str, list[Told]]:
    return {
        agency: await log_of(house, agency) for agency in await partner_logs(house.house).agencies()
    }


def kinds(log: list[Told]) -> list[str]:
    """The names of the events, without version."""
    return [type_of(type(told.event)).removesuffix(".v1") for told in log]


def of(log: list[Told], kind: type[Event]) -> list[Any]:
    return [told.event for told in log if isinstance(told.event, kind)]


async def feed(house: RunningHouse, agency: str, query: str = "") -> list[dict[str, Any]]:
    """The agency's feed as its system reads it over HTTP."""
    response = await house.caller(agency, "", "partner-system").get(f"/v1/partner-feed{query}")
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content)
