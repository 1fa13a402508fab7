"""XmR charts by hand, against a second implementation, and with each rule broken once."""

from __future__ import annotations

import ast
import inspect
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shared.charts import xmr
from shared.charts.xmr import Chart, Point, Unchartable, chart, ordered, special_cause


def points(*values: object) -> list[Point]:
    return [
        Point(f"p{n}", None if value is None else Decimal(str(value)))
        for n, value in enumerate(values)
    ]


def rules(found: Chart) -> list[str]:
    return [one.rule for one in found.points]


WILD = (0, 20) * 7  # limits 10 ± 53.2
ZIGZAG = (10, 12) * 7  # mean 11, every range 2: limits 11 ± 5.32, near 11 ± 3.546…


def test_limits_worked_by_hand() -> None:
    group = chart(points(*ZIGZAG), "higher").groups[0]
    assert (group.mean, group.moving_range) == (11, 2)
    assert (group.lower, group.upper) == (Fraction("5.68"), Fraction("16.32"))
    assert group.near_upper == 11 + Fraction(2, 3) * Fraction("5.32")
    assert group.near_lower == 11 - Fraction(2, 3) * Fraction("5.32")


def test_a_great_range_is_dropped_once_and_the_mean_keeps_its_point() -> None:
    # Ranges 2 twelve times, then 98: the average is 122/13, 3.267 of it 30.66, so 98 goes.
    group = chart(points(*(10, 12) * 6, 10, 108), "higher").groups[0]
    assert group.moving_range == 2
    assert group.mean == Fraction(72 + 60 + 10 + 108, 14)


def test_what_is_left_after_the_great_ranges_is_not_searched_again() -> None:
    values = (0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 5, 0, 100)
    ranges = [Fraction(1)] * 11 + [Fraction(4), Fraction(5)]
    assert chart(points(*values), "higher").groups[0].moving_range == sum(ranges) / 13


def test_a_range_of_just_so_many_times_the_average_is_dropped() -> None:
    # A sum of 4 · 1000 over 4 ranges: the average is 1000, and 3267 is not below 3.267 times it.
    values = (0, 3267, 3267 + 733, 3267 + 733, 3267 + 733)
    assert chart(points(*values), "higher").groups[0].moving_range == Fraction(733, 3)


def test_a_point_on_a_limit_is_not_beyond_it() -> None:
    frozen = [*ZIGZAG]
    on = chart(points(*frozen, "16.32"), "higher", baseline=14)
    beyond = chart(points(*frozen, "16.3200000001"), "higher", baseline=14)
    assert (rules(on)[-1], rules(beyond)[-1]) == ("none", "outside")
    assert rules(chart(points(*frozen, "5.68"), "higher", baseline=14))[-1] == "none"
    assert rules(chart(points(*frozen, "5.6799999999"), "higher", baseline=14))[-1] == "outside"


def test_floats_count_as_they_are_written() -> None:
    series = [Point(str(n), value) for n, value in enumerate((0.1, 0.3) * 7)]
    assert chart(series, "higher").groups[0].mean == Fraction(1, 5)
    tied = [Point(str(n), value) for n, value in enumerate((0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6))]
    assert "trend" not in rules(chart(tied, "higher"))


def test_limits_are_not_cut_at_nothing() -> None:
    lower = chart(points(*(0, 3) * 7), "higher").groups[0].lower
    assert lower is not None
    assert lower < 0


def test_seven_rising_are_a_trend_and_six_are_not() -> None:
    assert rules(chart(points(5, 1, 2, 3, 4, 5, 6, 7, 2), "higher"))[1:8] == ["trend"] * 7
    assert "trend" not in rules(chart(points(5, 1, 2, 3, 4, 5, 6, 5, 2), "higher"))


def test_a_tie_breaks_a_trend() -> None:
    assert "trend" not in rules(chart(points(1, 2, 3, 4, 4, 5, 6, 7), "higher"))


def test_a_trend_heads_where_it_goes_on_and_turns_at_its_top() -> None:
    series = points(*WILD, *range(7), *range(5, -1, -1))
    turning = chart(series, "higher", baseline=14).points[14:]
    assert {one.rule for one in turning} == {"trend"}
    assert [one.heading for one in turning] == ["up"] * 6 + ["down"] * 7
    assert [one.meaning for one in turning] == ["improvement"] * 6 + ["concern"] * 7


