"""What may be right in a return but needs a word of explanation.

Law: asked about once for each measure, and only where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from services.monitoring.returns.looks import At, Look
from shared.published.terms import (
    MeasureId,
    Reading,
)

UNKNOWN = "unknown"
MOST_UNKNOWN_BASIS_POINTS = 2000
FEWEST_EARLIER = 5
MOVING_RANGES = Decimal("3.267")


def moved_far(look: Look) -> Iterator[At]:
    for n, reading in enumerate(look.offer.readings):
        earlier = look.past.values.get(reading.measure, ())
        if reading.period != look.period or reading.value is None or len(earlier) < FEWEST_EARLIER:
            continue
        moves = [abs(b - a) for a, b in pairwise(earlier)]
        mean = sum(moves, Decimal(0)) / len(moves)
        if mean and abs(reading.value - earlier[-1]) > MOVING_RANGES * mean:
            yield At("readings", n, "value", reading.measure)


def missing_without_reason(look: Look) -> Iterator[At]:
    for measure in look.terms.measures:
        for n, reading in enumerate(look.offer.readings):
            if reading.measure == measure.measure and reading.status == "missing":
                yield At("readings", n, "status", reading.measure)
                break


def identical(look: Look) -> Iterator[At]:
    """Month by month and as a whole the same as last time, and not all nothing."""
    for measure in look.terms.measures:
        now = _figures(look.offer.readings, measure.measure)
        if any(now) and now == _figures(look.past.last, measure.measure):
            yield At("readings", -1, "value", measure.measure)


def _figures(readings: Iterable[Reading], measure: MeasureId) -> list[Decimal | None]:
    of_measure = (reading for reading in readings if reading.measure == measure)
    return [reading.value for reading in sorted(of_measure, key=lambda reading: reading.period)]


def mostly_unknown(look: Look) -> Iterator[At]:
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            parts = [
                part
                for part in look.offer.breakdowns
                if (part.measure, part.breakdown) == (measure.measure, breakdown)
            ]
            unknown = sum(part.count for part in parts if part.group == UNKNOWN)
            if unknown * 10_000 > MOST_UNKNOWN_BASIS_POINTS * sum(part.count for part in parts):
                yield At("breakdowns", -1, breakdown, measure.measure)
                break
