"""Which of a measure's values are charted, against which target, and what is not charted at all."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from services.gateway.charts.measured import charted, judgement
from services.gateway.contract_views.series import Point, Series
from shared.charts import processes
from shared.published.terms import MeasureTerms, TargetFrom
from shared.testing.houses import RunningHouse
from shared.values.quarters import months_of
from tests.gateway import story
from tests.gateway.charts.test_door import house

__all__ = ["house"]

TERMS = MeasureTerms(
    measure="m", title="Seen", outcome="o1", quadrant="how-much", unit="number",
    direction="higher", target=Decimal(90),
)  # fmt: skip
QUARTERS = ("2026-27-Q1", "2026-27-Q2", "2026-27-Q3", "2026-27-Q4", "2027-28-Q1")


def point(period: str, of: str, value: int | None, **changes: Any) -> Point:
    given = Point(
        period=period, return_period=of, version=1, standing="accepted",
        value=None if value is None else Decimal(value), numerator=None, denominator=None,
        status="met" if value is not None else "missing",
    )  # fmt: skip
    return replace(given, **changes)


def returned(months: Iterable[tuple[int, int, int]], more: int = 0) -> tuple[Point, ...]:
    """A return for each three months, and the quarter with their sum and some more."""
    found: list[Point] = []
    for quarter, values in zip(QUARTERS, months, strict=False):
        found += [point(m, quarter, v) for m, v in zip(months_of(quarter), values, strict=True)]
        found.append(point(quarter, quarter, sum(values) + more))
    return tuple(found)


def series(points: tuple[Point, ...], **changes: Any) -> Series:
    return Series(terms=replace(TERMS, **changes), points=points)


FIVE = returned([(30, 32, 30), (32, 30, 32), (30, 32, 30), (32, 30, 32), (30, 32, 30)])


def test_months_are_charted_where_they_are_given_and_quarters_else() -> None:
    assert len(charted(FIVE)) == 15
    quarters = tuple(one for one in FIVE if one.period == one.return_period)
    assert [one.period for one in charted(quarters)] == list(QUARTERS)


def test_a_month_has_its_share_of_a_count_s_target_where_months_add_up() -> None:
    found = judgement(series(FIVE))
    assert found.chart is not None
    assert {one.target for one in found.chart.points} == {Fraction(30)}
    assert (found.variation, found.assurance, found.apart) == ("common", "hit-and-miss", "")
    assert judgement(series(FIVE, target=Decimal(40))).assurance == "passes"


def test_where_months_do_not_add_up_a_count_s_target_is_not_a_month_s() -> None:
    distinct = returned([(30, 32, 30)] * 5, more=-20)
    found = judgement(series(distinct))
    assert (found.variation, found.assurance, found.apart) == ("common", None, "no-target")


def test_a_percentage_has_the_same_target_in_every_month_and_targets_change_with_time() -> None:
    later = (TargetFrom(from_period="2027-28-Q1", target=Decimal(95)),)
    found = judgement(series(FIVE, unit="percent", targets=later))
    assert found.chart is not None
    assert [one.target for one in found.chart.points] == [Decimal(90)] * 12 + [Decimal(95)] * 3


def test_a_series_with_a_suppressed_value_is_not_charted() -> None:
    hidden = (*FIVE[:-1], replace(FIVE[-1], value=None, status="suppressed"))
    assert judgement(series(hidden)) == judgement(series(hidden))
    assert (judgement(series(hidden)).chart, judgement(series(hidden)).apart) == (
        None, "suppressed",
    )  # fmt: skip


def test_annual_values_keep_their_trend_and_one_value_is_too_few() -> None:
    years = tuple(point(f"20{n}-{n + 1}-Y", f"20{n}-{n + 1}-Y", n) for n in range(26, 46))
    assert (judgement(series(years)).chart, judgement(series(years)).apart) == (None, "annual")
    assert judgement(series(FIVE[:1])).apart == "too-few"
    assert judgement(series(())).apart == "too-few"


def test_a_rebase_starts_a_group_at_the_first_value_since() -> None:
    rebased = replace(series(FIVE), rebases=("2027-28-Q1",))
    found = judgement(rebased)
    assert found.chart is not None
    assert [group.first for group in found.chart.groups] == [0, 12]
    not_yet = judgement(replace(series(FIVE), rebases=("2027-28-Q2",)))
    assert (not_yet.variation, not_yet.apart) == (None, "too-few")


# -- through the door


async def test_every_measure_of_ones_contracts_is_judged(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    manager = house.caller("council", "p-2", "contract-manager")
    answer = await manager.get("/v1/charts/variation?partnership=p1")
    one = answer.json()["items"][0]
    assert (one["contract"], one["provider_name"]) == ("c1", "Acorn Counselling")
    assert {measure["apart"] for measure in one["measures"]} == {"too-few"}
    assert (await manager.get("/v1/charts/variation?partnership=p2")).json()["items"] == []
    stranger = house.caller("elsewhere", "p-9", "contract-manager")
    assert (await stranger.get("/v1/charts/variation")).json()["items"] == []


async def test_a_suppressed_series_is_judged_for_those_alone_who_see_it(
    house: RunningHouse,
) -> None:
    await story.reported_and_paid(house)
    months = [
        story.Reading(measure="m-seen", period=f"2026-27-M0{n}", value=Decimal(value))
        for n, value in ((1, 20), (2, 7), (3, 20))
    ]
    await house.hear("monitoring", "return/q1", story.restated(2, *months))
    for agency, role, apart in (
        ("council", "contract-manager", ""), ("acorn", "provider", ""),
        ("icb", "contract-manager", "suppressed"), ("council", "auditor", "suppressed"),
    ):  # fmt: skip
        answer = await house.caller(agency, "p-1", role).get("/v1/charts/variation")
        one = answer.json()["items"][0]
        seen = next(measure for measure in one["measures"] if measure["measure"] == "m-seen")
        assert (seen["apart"] == "suppressed") == (apart == "suppressed"), role
        assert (seen["variation"] is None) == (apart == "suppressed"), role


async def test_a_rebase_on_record_reaches_the_series(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    rebased = story.monitoring.SeriesRebased(
        contract="c1", partnership="p1", measure="m-seen", from_period="2026-27-M02",
        reason=story.TEXT, proposed_by="p-1", approved_by="p-2", effective_on=story.DAY,
    )  # fmt: skip
    await house.hear("monitoring", "rebases/c1", rebased)
    content = (
        await house.caller("council", "p-2", "contract-manager").get("/v1/contract-views/c1")
    ).json()
    seen = next(one for one in content["measures"] if one["terms"]["measure"] == "m-seen")
    assert seen["rebases"] == ["2026-27-M02"]


# -- what is too few, and what is rounded


def fewer(points: tuple[Point, ...], *periods: str) -> tuple[Point, ...]:
    return tuple(replace(p, status="too-few") if p.period in periods else p for p in points)


def test_a_value_below_the_minimum_volume_is_a_gap_and_said_to_be_too_few() -> None:
    small = months_of(QUARTERS[0])[1]
    missing = months_of(QUARTERS[1])[0]
    points = tuple(
        point(missing, QUARTERS[1], None) if one.period == missing else one
        for one in fewer(FIVE, small)
    )
    found = judgement(series(points, unit="percent", minimum_volume=10))
    assert found.chart is not None
    values = {one.label: one.value for one in found.chart.points}
    assert (values[small], values[missing]) == (None, None)
    assert found.notes == (f"Too few to say for {small}: a denominator below 10.",)
    assert [one.said for one in found.chart.warnings] == [f"No value for {missing}."]


def test_where_every_month_is_too_few_the_quarters_are_charted() -> None:
    months = [month for quarter in QUARTERS for month in months_of(quarter)]
    assert [one.period for one in charted(fewer(FIVE, *months))] == list(QUARTERS)
    nothing = fewer(FIVE, *months, *QUARTERS)
    assert judgement(series(nothing)).apart == "too-few"


def test_a_series_that_leaves_rounded_says_so_on_its_chart() -> None:
    said = "Figures are rounded: counts to the nearest 5."
    rounded = judgement(replace(series(FIVE), rounded_to=5))
    assert rounded.notes == (said,)
    assert judgement(series(FIVE)).notes == ()
    assert rounded.chart is not None
    drawing = processes.Process(
        name="m", title="Seen", unit="number", chart=rounded.chart, notes=rounded.notes,
        labels=tuple((one.label, "") for one in rounded.chart.points),
    )  # fmt: skip
    assert said in processes.described(drawing)
    assert any(getattr(shape, "text", "") == said for shape in processes.wide(drawing).shapes)
