"""What a benchmark makes of the figures its contestants give."""

from __future__ import annotations

import json
from itertools import count

import msgspec

from bench.measuring import Contest, Goal, Run, Tally, spread
from bench.telling import rows


def giving(*figures: float, told: list[str] | None = None, name: str = "") -> Run:
    turns = iter(figures)

    async def run() -> float:
        if told is not None:
            told.append(name)
        return next(turns)

    return run


async def test_a_ratio_is_taken_within_a_round_and_not_between_medians() -> None:
    tally = Tally("append", 3)
    yardstick = {"raw": giving(10, 100, 1000)}
    await tally.hold(Contest("64 writers", giving(20, 300, 1000), yardstick, {"raw": 2.0}))

    report = tally.report()

    [ratio] = report.ratios.values()
    assert (ratio.median, ratio.min, ratio.max, ratio.met) == (2.0, 1.0, 3.0, True)
    assert report.ours["64 writers"].median == 300
    assert report.yardsticks["64 writers: raw"].median == 100


async def test_who_goes_first_alternates() -> None:
    turns: list[str] = []
    tally = Tally("append", 2)
    ours = giving(1, 1, told=turns, name="ours")
    await tally.hold(Contest("x", ours, {"raw": giving(1, 1, told=turns, name="raw")}))

    assert turns == ["ours", "raw", "raw", "ours"]


def test_a_goal_is_a_bound_from_below_or_from_above() -> None:
    figures = [float(n) for n, _ in zip(count(1), "12345", strict=False)]
    assert spread("x", figures, Goal(3)).met
    assert not spread("x", figures, Goal(3.1)).met
    assert spread("ms", figures, Goal(3, "at most")).met
    assert not spread("ms", figures, Goal(2.9, "at most")).met
    assert spread("ms", figures).met is None


async def test_a_report_is_one_json_object_with_medians_spreads_and_the_machine() -> None:
    tally = Tally("http", 1)
    await tally.hold(Contest("1 caller", giving(6), {"bare": giving(10)}, {"bare": 0.6}))

    told = json.loads(msgspec.json.encode(tally.report()))

    assert told.keys() == {"name", "ours", "yardsticks", "ratios", "rounds", "machine"}
    assert told["ratios"]["1 caller / bare"].items() >= {"median": 0.6, "met": True}.items()
    assert told["machine"]["cores"] >= 1
    assert list(rows(tally.report())) == [
        "| `http` | 1 caller / bare | at least 0.6 | 0.6 (0.6–0.6) x | 1 | met |"  # noqa: RUF001 - a range
    ]
