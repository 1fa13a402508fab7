"""XmR charts: which points of a series are special causes, and what the process can be relied on.

Law: every comparison is exact. Values become whole numbers over one denominator, so a tie is a tie,
and a point on a limit is not beyond it; nothing is rounded before it is judged.

A value may be a Decimal, an int, a Fraction, or a float (the shortest decimal that writes it). None
is a gap: no point; the points on either side follow one another, and a warning names it.

A group is a series up to the next rebase; no rule reaches across one. Its baseline is all of its
points or its first k. Limits are the baseline's mean ± 2.66 average moving ranges, after ranges of
3.267 times their average or more were dropped once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Literal, NamedTuple

FEWEST_BASELINE = 12
FEWEST_SETTLED = 13
TREND = 7
RUN = 7
WIDE, NEAR, WHOLE = 798, 532, 300  # 2.66 and two thirds of it, in three-hundredths
DROPPED_FROM, THOUSAND = 3267, 1000  # 3.267, in thousandths
MOST_DIGITS = 18

Number = Decimal | int | Fraction | float
Improvement = Literal["higher", "lower", "neutral"]
Rule = Literal["none", "outside", "trend", "two-of-three", "run"]
Heading = Literal["", "up", "down"]
Meaning = Literal["common", "improvement", "concern", "high", "low", "gap"]
Variation = Literal[
    "common", "improvement-high", "improvement-low", "concern-high", "concern-low", "high", "low"
]
Assurance = Literal["passes", "fails", "hit-and-miss"]
WarningCode = Literal["too-few", "no-limits", "trial-limits", "gaps"]


class Unchartable(ValueError):
    """A series that cannot be charted; `code` says which of its rules is broken."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code


class Point(NamedTuple):
    """A value under its label (a date, a month, a quarter), and the target that held then."""

    label: str
    value: Number | None
    target: Number | None = None


class Judged(NamedTuple):
    """A point with the first rule that names it, where it heads, and what that means.

    `heading` is the point's side of the mean, or in a trend the way it goes. A gap has no rule.
    """

    label: str
    value: Number | None
    target: Number | None
    group: int
    rule: Rule
    heading: Heading
    meaning: Meaning


class Group(NamedTuple):
    """What holds from one rebase to the next; limits are None where there are none.

    `first` and `last` are places in the series, both inside; `size` counts points, gaps not.
    """

    first: int
    last: int
    size: int
    baseline: int
    mean: Fraction | None
    moving_range: Fraction | None
    lower: Fraction | None
    upper: Fraction | None
    near_lower: Fraction | None
    near_upper: Fraction | None


class Warned(NamedTuple):
    """Something to say beside the chart; `group` is None where it is about the whole series."""

    code: WarningCode
    said: str
    group: int | None


class Chart(NamedTuple):
    """The series judged. An icon is None where nothing can be said."""

    points: tuple[Judged, ...]
    groups: tuple[Group, ...]
    variation: Variation | None
    assurance: Assurance | None
    warnings: tuple[Warned, ...]


class SpecialCause(NamedTuple):
    """What is known of a series' latest point: evidence beside a flag, never a flag itself.

    `meaning` is `gap` where there is no point at all.
    """

    label: str
    rule: Rule
    heading: Heading
    meaning: Meaning
    variation: Variation | None
    assurance: Assurance | None
    warnings: tuple[WarningCode, ...]

    @property
    def is_special(self) -> bool:
        return self.variation is not None and self.rule != "none"


def special_cause(
    points: Sequence[Point],
    improvement: Improvement,
    *,
    target: Number | None = None,
    rebases: Iterable[int | str] = (),
    baseline: int | None = None,
) -> SpecialCause:
    """The latest point's class and the two icons; arguments and errors as in `chart`."""
    if not points:
        return SpecialCause("", "none", "", "gap", None, None, ("too-few",))
    found = chart(points, improvement, target=target, rebases=rebases, baseline=baseline)
    given = [one for one in found.points if one.value is not None]
    latest = given[-1] if given else found.points[-1]
    last = len(found.groups) - 1
    return SpecialCause(
        label=latest.label,
        rule=latest.rule,
        heading=latest.heading,
        meaning=latest.meaning,
        variation=found.variation,
        assurance=found.assurance,
        warnings=tuple(one.code for one in found.warnings if one.group in (None, last)),
    )


