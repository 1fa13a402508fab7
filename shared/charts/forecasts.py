"""Where a series goes if nothing changes: a straight line through its values, and how sure it is.

Law: too few values give no forecast; a period without a value counts as time and as nothing else;
nothing is forecast beyond the bounds of its unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import msgspec

FEWEST = 4
AHEAD = 2
METHOD = (
    "Forecast if nothing changes: the straight line nearest to the values so far (least squares), "
    "moved on; the interval holds 80 of 100 future values if they keep varying as they have."
)
TOO_FEW = f"No forecast: fewer than {FEWEST} values."
NORMAL = 1.2816  # nine tenths of a normal distribution lie below


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """One period ahead, in the unit of the series."""

    value: float
    low: float
    high: float


def forecast(
    values: Sequence[float | None], low: float = 0.0, high: float = float("inf"), ahead: int = AHEAD
) -> tuple[Coming, ...]:
    """The next periods with their 80% prediction intervals; nothing of fewer than four values."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    if len(known) < FEWEST:
        return ()
    count = len(known)
    mean_x = sum(x for x, _ in known) / count
    mean_y = sum(y for _, y in known) / count
    spread = sum((x - mean_x) ** 2 for x, _ in known)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in known) / spread
    left = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in known)
    sigma = sqrt(max(left, 0.0) / (count - 2))
    found: list[Coming] = []
    for x in range(len(values), len(values) + ahead):
        middle = mean_y + slope * (x - mean_x)
        half = quantile(count - 2) * sigma * sqrt(1 + 1 / count + (x - mean_x) ** 2 / spread)
        edges = (min(high, max(low, y)) for y in (middle, middle - half, middle + half))
        value, under, over = edges
        found.append(Coming(value=value, low=under, high=over))
    return tuple(found)


def quantile(freedom: int) -> float:
    """Student's t below which nine tenths lie; exact for 1 and 2, else within 0.2 %."""
    if freedom == 1:
        return 3.0777
    if freedom == 2:
        return 1.8856
    z, n = NORMAL, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
