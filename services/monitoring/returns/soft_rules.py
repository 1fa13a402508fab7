"""What may be right in a return but needs a word of explanation.

Law: asked about once for each measure, and only where nothing is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from services.monitoring.returns.looks import At, Look, measures
from shared.published.terms import MeasureId, MeasureTerms, Reading
from shared.values.quarters import months_of

UNKNOWN = "unknown"
FEWEST_EARLIER = 5
FEWEST_MONTHS = 2
MOVING_RANGES = Decimal("3.267")
LIMITS = Decimal("2.66")


def outside_expected(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    for n, reading in _whole_periods(look):
        if reading.measure in known and _outside(look, known[reading.measure], reading):
            yield At("readings", n, "value", reading.measure)


def moved_far(look: Look) -> Iterator[At]:
    """What lies outside the expected range is asked about there, and not a second time."""
    known = measures(look.terms)
    for n, reading in _whole_periods(look):
        earlier = look.past.values.get(reading.measure, ())
        if reading.value is None or len(earlier) < FEWEST_EARLIER or reading.measure not in known:
            continue
        far = abs(reading.value - earlier[-1]) > MOVING_RANGES * _mean_move(earlier)
        if _mean_move(earlier) and far and not _outside(look, known[reading.measure], reading):
            yield At("readings", n, "value", reading.measure)


def _whole_periods(look: Look) -> Iterator[tuple[int, Reading]]:
    for n, reading in enumerate(look.offer.readings):
        if reading.period == look.period and reading.value is not None:
            yield n, reading


def _mean_move(values: Sequence[Decimal]) -> Decimal:
    moves = [abs(b - a) for a, b in pairwise(values)]
    return sum(moves, Decimal(0)) / len(moves)


def _outside(look: Look, measure: MeasureTerms, reading: Reading) -> bool:
    low, high = _expected(look, measure)
    value = reading.value
    assert value is not None
    return (low is not None and value < low) or (high is not None and value > high)


def _expected(look: Look, measure: MeasureTerms) -> tuple[Decimal | None, Decimal | None]:
    """The contract's range; where it has none, mean ± 2.66 mean moves of the earlier values."""
    if measure.expected_from is not None or measure.expected_to is not None:
        return measure.expected_from, measure.expected_to
    earlier = look.past.values.get(measure.measure, ())
    if len(earlier) < FEWEST_EARLIER or not (move := _mean_move(earlier)):
        return None, None
    mean = sum(earlier, Decimal(0)) / len(earlier)
    return mean - LIMITS * move, mean + LIMITS * move


def months_apart(look: Look) -> Iterator[At]:
    """A quarter of people or events is no less than its largest month, no more than all of them:
    one who came in two months is counted in both, and once in the quarter.
    """
    months = frozenset(months_of(look.period)) - {look.period}
    known = measures(look.terms)
    by_month: defaultdict[MeasureId, list[Decimal | None]] = defaultdict(list)
    for reading in look.offer.readings:
        if reading.period in months:
            by_month[reading.measure].append(reading.value)
    for n, reading in _whole_periods(look):
        measure = known.get(reading.measure)
        if measure is None or measure.stock or measure.unit not in ("number", "pence"):
            continue
        parts = [value for value in by_month[reading.measure] if value is not None]
        if len(parts) < FEWEST_MONTHS or len(parts) < len(by_month[reading.measure]):
            continue  # with a month missing nothing can be said
        if reading.value is not None and not max(parts) <= reading.value <= sum(parts):
            yield At("readings", n, "value", reading.measure)


def missing_without_reason(look: Look) -> Iterator[At]:
    known = measures(look.terms)
    asked: set[MeasureId] = set()
    for n, reading in enumerate(look.offer.readings):
        if reading.status == "missing" and reading.measure in known.keys() - asked:
            asked.add(reading.measure)
            yield At("readings", n, "status", reading.measure)


def identical(look: Look) -> Iterator[At]:
    """Month by month and as a whole the same as last time, and not all nothing."""
    now, before = _figures(look.offer.readings), _figures(look.past.last)
    for measure in look.terms.measures:
        figures = now.get(measure.measure, [])
        if any(figures) and figures == before.get(measure.measure):
            yield At("readings", -1, "value", measure.measure)


def _figures(readings: Iterable[Reading]) -> Mapping[MeasureId, list[Decimal | None]]:
    found: defaultdict[MeasureId, list[Decimal | None]] = defaultdict(list)
    for reading in sorted(readings, key=lambda reading: reading.period):
        found[reading.measure].append(reading.value)
    return found


def mostly_unknown(look: Look) -> Iterator[At]:
    counted: defaultdict[tuple[MeasureId, str], int] = defaultdict(int)
    unknown: defaultdict[tuple[MeasureId, str], int] = defaultdict(int)
    for part in look.offer.breakdowns:
        key = part.measure, part.breakdown
        counted[key] += part.count
        unknown[key] += part.count if part.group.lower() == UNKNOWN else 0
    most = look.terms.most_unknown_basis_points
    for measure in look.terms.measures:
        for breakdown in measure.breakdowns:
            key = measure.measure, breakdown
            if unknown[key] * 10_000 > most * counted[key]:
                yield At("breakdowns", -1, breakdown, measure.measure)
                break