def test_the_point_before_a_tie_keeps_its_own_way() -> None:
    series = points(*WILD, *range(7), *range(6, -1, -1))
    tied = chart(series, "higher", baseline=14).points[14:]
    assert [one.heading for one in tied] == ["up"] * 7 + ["down"] * 7


def test_seven_on_a_side_are_a_run_and_one_on_the_mean_breaks_it() -> None:
    values = (11, 16, 11, 16, 11, 16, 11, 9, 4, 9, 4, 9, 4, 9)  # mean 10
    assert rules(chart(points(*values), "lower")) == ["run"] * 14
    assert [one.meaning for one in chart(points(*values), "lower").points] == (
        ["concern"] * 7 + ["improvement"] * 7
    )
    broken = (11, 16, 11, 10, 11, 16, 11, 9, 4, 9, 10, 9, 4, 9)
    assert set(rules(chart(points(*broken), "lower"))) == {"none"}


def test_two_of_three_names_only_the_near_ones() -> None:
    series = points(*ZIGZAG, 15, 12, 15, 10)
    assert rules(chart(series, "higher", baseline=14))[14:] == [
        "two-of-three", "none", "two-of-three", "none",
    ]  # fmt: skip


def test_two_of_three_are_on_one_side() -> None:
    series = points(*ZIGZAG, 15, 10, 15, 10)
    assert set(rules(chart(series, "higher", baseline=14))) == {"none"}


def test_an_outside_point_is_not_near_but_may_be_the_third() -> None:
    one_near = chart(points(*ZIGZAG, 17, 15, 12, 10), "higher", baseline=14)
    assert rules(one_near)[14:] == ["outside", "none", "none", "none"]
    two_near = chart(points(*ZIGZAG, 17, 15, 15, 10), "higher", baseline=14)
    assert rules(two_near)[14:] == ["outside", "two-of-three", "two-of-three", "none"]


def test_the_first_rule_that_holds_names_the_point() -> None:
    # Rising and above the mean: a trend before a run; the last beyond the limit before both.
    series = points(*ZIGZAG, "11.1", 12, "12.5", 13, "13.5", 15, "15.5", 17)
    found = rules(chart(series, "higher", baseline=14))
    assert found[14:] == ["trend"] * 7 + ["outside"]
    level = points(*ZIGZAG, 12, 13, 12, 15, 15, 12, 13)
    assert rules(chart(level, "higher", baseline=14))[14:] == [
        "run", "run", "run", "two-of-three", "two-of-three", "run", "run",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("improvement", "value", "meaning", "icon"),
    [
        ("higher", 17, "improvement", "improvement-high"),
        ("higher", 5, "concern", "concern-low"),
        ("lower", 17, "concern", "concern-high"),
        ("lower", 5, "improvement", "improvement-low"),
        ("neutral", 17, "high", "high"),
        ("neutral", 5, "low", "low"),
        ("higher", 11, "common", "common"),
    ],
)
def test_direction_by_improvement_gives_the_meaning_and_the_icon(
    improvement: xmr.Improvement, value: int, meaning: str, icon: str
) -> None:
    found = chart(points(*ZIGZAG, value), improvement, baseline=14)
    assert found.points[-1].meaning == meaning
    assert found.variation == icon


@pytest.mark.parametrize(
    ("improvement", "target", "icon"),
    [
        ("higher", "5.67", "passes"),
        ("higher", "5.68", "hit-and-miss"),
        ("higher", "16.32", "hit-and-miss"),
        ("higher", "16.33", "fails"),
        ("lower", "5.67", "fails"),
        ("lower", "16.33", "passes"),
        ("neutral", "16.33", None),
        ("higher", None, None),
    ],
)
def test_assurance_is_where_the_target_lies(
    improvement: xmr.Improvement, target: str | None, icon: str | None
) -> None:
    aim = None if target is None else Decimal(target)
    assert chart(points(*ZIGZAG), improvement, target=aim).assurance == icon


def test_a_point_s_own_target_takes_the_place_of_the_series_one() -> None:
    series = points(*ZIGZAG)
    series[-1] = series[-1]._replace(target=Decimal(20))
    assert chart(series, "higher", target=Decimal(1)).assurance == "fails"