def chart(
    points: Sequence[Point],
    improvement: Improvement,
    *,
    target: Number | None = None,
    rebases: Iterable[int | str] = (),
    baseline: int | None = None,
) -> Chart:
    """Judges a series in the order given (see `ordered`).

    `target` holds for points without one of their own. Each rebase, a place in the series or a
    label, starts a group. `baseline` is how many first points of each group set its limits, twelve
    or more; None is all of them.

    Raises Unchartable: empty, duplicate-label, unknown-rebase, baseline-too-short, not-a-number,
    number-too-long.
    """
    if not points:
        raise Unchartable("empty", "The series has no values.")
    if baseline is not None and baseline < FEWEST_BASELINE:
        said = f"A baseline has at least {FEWEST_BASELINE} points."
        raise Unchartable("baseline-too-short", said)
    for aim in (target, *(point.target for point in points)):
        if aim is not None:
            _ratio(aim)
    starts = _starts(points, rebases)
    scaled, scale = _scaled([point.value for point in points])
    judged: list[Judged] = []
    groups: list[Group] = []
    for first, end in zip(starts, (*starts[1:], len(points)), strict=True):
        values = [value for value in scaled[first:end] if value is not None]
        group, rules = _judge(values, first, end, scale, baseline)
        turns = iter(rules)
        for place in range(first, end):
            point = points[place]
            aim = target if point.target is None else point.target
            if scaled[place] is None:
                judged.append(Judged(point.label, None, aim, len(groups), "none", "", "gap"))
                continue
            rule, way = next(turns)
            heading = "" if rule == "none" else "up" if way > 0 else "down"
            meaning = _meaning(rule, way, improvement)
            judged.append(
                Judged(point.label, point.value, aim, len(groups), rule, heading, meaning)
            )
        groups.append(group)
    latest = next((one for one in reversed(judged) if one.value is not None), None)
    return Chart(
        points=tuple(judged),
        groups=tuple(groups),
        variation=_variation(latest, groups[-1]),
        assurance=_assurance(latest, groups[-1], improvement),
        warnings=tuple(_warnings(judged, groups)),
    )


