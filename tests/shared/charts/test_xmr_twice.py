"""The XmR module against a second way of saying its rules, and with each rule broken once."""

from __future__ import annotations

import inspect
import random
import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.charts import xmr
from shared.charts.xmr import Point, chart
from tests.shared.charts.xmr_oracle import classes, limits


def judged(module: Any, values: Sequence[int], cuts: Sequence[int], k: int | None) -> object:
    series = [module.Point(str(n), value) for n, value in enumerate(values)]
    found = module.chart(series, "neutral", rebases=cuts, baseline=k)
    ways = {"": 0, "up": 1, "down": -1}
    return (
        [(one.rule, ways[one.heading]) for one in found.points],
        [(one.mean, one.upper, one.near_upper) for one in found.groups],
    )


def expected(values: Sequence[int], cuts: Sequence[int], k: int | None) -> object:
    starts = sorted({0, *cuts})
    groups = [
        [Fraction(v) for v in values[start:end]]
        for start, end in zip(starts, [*starts[1:], len(values)], strict=True)
    ]
    widths = [limits(group, k) for group in groups]
    return (
        [one for group in groups for one in classes(group, k)],
        [
            (mean, None if wide is None else mean + wide, None if near is None else mean + near)
            for mean, wide, near in widths
        ],
    )


SERIES = st.lists(st.integers(0, 4) | st.integers(0, 30), min_size=1, max_size=48)


@given(SERIES, st.data(), st.none() | st.integers(12, 20))
def test_it_says_what_the_slow_way_says(
    values: list[int], data: st.DataObject, k: int | None
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=3))
    assert judged(xmr, values, cuts, k) == expected(values, cuts, k)


@given(SERIES)
def test_upside_down_good_and_bad_change_places(values: list[int]) -> None:
    up = chart([Point(str(n), v) for n, v in enumerate(values)], "higher")
    down = chart([Point(str(n), -v) for n, v in enumerate(values)], "lower")
    assert [one.meaning for one in up.points] == [one.meaning for one in down.points]
    assert [one.rule for one in up.points] == [one.rule for one in down.points]


@given(SERIES, st.integers(1, 1000), st.integers(-50, 50))
def test_neither_unit_nor_starting_point_changes_a_rule(
    values: list[int], times: int, more: int
) -> None:
    plain = chart([Point(str(n), v) for n, v in enumerate(values)], "higher")
    moved = chart(
        [Point(str(n), Decimal(v * times + more) / 1000) for n, v in enumerate(values)], "higher"
    )
    assert [one[4:] for one in plain.points] == [one[4:] for one in moved.points]


MUTANTS = {
    "wider limits": ("WIDE, NEAR, WHOLE = 798", "WIDE, NEAR, WHOLE = 800"),
    "other near limits": ("798, 532, 300", "798, 533, 300"),
    "another cut of ranges": ("THOUSAND = 3267, 1000", "THOUSAND = 3268, 1000"),
    "ranges on the cut kept": ("* count < DROPPED_FROM", "* count <= DROPPED_FROM"),
    "no range dropped": ("if one * THOUSAND * count < DROPPED_FROM * total", ""),
    "limits not strict": ("abs(distance) > wide for", "abs(distance) >= wide for"),
    "near not strict": ("abs(distance) > near\n", "abs(distance) >= near\n"),
    "outside counts as near": ("and not beyond and", "and"),
    "trend of six": ("\nTREND = 7", "\nTREND = 6"),
    "trend of eight": ("\nTREND = 7", "\nTREND = 8"),
    "run of six": ("\nRUN = 7", "\nRUN = 6"),
    "run of eight": ("\nRUN = 7", "\nRUN = 8"),
    "ties go on": ("if signs[start] and n - start", "if n - start"),
    "three sides": ("== sides[n + 2] and sum", "and sum"),
    "two sides": ("sides[n] == sides[n + 1] == ", "sides[n] == "),
    "one of three": (">= 2:\n            for one", ">= 1:\n            for one"),
    "three of three": (">= 2:\n            for one", ">= 3:\n            for one"),
    "all three named": ("found[one] or close[one]", "True"),
    "a trend heads back": ("return onward or steps[n - 1]", "return steps[n - 1] or onward"),
    "a trend heads on": ("and trends[n + 1] else 0", "else 0"),
    "trend before outside": ("if outside[n]\n", "if outside[n] and not trends[n]\n"),
    "run before trend": ("if trends[n]\n", "if trends[n] and not runs[n]\n"),
    "run before two of three": ("if threes[n]\n", "if threes[n] and not runs[n]\n"),
    "baseline of all": ("base = values[:baseline]", "base = values"),
    "rules across rebases": ("return sorted(starts)", "return [0]"),
}  # fmt: skip


def corpus() -> list[tuple[list[int], list[int], int | None]]:
    """Series with ties, shifts, slopes and spikes, and those that lie on an edge of a rule."""
    chance = random.Random(20)  # noqa: S311 - the same series each time
    found: list[tuple[list[int], list[int], int | None]] = [
        ([0, 3267, 4000, 4000, 4000], [], None),
        ([1000, 1200] * 7 + [1632, 1100, 1100, 568], [], 14),
        ([30000, 36000] * 7 + [43640, 43640, 43640, 33000, 22360, 22360], [], 14),
        ([0, 20] * 7 + [10] * 8, [], 14),
    ]
    for n in range(1500):
        most = chance.choice((3, 9, 40))
        slope = chance.choice((0, 0, 1, -1))
        values = [chance.randint(0, most) + slope * i for i in range(chance.randint(1, 40))]
        if n % 5 == 0:
            values += list(range(chance.randint(4, 10))) + list(range(9, 2, -1))
        if n % 7 == 0:
            values[chance.randrange(len(values))] += most * 4
        cuts = [chance.randrange(len(values))] if n % 3 == 0 else []
        found.append((values, cuts, chance.choice((None, 12, 14))))
    return found


CORPUS = corpus()
ANSWERS = [expected(*case) for case in CORPUS]


def broken(old: str, new: str) -> ModuleType:
    source = inspect.getsource(xmr)
    assert source.count(old) == 1, f"{old!r} is in the module {source.count(old)} times"
    made = ModuleType("broken_xmr")
    sys.modules["broken_xmr"] = made
    exec(compile(source.replace(old, new), "broken_xmr", "exec"), made.__dict__)  # noqa: S102
    return made


def test_the_whole_module_says_what_the_slow_way_says() -> None:
    assert [judged(xmr, *case) for case in CORPUS] == ANSWERS


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_each_rule_broken_once_is_seen(mutant: tuple[str, str]) -> None:
    module = broken(*mutant)
    assert any(
        judged(module, *case) != answer for case, answer in zip(CORPUS, ANSWERS, strict=True)
    )
