"""XmR charts as drawings: legible whatever the values, told by shapes and words beside colours."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from shared.charts import processes
from shared.charts.answers import process
from shared.charts.drawing import Label, Mark, Sheet, svg
from shared.charts.frames import Unit
from shared.charts.processes import ASSURANCES, LOOKS, VARIATIONS, Process
from shared.charts.xmr import Improvement, Point, chart
from tests.shared.charts.test_charts import read

SHEETS = (processes.wide, processes.narrow, processes.card)
VALUES = st.lists(st.none() | st.integers(-(10**6), 10**9), min_size=1, max_size=60)


def drawn(
    *values: object, improvement: Improvement = "higher", unit: Unit = "percent", **given: object
) -> Process:
    points = [
        Point(f"20{26 + n // 12}-{n % 12 + 1:02d}", None if v is None else Decimal(str(v)))
        for n, v in enumerate(values)
    ]
    return process(chart(points, improvement, **given), "Seen in time", unit)  # type: ignore[arg-type]


def assert_legible(sheet: Sheet) -> None:
    for label in sheet.labels:
        assert label.box.within(sheet.box), label
    for index, label in enumerate(sheet.labels):
        for other in sheet.labels[index + 1 :]:
            assert not label.box.meets(other.box), (label, other)


@given(VALUES, st.none() | st.integers(-(10**6), 10**9), st.sampled_from(get_args(Unit)))
def test_every_word_has_its_place(values: list[int | None], target: int | None, unit: Unit) -> None:
    cut = [len(values) // 2]
    found = drawn(*values, unit=unit, target=target, rebases=cut)
    for sheet in SHEETS:
        assert_legible(sheet(found))
        read(svg(sheet(found), "x"))


def test_each_meaning_has_a_shape_of_its_own_and_no_red_or_green() -> None:
    shapes = {meaning: shape for meaning, (shape, _) in LOOKS.items() if meaning != "low"}
    assert len(set(shapes.values())) == len(shapes)
    for _, colour in LOOKS.values():
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        assert not (green > red and green > blue), colour
        assert not (red > 150 and green < 60), colour


def test_a_chart_shows_points_limits_and_says_what_they_are_in_words() -> None:
    found = drawn(*(10, 12) * 7, 30, target=40, baseline=14)
    sheet = processes.wide(found)
    words = {one.text for one in sheet.shapes if isinstance(one, Label)}
    assert {"common cause", "improvement", "mean", "limits", "target"} <= words
    shapes = [one.shape for one in sheet.shapes if isinstance(one, Mark)]
    assert shapes.count("triangle") == 2  # the point and the key
    said = sheet.description
    assert "15 values. Latest 30%, 2027-03." in said
    assert "Target 40%" in said
    assert "Improvement at 1" in said
    assert VARIATIONS["improvement-high"] in said
    assert ASSURANCES["fails"] in said


def test_trial_limits_and_too_few_points_are_said_on_the_chart() -> None:
    trial = processes.narrow(drawn(1, 3, 2))
    assert any("Trial limits" in one.text for one in trial.labels)
    assert any("Too few" in one.text for one in processes.wide(drawn(1)).labels)
    assert any("No limits" in one.text for one in processes.card(drawn(4, 4, 4)).labels)
    assert any("No value for 2026-02" in one.text for one in processes.wide(drawn(1, None)).labels)
    assert processes.described(drawn(None)) == "No values yet."


def test_a_rebase_is_drawn_and_said() -> None:
    sheet = processes.wide(drawn(*(10, 12) * 7, *(30, 32) * 7, rebases=[14]))
    assert "Limits start again at 2027-03" in sheet.description


def test_every_icon_has_words_and_tells_high_from_low_by_a_letter() -> None:
    for variation, said in VARIATIONS.items():
        icon = processes.variation_icon("v", variation)
        assert (icon.title + icon.description).count(said) >= 1
        letters = [one.text for one in icon.labels if one.text in "HL"]
        way = (variation or "").rpartition("-")[2]
        assert letters == ([{"high": "H", "low": "L"}[way]] if way in ("high", "low") else [])
        assert_legible(icon)
    letters = [processes.assurance_icon("a", one).labels[0].text for one in ASSURANCES]
    assert letters == ["P", "F", "?", processes.NOTHING]