_FORMS = tuple(
    map(re.compile, (r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d", r"\d{4}(-\d\d)?-Q[1-4]", r"\d{4}"))
)


def ordered(points: Iterable[Point]) -> tuple[Point, ...]:
    """By date where every label is a date, month, quarter or year of one form; else as given."""
    given = tuple(points)
    if any(all(form.fullmatch(point.label) for point in given) for form in _FORMS):
        return tuple(sorted(given, key=lambda point: point.label))
    return given


def _starts(points: Sequence[Point], rebases: Iterable[int | str]) -> list[int]:
    places: Mapping[str, int] = {point.label: place for place, point in enumerate(points)}
    if len(places) < len(points):
        raise Unchartable("duplicate-label", "Two values have the same label.")
    starts = {0}
    for rebase in rebases:
        place = places.get(rebase, -1) if isinstance(rebase, str) else rebase
        if not 0 <= place < len(points):
            raise Unchartable("unknown-rebase", f"No value is at the rebase {rebase}.")
        starts.add(place)
    return sorted(starts)


def _scaled(values: Sequence[Number | None]) -> tuple[list[int | None], int]:
    """The values as whole numbers over one denominator."""
    ratios = [None if value is None else _ratio(value) for value in values]
    scale = lcm(*(ratio[1] for ratio in ratios if ratio is not None))
    return [ratio and ratio[0] * (scale // ratio[1]) for ratio in ratios], scale


def _ratio(value: Number) -> tuple[int, int]:
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(exact, Decimal):
        if not exact.is_finite():
            raise Unchartable("not-a-number", f"{value} is not a number that can be drawn.")
        digits = max(exact.adjusted() + 1, -int(exact.as_tuple().exponent))
    else:
        digits = len(str(abs(int(exact))))
    if digits > MOST_DIGITS:
        raise Unchartable("number-too-long", f"At most {MOST_DIGITS} digits on either side.")
    return exact.as_integer_ratio()


def _judge(
    values: Sequence[int], first: int, end: int, scale: int, baseline: int | None
) -> tuple[Group, list[tuple[Rule, int]]]:
    """A group, and for each of its points the rule that names it and its way (1, 0, -1)."""
    base = values[:baseline]
    count = len(base)
    if not count:
        return Group(first, end - 1, 0, 0, None, None, None, None, None, None), []
    total = sum(base)
    spread, parts = _average_range([abs(b - a) for a, b in pairwise(base)])
    # Everything below is in parts of 1 / (whole · scale): no division, so nothing is rounded.
    whole = WHOLE * count * parts
    mean, wide, near = WHOLE * parts * total, WIDE * count * spread, NEAR * count * spread
    away = [value * whole - mean for value in values]
    has_limits = spread > 0
    edges = [
        Fraction(mean + far, whole * scale) if has_limits else None
        for far in (-wide, wide, -near, near)
    ]
    middle = Fraction(total, count * scale)
    moving_range = Fraction(spread, parts * scale) if count > 1 else None
    group = Group(first, end - 1, len(values), count, middle, moving_range, *edges)
    sides = [_sign(distance) for distance in away]
    outside = [has_limits and abs(distance) > wide for distance in away]
    close = [
        has_limits and not beyond and abs(distance) > near
        for beyond, distance in zip(outside, away, strict=True)
    ]
    steps = [_sign(b - a) for a, b in pairwise(values)]
    trends, runs = _stretches(steps, TREND - 1, 1), _stretches(sides, RUN, 0)
    threes = _two_of_three(sides, close)
    return group, [
        ("outside", side)
        if outside[n]
        else ("trend", _way(n, steps, trends))
        if trends[n]
        else ("two-of-three", side)
        if threes[n]
        else ("run", side)
        if runs[n]
        else ("none", 0)
        for n, side in enumerate(sides)
    ]


def _average_range(ranges: Sequence[int]) -> tuple[int, int]:
    """The average of the moving ranges as (sum, how many), the great ones dropped once."""
    total, count = sum(ranges), len(ranges)
    kept = [one for one in ranges if one * THOUSAND * count < DROPPED_FROM * total]
    return sum(kept), max(len(kept), 1)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _stretches(signs: Sequence[int], least: int, ends: int) -> list[bool]:
    """Which places lie in at least so many neighbours of one sign that is not 0.

    `ends` is 1 where signs are steps between places (six steps join seven places), else 0.
    """
    found = [False] * (len(signs) + ends)
    start = 0
    for n in range(1, len(signs) + 1):
        if n == len(signs) or signs[n] != signs[start]:
            if signs[start] and n - start >= least:
                found[start : n + ends] = [True] * (n + ends - start)
            start = n
    return found


def _two_of_three(sides: Sequence[int], close: Sequence[bool]) -> list[bool]:
    """Only the near ones of the three are named."""
    found = [False] * len(sides)
    for n in range(len(sides) - 2):
        if sides[n] == sides[n + 1] == sides[n + 2] and sum(close[n : n + 3]) >= 2:
            for one in range(n, n + 3):
                found[one] = found[one] or close[one]
    return found


def _way(n: int, steps: Sequence[int], trends: Sequence[bool]) -> int:
    """Where a point of a trend heads: by the next step if it leads to a point of a trend, else by
    the last. A tie between two trends has no sign, so the last step counts there too.
    """
    onward = steps[n] if n < len(steps) and trends[n + 1] else 0
    return onward or steps[n - 1]


def _meaning(rule: Rule, way: int, improvement: Improvement) -> Meaning:
    if rule == "none":
        return "common"
    if improvement == "neutral":
        return "high" if way > 0 else "low"
    return "improvement" if (way > 0) == (improvement == "higher") else "concern"


_ICONS: Mapping[tuple[Meaning, Heading], Variation] = {
    ("common", ""): "common",
    ("improvement", "up"): "improvement-high",
    ("improvement", "down"): "improvement-low",
    ("concern", "up"): "concern-high",
    ("concern", "down"): "concern-low",
    ("high", "up"): "high",
    ("low", "down"): "low",
}


def _variation(latest: Judged | None, group: Group) -> Variation | None:
    if latest is None or group.upper is None:
        return None
    return _ICONS[latest.meaning, latest.heading]


def _assurance(latest: Judged | None, group: Group, improvement: Improvement) -> Assurance | None:
    """Whether all that is to be expected lies on one side of the target."""
    if latest is None or latest.target is None or improvement == "neutral":
        return None
    if group.lower is None or group.upper is None:
        return None
    target = Fraction(*_ratio(latest.target))
    if target < group.lower:
        return "passes" if improvement == "higher" else "fails"
    if target > group.upper:
        return "fails" if improvement == "higher" else "passes"
    return "hit-and-miss"


def _warnings(points: Sequence[Judged], groups: Sequence[Group]) -> Iterable[Warned]:
    gaps = [point.label for point in points if point.value is None]
    if gaps:
        said = ", ".join(gaps[:6]) + (f" and {len(gaps) - 6} more" if len(gaps) > 6 else "")
        yield Warned("gaps", f"No value for {said}.", None)
    for place, group in enumerate(groups):
        start = points[group.first].label
        since = f" from {start}" if len(groups) > 1 else ""
        if group.baseline < 2:
            yield Warned("too-few", f"Too few points{since} to say anything.", place)
        elif group.upper is None:
            yield Warned("no-limits", f"No limits{since}: the values hardly vary.", place)
        elif group.size < FEWEST_SETTLED:
            few = f"{group.size} points, fewer than {FEWEST_SETTLED}"
            yield Warned("trial-limits", f"Trial limits{since}: {few}.", place)
