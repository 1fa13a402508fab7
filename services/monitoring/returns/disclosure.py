"""What of a return someone may see: breakdowns, small counts and stories are not for everybody.

Law: until a policy is set, only the provider and the contract manager see the true figures; to
others a figure that a small count stands behind is `suppressed`, with the months that would give
it away.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from services.monitoring.returns.state import Version
from shared.published.terms import MeasureId, Reading

FEWEST = 8


def is_small(reading: Reading, unit: str) -> bool:
    """Whether a count of fewer than eight stands behind a reading, also as its remainder."""
    counts = [reading.numerator, reading.denominator]
    if reading.numerator is not None and reading.denominator is not None:
        counts.append(reading.denominator - reading.numerator)
    if unit == "number":
        counts.append(reading.value)
    return any(count is not None and count < FEWEST for count in counts)


def suppressed(readings: Sequence[Reading], units: dict[MeasureId, str]) -> tuple[Reading, ...]:
    """Of a measure with a small count anywhere in the return, nothing shows: a total beside its
    other months would give the small one away.
    """
    hidden = {
        reading.measure
        for reading in readings
        if is_small(reading, units.get(reading.measure, "number"))
    }
    return tuple(
        _hidden(reading) if reading.measure in hidden and reading.status == "given" else reading
        for reading in readings
    )


def _hidden(reading: Reading) -> Reading:
    return replace(reading, value=None, numerator=None, denominator=None, status="suppressed")


def small_number(count: int) -> int | None:
    """A count of complaints or compliments, where it is large enough."""
    return count if count >= FEWEST else None


def for_others(version: Version, units: dict[MeasureId, str]) -> Version:
    """A version as someone without the right to the true figures sees it."""
    return replace(
        version,
        readings=suppressed(version.readings, units),
        breakdowns=(),
        story=None,
        reason=None,
        rejected=None,
        receipt="",
        declaration=None,
        content=None,
        evidence=(),
        risks=(),
        incidents=(),
    )
