"""The simulation of stable providers: the same seed gives the same figures, and what they mean."""

from __future__ import annotations

from bench import stable_providers
from bench.stable_providers import MEAN, QUARTERS, concern, plot, simulate, two_misses
from shared.charts.drawing import svg
from shared.charts.xmr import Point, chart


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    assert simulate(20, 1) == simulate(20, 1)
    assert simulate(20, 1) != simulate(20, 2)


def test_what_was_flagged_stays_flagged_and_misses_flag_more_than_special_causes() -> None:
    found = simulate(60, stable_providers.SEED)
    for one in found.shares:
        assert len(one.by_quarter) == QUARTERS
        assert list(one.by_quarter) == sorted(one.by_quarter)
    misses, special, _ = found.shares
    assert misses.by_quarter[-1] > special.by_quarter[-1]


def test_the_two_rules_say_what_their_names_say() -> None:
    steady = chart([Point(str(n), 80 + n % 2) for n in range(15)], "higher")
    fallen = chart([*(Point(str(n), 80 + n % 2) for n in range(15)), Point("x", 60)], "higher")
    assert two_misses([MEAN - 1, MEAN - 1], steady)
    assert not two_misses([MEAN - 1, MEAN], steady)
    assert not two_misses([MEAN - 1], steady)
    assert concern([], fallen)
    assert not concern([], steady)
    few = chart([*(Point(str(n), 80 + n % 2) for n in range(11)), Point("x", 20)], "higher")
    assert few.points[-1].rule == "outside"
    assert not concern([], few)


def test_the_plot_says_its_seed_and_keeps_its_words_inside() -> None:
    sheet = plot(simulate(10, 3), 10, 3)
    assert "seed 3" in sheet.description
    assert all(label.box.within(sheet.box) for label in sheet.labels)
    assert svg(sheet, "plot").startswith("<svg")