def test_a_rebase_starts_a_group_and_no_rule_reaches_across_it() -> None:
    series = points(*ZIGZAG, 30, 32, 30, 32, 30)
    found = chart(series, "higher", rebases=["p14"], target=Decimal(20))
    assert [group.mean for group in found.groups] == [11, Fraction(154, 5)]
    assert set(rules(found)) == {"none"}
    assert [one.group for one in found.points] == [0] * 14 + [1] * 5
    assert found.assurance == "passes"
    rising = points(1, 2, 3, 4, 5, 6, 7)
    assert "trend" not in rules(chart(rising, "higher", rebases=[3]))


def test_gaps_are_no_points_and_are_said() -> None:
    with_gap = chart(points(*WILD, 1, 2, 3, None, 4, 5, 6, 7), "higher", baseline=14)
    assert rules(with_gap)[14:] == ["trend"] * 3 + ["none"] + ["trend"] * 4
    assert with_gap.points[17].meaning == "gap"
    assert ("gaps", "No value for p17.") in [(w.code, w.said) for w in with_gap.warnings]


def test_fewer_than_thirteen_points_make_trial_limits() -> None:
    assert [w.code for w in chart(points(*ZIGZAG[:12]), "higher").warnings] == ["trial-limits"]
    assert chart(points(*ZIGZAG[:13]), "higher").warnings == ()


def test_without_a_moving_range_there_are_no_limits_and_no_icons() -> None:
    flat = chart(points(*[4] * 14), "higher", target=Decimal(1))
    assert flat.groups[0].upper is None
    assert (flat.variation, flat.assurance) == (None, None)
    assert [w.code for w in flat.warnings] == ["no-limits"]
    one = chart(points(4), "higher", target=Decimal(1))
    assert (one.variation, one.assurance, one.groups[0].mean) == (None, None, 4)
    assert [w.code for w in one.warnings] == ["too-few"]
    assert chart(points(None, None), "higher").variation is None


def test_a_group_not_yet_begun_has_no_icons() -> None:
    found = chart(points(*ZIGZAG, None), "higher", rebases=[14], target=Decimal(1))
    assert (found.variation, found.assurance) == (None, None)


@pytest.mark.parametrize(
    ("series", "given", "code"),
    [
        ([], {}, "empty"),
        ([Point("a", 1), Point("a", 2)], {}, "duplicate-label"),
        ([Point("a", 1)], {"rebases": ["b"]}, "unknown-rebase"),
        ([Point("a", 1)], {"rebases": [1]}, "unknown-rebase"),
        ([Point("a", 1)], {"rebases": [-1]}, "unknown-rebase"),
        ([Point("a", 1)], {"baseline": 11}, "baseline-too-short"),
        ([Point("a", float("nan"))], {}, "not-a-number"),
        ([Point("a", Decimal("Infinity"))], {}, "not-a-number"),
        ([Point("a", Decimal("1E+18"))], {}, "number-too-long"),
        ([Point("a", Decimal("1E-19"))], {}, "number-too-long"),
        ([Point("a", 10**18)], {}, "number-too-long"),
    ],
)
def test_a_series_that_cannot_be_charted_says_why(
    series: list[Point], given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Unchartable) as caught:
        chart(series, "higher", **given)
    assert caught.value.code == code


def test_dates_are_put_in_order_and_other_labels_left() -> None:
    months = [Point("2026-03", 1), Point("2026-01", 2)]
    assert [one.label for one in ordered(months)] == ["2026-01", "2026-03"]
    names = [Point("b", 1), Point("a", 2)]
    assert [one.label for one in ordered(names)] == ["b", "a"]


def test_evidence_beside_a_flag() -> None:
    found = special_cause(points(*ZIGZAG, 5), "higher", target=Decimal(20), baseline=14)
    assert (found.label, found.rule, found.meaning) == ("p14", "outside", "concern")
    assert (found.variation, found.assurance) == ("concern-low", "fails")
    assert found.is_special
    few = special_cause(points(*ZIGZAG[:5], None), "higher")
    assert (few.label, few.rule, few.warnings) == ("p4", "none", ("gaps", "trial-limits"))
    assert not few.is_special
    assert special_cause([], "higher").warnings == ("too-few",)
    assert special_cause(points(None), "higher").meaning == "gap"


def test_it_can_be_published_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(inspect.getsource(xmr)))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
