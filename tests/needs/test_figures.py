"""Figures: no small count gets out, trends are the last five points, neighbours are compared."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.needs.assessments.figures import (
    FEWEST_SHOWN,
    Figure,
    compared,
    guarded,
    key_of,
    merged,
    trend,
)

GROUPS = ("a", "b", "c", "d")


def figure(value: object, **changes: object) -> Figure:
    fields = {
        "area": "Alder",
        "period": "2024",
        "value": None if value is None else Decimal(str(value)),
    }
    if value is None:
        fields["status"] = "missing"  # type: ignore[assignment]
    return Figure(**(fields | changes))  # type: ignore[arg-type]


def group(name: str, value: object, **changes: object) -> Figure:
    return figure(value, breakdown="sex", group=name, **changes)


@given(st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 20), min_size=1))
def test_no_small_count_is_shown_and_none_can_be_worked_out_from_the_total(
    counts: dict[str, int],
) -> None:
    figures = [group(name, count) for name, count in counts.items()]
    seen = guarded(figures, "number")
    assert [key_of(item) for item in seen] == [key_of(item) for item in figures]
    hidden = [item for item in seen if item.status == "suppressed"]
    assert all(item.value is None and item.base is None for item in hidden)
    assert all(item.value >= FEWEST_SHOWN for item in seen if item.value is not None)
    assert len(hidden) in (0, len(figures))
    if all(count >= FEWEST_SHOWN for count in counts.values()):
        assert not hidden


def test_a_breakdown_shows_whole_or_not_at_all() -> None:
    figures = [figure(62), group("a", 3), group("b", 50), group("c", 9)]
    figures += [figure(60, breakdown="send", group=name) for name in ("d", "e")]
    seen = guarded(figures, "number")
    assert [item.value for item in seen] == [62, None, None, None, 60, 60]


def test_where_the_total_is_small_no_breakdown_shows() -> None:
    figures = [figure(7), group("a", 40), figure(9, period="2023")]
    assert [item.value for item in guarded(figures, "number")] == [None, None, 9]


def test_where_nothing_small_is_shown_nothing_else_is_hidden() -> None:
    figures = [group("a", None), group("b", 50), group("c", 9)]
    assert guarded(figures, "number") == tuple(figures)


def test_a_percentage_is_as_small_as_the_children_behind_it() -> None:
    figures = [group("a", 50, base=7), group("b", 50, base=8), group("c", 50, base=100)]
    assert {item.status for item in guarded(figures, "percent")} == {"suppressed"}
    assert guarded([figure(50, base=7)], "percent")[0].status == "suppressed"
    assert guarded([figure(50, base=8)], "percent")[0].status == "given"
    assert guarded([figure(50)], "percent")[0].status == "given"
    assert guarded([group("a", 50)], "percent")[0].status == "suppressed"


def test_a_later_figure_restates_an_earlier_one_of_the_same_place_and_time() -> None:
    known = merged((), [figure(1), figure(2, period="2023")])
    assert [item.value for item in merged(known, [figure(3)])] == [Decimal(2), Decimal(3)]


def test_figures_lie_in_the_log_as_short_lists() -> None:
    kept = group("a", "1.50", base=9)
    body = msgspec.json.encode(kept)
    assert body == b'["Alder","2024","1.50","given","sex","a",9]'
    assert msgspec.json.decode(body, type=Figure) == kept


def years(*values: object, area: str = "Alder") -> list[Figure]:
    return [figure(value, area=area, period=str(2020 + n)) for n, value in enumerate(values)]


def test_a_trend_is_the_last_five_points_and_goes_on_in_a_straight_line() -> None:
    line = trend(years(99, 10, 20, 30, 40, 50), "Alder", "all", "", "higher")
    assert [point.value for point in line.points] == [Decimal(n) for n in (10, 20, 30, 40, 50)]
    assert (line.forecast, line.course) == (Decimal(60), "improving")
    assert trend(years(30, 20, 10), "Alder", "all", "", "higher").course == "worsening"
    assert trend(years(30, 20, 10), "Alder", "all", "", "lower").course == "improving"
    assert trend(years(10, 20, 10), "Alder", "all", "", "lower").course == "steady"
    assert trend(years(10, 20, 30), "Alder", "all", "", "neutral").course == "unknown"


def test_a_missing_point_keeps_its_place_in_the_line_and_two_points_are_no_forecast() -> None:
    assert trend(years(10, None, 30, 40), "Alder", "all", "", "higher").forecast == Decimal(50)
    assert trend(years(10, None, 30), "Alder", "all", "", "higher").forecast is None


def test_an_area_is_compared_with_its_neighbours_in_its_latest_period() -> None:
    figures = [
        *years(10, 50),
        *years(90, 60, area="Beech"),
        *years(90, 40, area="Cedar"),
        *years(90, None, area="Elm"),
        *years(90, 99, area="Fir"),
    ]
    beside = compared(figures, "Alder", ["Beech", "Cedar", "Elm", "Gum"], "all", "", "higher")
    assert (beside.period, beside.mean, beside.rank) == ("2021", Decimal(50), 2)
    assert [item.area for item in beside.neighbours] == ["Beech", "Cedar", "Elm"]
    assert compared(figures, "Alder", ["Beech"], "all", "", "lower").rank == 1
    assert compared(figures, "Alder", ["Beech"], "all", "", "neutral").rank is None
    nothing = compared([], "Alder", ["Beech"], "all", "", "higher")
    assert (nothing.period, nothing.mean, nothing.rank) == ("", None, None)
