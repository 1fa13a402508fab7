"""Charts say everything inside their frame, in shapes as well as colours.

Law: whatever the values and however long the words, no letter leaves the picture.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.charts import bars, trends, webs
from shared.charts.drawing import Label, Mark, Path, Sheet, svg
from shared.charts.lettering import ELLIPSIS, lines, shortened, width
from shared.charts.scales import scale
from shared.charts.trends import Trend, TrendPoint

SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = tuple(f"Q{n}" for n in (1, 2, 3, 4))


def trend(*values: float | None, target: float | None = 80, **changes: object) -> Trend:
    points = tuple(
        TrendPoint(
            label=QUARTERS[n % 4],
            under=f"{2026 + n // 4}/{27 + n // 4}",
            value=value,
            missed=value is not None and target is not None and value < target,
        )
        for n, value in enumerate(values)
    )
    given = {"name": "waits", "title": "Seen in time", "unit": "percent", "points": points}
    return Trend(**(given | {"target": target} | changes))  # pyright: ignore[reportArgumentType]


def read(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - what we have drawn ourselves


def marks(sheet: Sheet) -> list[Mark]:
    return [s for s in sheet.shapes if isinstance(s, Mark) and s.y < sheet.height - 30]


def assert_legible(sheet: Sheet) -> None:
    """Every label lies on the sheet, and none runs into another."""
    for label in sheet.labels:
        assert label.box.within(sheet.box), label
    names = [label for label in sheet.labels if label.y > sheet.height * 0.7]
    for index, label in enumerate(names):
        for other in names[index + 1 :]:
            assert not label.box.meets(other.box), (label, other)


VALUES = st.lists(st.none() | st.floats(0, 1e9).map(lambda v: round(v, 1)), max_size=16)


@given(VALUES, st.none() | st.floats(0, 1e9), st.sampled_from(["number", "days", "score", "pence"]))
def test_every_label_of_a_trend_is_inside_the_picture(
    values: list[float | None], target: float | None, unit: str
) -> None:
    for draw in (trends.wide, trends.narrow, trends.card):
        assert_legible(draw(trend(*values, target=target, unit=unit)))


@given(st.lists(st.none() | st.floats(0, 100), max_size=16), st.none() | st.floats(0, 100))
def test_every_mark_of_a_percentage_is_inside_the_plot(
    values: list[float | None], target: float | None
) -> None:
    for draw in (trends.wide, trends.narrow, trends.card):
        sheet = draw(trend(*values, target=target))
        assert_legible(sheet)
        for shape in sheet.shapes:
            points = shape.points if isinstance(shape, Path) else ()
            assert all(0 <= x <= sheet.width and 0 <= y <= sheet.height for x, y in points)


def test_a_missed_target_is_another_shape() -> None:
    assert [m.shape for m in marks(trends.wide(trend(81, 79, 90)))] == [
        "circle",
        "diamond",
        "circle",
    ]


def test_a_period_without_a_value_breaks_the_line_and_is_marked() -> None:
    sheet = trends.wide(trend(81, 82, None, 90, 91))
    lines_drawn = [s for s in sheet.shapes if isinstance(s, Path) and s.thickness == 2.5]
    assert [len(line.points) for line in lines_drawn] == [2, 2]
    assert [m.shape for m in marks(sheet)].count("cross") == 1


def test_the_target_is_a_dashed_line_at_its_value() -> None:
    sheet = trends.wide(trend(70, 90, target=80))
    dashed = [s for s in sheet.shapes if isinstance(s, Path) and s.dashes == "6 4"]
    assert dashed[0].points[0][1] == dashed[0].points[1][1]
    circle = next(m for m in marks(trends.wide(trend(70, 80, target=80))) if m.shape == "circle")
    same = trends.wide(trend(70, 80, target=80))
    line = next(s for s in same.shapes if isinstance(s, Path) and s.dashes == "6 4")
    assert circle.y == pytest.approx(line.points[0][1])


def test_a_forecast_carries_a_straight_line_on_and_needs_four_values() -> None:
    assert trends.forecast(trend(10, 20, 30)) == ()
    assert trends.forecast(trend(10, 20, 30, 40)) == pytest.approx((50, 60))
    assert trends.forecast(trend(70, 80, 90, 100)) == (100, 100)
    assert trends.forecast(trend(40, 30, 20, 5)) == (0, 0)
    assert trends.forecast(trend(10, 10, 10, 10, None)) == (10, 10)
    assert trends.forecast(trend(10, 20, 30, 40, forecast=False)) == ()


def test_the_newest_value_stands_in_figures() -> None:
    bold = [label.text for label in trends.narrow(trend(70, 82.5)).labels if label.bold]
    assert bold == ["82.5%"]


def test_the_description_says_what_the_line_shows() -> None:
    said = trends.described(trend(81, None, 79))
    assert said == ("2 of 3 periods have a value. Latest: 79, Q3 2026/27. Target 80%; missed in 1.")
    assert trends.described(trend()) == "No values yet."


def test_what_is_said_is_escaped() -> None:
    evil = "<script>alert(1)</script>\"'&"
    text = svg(trends.wide(trend(1, title=evil, name='x"><b>')), "gt-chart")
    assert "<script" not in text
    assert "<b>" not in text
    read(text)


def test_a_drawing_is_named_and_described_and_carries_no_inline_style() -> None:
    text = svg(trends.wide(trend(81, 79)), "gt-chart gt-chart--wide")
    root = read(text)
    assert root.get("role") == "img"
    named = root.find(f"{SVG}title")
    described = root.find(f"{SVG}desc")
    assert named is not None
    assert root.get("aria-labelledby") == named.get("id")
    assert described is not None
    assert root.get("aria-describedby") == described.get("id")
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)


@given(st.floats(-1e6, 1e9), st.floats(-1e6, 1e9))
def test_an_axis_holds_every_value(one: float, other: float) -> None:
    axis = scale([one, other])
    assert axis.low <= min(one, other) <= max(one, other) <= axis.high
    assert len(axis.steps) <= 8


def test_an_axis_starts_at_nothing_unless_that_hides_change() -> None:
    assert scale([10, 90]).low == 0
    assert scale([90, 95]).low >= 85


@given(st.text(max_size=60), st.floats(10, 300))
def test_a_shortened_text_has_room(text: str, room: float) -> None:
    assert width(shortened(text, 14, room), 14) <= room


def test_a_text_is_broken_between_words_and_cut_at_the_last_line() -> None:
    assert lines("one two", 14, 1000, 2) == ("one two",)
    broken = lines("Children wait less than four weeks for their first visit", 14, 120, 2)
    assert len(broken) == 2
    assert broken[1].endswith(ELLIPSIS)
    assert all(width(line, 14) <= 120 for line in broken)


def bar(actual: int, accrued: int, committed: int, budget: int) -> bars.Bar:
    parts = (("Actual", actual), ("Accrued", accrued), ("Committed", committed))
    return bars.Bar(
        name="fund",
        title="Budget and what it is used for",
        parts=tuple(bars.Part(label=a, amount=b, said=f"£{b:,}.00") for a, b in parts),
        limit=bars.Part(label="Budget", amount=budget, said=f"£{budget:,}.00"),
    )


MONEY = st.integers(0, 10**12)


@given(MONEY, MONEY, MONEY, MONEY)
def test_a_bar_is_legible_whatever_the_money(a: int, b: int, c: int, budget: int) -> None:
    for draw in (bars.wide, bars.narrow):
        sheet = draw(bar(a, b, c, budget))
        for label in sheet.labels:
            assert label.box.within(sheet.box), label
        for shape in sheet.shapes:
            box = getattr(shape, "box", None)
            assert box is None or box.within(sheet.box), shape


def test_spending_beyond_the_budget_is_drawn_beyond_it() -> None:
    sheet = bars.wide(bar(60, 20, 40, 100))
    mark = next(s for s in sheet.shapes if isinstance(s, Path) and s.thickness == 3)
    right = max(s.box.right for s in sheet.shapes if isinstance(s, bars.Block))
    assert mark.points[0][0] < right


def web(contracts: int, chosen: str = "") -> webs.Web:
    things = [webs.Thing(id="n", row="need", title="Children wait too long for help")]
    things += [
        webs.Thing(id=f"c{i}", row="contract", title=f"Contract {i}", under="£1.00")
        for i in range(contracts)
    ]
    return webs.Web(
        name="thread",
        title="The thread",
        description="From need to money",
        rows=(("need", "Need"), ("contract", "Contracts")),
        things=tuple(things),
        links=tuple(("n", f"c{i}") for i in range(contracts)),
        chosen=chosen,
    )


@given(st.integers(0, 12))
def test_a_web_draws_or_counts_everything(contracts: int) -> None:
    for draw, across in ((webs.wide, 5), (webs.narrow, 2)):
        sheet = draw(web(contracts))
        for label in sheet.labels:
            assert label.box.within(sheet.box), label
        said = [label.text for label in sheet.labels]
        drawn = sum(bool(re.fullmatch(r"Contract \d+", text)) for text in said)
        more = [int(m[1]) for text in said if (m := re.fullmatch(r"and (\d+) more", text))]
        assert drawn + sum(more) == contracts
        assert drawn <= across


def test_the_chosen_thing_is_always_drawn() -> None:
    said = [label.text for label in webs.narrow(web(9, chosen="c8")).labels]
    assert "Contract 8" in said


def test_links_join_the_boxes_they_name() -> None:
    sheet = webs.wide(web(3))
    assert sum(isinstance(shape, Path) for shape in sheet.shapes) == 3
    assert all(isinstance(label, Label) for label in sheet.labels)
