"""The steps of an axis: round numbers that hold every value given.

Law: no value lies outside its axis, and an axis starts at nothing unless that would hide change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

MOST_STEPS = 5
NEAR_NOTHING = 0.5
LEAST_SPAN = 0.5


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """An axis from its lowest to its highest step."""

    steps: tuple[float, ...]

    @property
    def low(self) -> float:
        return self.steps[0]

    @property
    def high(self) -> float:
        return self.steps[-1]

    def part(self, value: float) -> float:
        """Where a value lies, 0 at the lowest step and 1 at the highest."""
        return (value - self.low) / (self.high - self.low)


def scale(values: Sequence[float], most: float | None = None) -> Scale:
    """The axis of these values; `most` is what none can exceed, such as 100 per cent."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low >= 0 and low <= high * NEAR_NOTHING:
        low = 0.0
    if high - low < LEAST_SPAN:
        high = low + LEAST_SPAN
    step = _step((high - low) / MOST_STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    if last == high / step and (most is None or high < most):
        last += 1  # a value on the topmost line has no room for its label
    return Scale(steps=tuple(round(n * step, 6) for n in range(first, last + 1)))


def _step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is no less."""
    power = 10 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))
