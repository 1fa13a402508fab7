"""The rule book's XmR rules again, the slow way with fractions, to judge the fast way by."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise


def sign(value: Fraction) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def limits(
    values: Sequence[Fraction], k: int | None
) -> tuple[Fraction, Fraction | None, Fraction | None]:
    """The mean, the whole width and the near width; None where there are no limits."""
    baseline = list(values) if k is None else list(values[:k])
    mean = sum(baseline, Fraction(0)) / len(baseline)
    ranges = [abs(b - a) for a, b in pairwise(baseline)]
    if not ranges:
        return mean, None, None
    average = sum(ranges, Fraction(0)) / len(ranges)
    kept = [r for r in ranges if r < Fraction("3.267") * average]
    average = sum(kept, Fraction(0)) / len(kept) if kept else Fraction(0)
    if average == 0:
        return mean, None, None
    return mean, Fraction("2.66") * average, Fraction(2, 3) * Fraction("2.66") * average


def classes(values: Sequence[Fraction], k: int | None) -> list[tuple[str, int]]:
    """The first rule that holds for each point of one group, and its direction."""
    mean, wide, near_width = limits(values, k)
    count = len(values)
    side = [sign(y - mean) for y in values]
    outside = [wide is not None and abs(y - mean) > wide for y in values]
    near = [
        near_width is not None and not outside[i] and abs(values[i] - mean) > near_width
        for i in range(count)
    ]
    trend, run, three = [False] * count, [False] * count, [False] * count
    for i in range(count - 6):
        seven = values[i : i + 7]
        if all(b > a for a, b in pairwise(seven)) or all(b < a for a, b in pairwise(seven)):
            trend[i : i + 7] = [True] * 7
        if set(side[i : i + 7]) in ({1}, {-1}):
            run[i : i + 7] = [True] * 7
    for i in range(count - 2):
        places = (i, i + 1, i + 2)
        if {side[j] for j in places} in ({1}, {-1}) and sum(near[j] for j in places) >= 2:
            for j in places:
                three[j] = three[j] or near[j]
    found: list[tuple[str, int]] = []
    for i in range(count):
        if outside[i]:
            found.append(("outside", side[i]))
        elif trend[i]:
            ahead = sign(values[i + 1] - values[i]) if i + 1 < count and trend[i + 1] else 0
            found.append(("trend", ahead if ahead else sign(values[i] - values[i - 1])))
        elif three[i]:
            found.append(("two-of-three", side[i]))
        elif run[i]:
            found.append(("run", side[i]))
        else:
            found.append(("none", 0))
    return found
