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
