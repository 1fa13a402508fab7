"""Measures as the pages show them: aims in words, figures beside lines, headlines chosen."""

from __future__ import annotations

from typing import Any

from services.gateway.pages import measures


def series(
    measure: str, quadrant: str, *values: str | None, status: str = "met", **terms: Any
) -> dict[str, Any]:
    points = [
        {
            "period": f"2026-27-Q{n}", "return_period": f"2026-27-Q{n}", "version": 1,
            "standing": "accepted", "value": value, "numerator": None, "denominator": None,
            "status": status if value is not None else "suppressed",
        }
        for n, value in enumerate(values, 1)
    ]  # fmt: skip
    given = {
        "measure": measure, "title": measure, "outcome": "o1", "quadrant": quadrant,
        "unit": "percent", "direction": "higher", "target": "80",
    }  # fmt: skip
    return {"terms": given | terms, "points": points}


def test_aims_in_words() -> None:
    terms = series("m", "how-well")["terms"]
    assert measures.aim(terms) == "at least 80%"
    assert measures.aim(terms | {"direction": "lower", "unit": "days", "tolerance": "1"}) == (
        "at most 80 days, 1 day tolerated"
    )
    assert measures.aim(terms | {"target": None}) == "no target"


def test_a_suppressed_value_is_said_to_be_so_and_not_drawn() -> None:
    shown = measures.shown(series("m", "how-well", "70", None), 1)
    assert [row["value"] for row in shown.rows] == ["70%", "Suppressed"]
    assert shown.latest == "70%"
    assert "1 of 2 periods have a value" in shown.wide.description


def test_months_stand_in_the_table_and_not_in_the_line() -> None:
    one = series("m", "how-well", "70")
    month = one["points"][0] | {"period": "2026-27-M01", "value": "60"}
    shown = measures.shown(one | {"points": [month, *one["points"]]}, 1)
    assert [row["value"] for row in shown.rows] == ["60%", "70%"]
    assert "1 of 1 periods" in shown.wide.description


def test_headlines_are_five_at_most_and_leave_no_miss_out() -> None:
    every = [measures.shown(series(f"m{n}", "how-much", "90"), n) for n in range(5)] + [
        measures.shown(series("missed", "better-off-percent", "10", status="missed"), 9)
    ]
    heads = measures.headlines(every)
    assert len(heads) == measures.MOST_HEADLINES
    assert "missed" in {one.id for one in heads}
    assert heads[-1].id == "missed"
    questions = [question for question, _ in measures.by_quadrant(heads)]
    assert questions == ["How much did we do?", "Is anyone better off? Percentage"]


def monthly(*values: str) -> dict[str, Any]:
    one = series("m", "how-well", "70")
    points = [
        one["points"][0] | {"period": f"2026-27-M{n:02d}", "value": value}
        for n, value in enumerate(values, 1)
    ]
    return one | {"points": points}


def test_months_make_an_xmr_chart_with_its_icons_in_words() -> None:
    shown = measures.shown(monthly(*("70", "72") * 6), 3)
    assert shown.judged is not None
    assert "Limits" in shown.wide.description
    assert shown.judged.variation_said == "Common cause: no significant change"
    assert shown.judged.assurance_said == "Consistently fails the target"
    names = {shown.wide.name, shown.narrow.name, shown.judged.card.name, shown.card.name}
    names |= {shown.judged.variation.name, shown.judged.assurance.name}
    assert all("3" in name for name in names)


def test_a_series_with_a_suppressed_month_is_not_judged() -> None:
    one = monthly("70", "72", "71")
    hidden = one["points"][0] | {"period": "2026-27-M04", "value": None, "status": "suppressed"}
    shown = measures.shown(one | {"points": [*one["points"], hidden]}, 1)
    assert shown.judged is None
    assert "Limits" not in shown.wide.description


def test_an_annual_measure_keeps_its_trend_and_is_tested_over_five_years() -> None:
    one = series("m", "how-well", "70")
    years = [
        one["points"][0]
        | {"period": f"20{n}-{n + 1}-Y", "return_period": f"20{n}-{n + 1}-Y", "value": str(n)}
        for n in range(26, 31)
    ]
    shown = measures.shown(one | {"points": years}, 1)
    assert shown.judged is None
    assert shown.yearly == "Five years in a row have improved."
    assert measures.shown(one | {"points": years[:4]}, 1).yearly.startswith("Fewer than five")
    assert measures.shown(one, 1).yearly == ""
