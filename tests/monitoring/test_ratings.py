"""How a contract's measures were rated: what stands, for whom, and nothing where none is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec.structs import replace

from services.contracts.contracts.presets import COUNCIL
from services.monitoring.flags.events import Rating
from services.monitoring.flags.rating_routes import rated
from services.monitoring.flags.views import Point, SeriesRow
from shared.published.terms import Reading
from tests.monitoring.agreed import Q1, Q2, TERMS, body
from tests.monitoring.door import AFTER_Q1, AFTER_Q2, People, signed_house

AT = datetime(2026, 7, 10, tzinfo=UTC)


def point(period: str, rating: Rating | None, version: int = 1) -> Point:
    reading = Reading(measure="seen", period=period, value=Decimal(30))
    return Point(
        reading=reading, return_period=period, return_version=version, rating=rating, known_at=AT
    )


def test_the_rating_of_the_latest_version_of_each_period_stands() -> None:
    row = SeriesRow(
        contract="c1", partnership="p1", provider="a", commissioner="b", measure=TERMS.measures[0],
        points=(
            point(Q1, "good", 2), point(Q1, "inadequate"), point("2026-27-M04", None),
            point(Q2, "other"),
        ),
    )  # fmt: skip
    assert [(one.period, one.rating) for one in rated([row])] == [(Q2, "other"), (Q1, "good")]
    assert rated([replace(row, points=(point(Q1, None),))]) == []


async def test_both_sides_and_partners_read_the_ratings_and_nobody_else(
    service_database: str,
) -> None:
    async with signed_house(service_database, replace(TERMS, case=COUNCIL)) as running:
        people = People(running)
        for now, period, seen in ((AFTER_Q1, Q1, 32), (AFTER_Q2, Q2, 25)):
            await running.set_clock(now)
            at = f"/v1/returns/c1/{period}"
            assert (await people.ann.put(at, body(period, seen, 20 + (seen == 25)))).is_success
            await people.mo.done(f"{at}/acceptance", {"version": 1})
        await running.settle()
        for one in (people.ann, people.mo, people.ian):
            told = (await one.get("/v1/ratings/c1")).json()["items"]
            seen_only = [each for each in told if each["measure"] == "seen"]
            assert [(each["period"], each["rating"]) for each in seen_only] == [
                (Q2, "requires-improvement"), (Q1, "good"),
            ]  # fmt: skip
        assert (await people.other_provider.get("/v1/ratings/c1")).status_code == 404
        assert (await people.ann.get("/v1/ratings/none")).status_code == 404
