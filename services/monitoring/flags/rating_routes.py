"""The door at which a contract's ratings are read: one for each measure and period that has one.

Law: only what the contract has rated is here, and of a restated period the rating that stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel

from services.monitoring.flags.events import Rating
from services.monitoring.flags.routes import EverySeries
from services.monitoring.flags.views import SeriesRow
from services.monitoring.heard import parties_of_contract
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/ratings", tags=["flags"])

Reader = Annotated[
    Actor, allowed("flags:read", "provider", "lead", "member", of=parties_of_contract)
]


class RatingShown(BaseModel):
    """`rating` in the words of the Procurement Act 2023 s.71; it stands since `known_at`."""

    measure: str
    title: str
    period: str
    rating: Rating
    return_version: int
    known_at: datetime


class Ratings(BaseModel):
    """The ratings of one contract, the latest period first."""

    contract: str
    items: list[RatingShown]


@router.get("/{contract}")
async def read_ratings(contract: Id, every: EverySeries, _: Reader) -> Ratings:
    """How each measure was rated, period by period; none where the contract asks for none. 404."""
    found = await every.find(where={"contract": contract})
    return Ratings(contract=contract, items=rated(found.values()))


def rated(every: Iterable[SeriesRow]) -> list[RatingShown]:
    """The rating of each whole period that stands, the latest period first."""
    standing = {
        (point.reading.period, row.measure.measure): RatingShown(
            measure=row.measure.measure,
            title=row.measure.title,
            period=point.reading.period,
            rating=point.rating,
            return_version=point.return_version,
            known_at=point.known_at,
        )
        for row in every
        for point in sorted(row.points, key=lambda one: one.return_version)
        if point.rating is not None
    }
    by_measure = sorted(standing.items(), key=lambda one: one[0][1])
    return [one for _, one in sorted(by_measure, key=lambda one: one[0][0], reverse=True)]
